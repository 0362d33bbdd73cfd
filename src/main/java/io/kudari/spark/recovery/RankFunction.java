package io.kudari.spark.recovery;

import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.broadcast.Broadcast;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.runtime.AbstractFunction1;

/** A rank's task as Spark calls it. */
final class RankFunction extends AbstractFunction1<Iterator<Integer>, Iterator<RankOutcome>>
    implements java.io.Serializable {

  private static final long serialVersionUID = 1;

  private final Broadcast<RankTask> task;

  RankFunction(Broadcast<RankTask> task) {
    this.task = task;
  }

  @Override
  public Iterator<RankOutcome> apply(Iterator<Integer> rank) {
    RankOutcome outcome = task.value().train(BarrierTaskContext.get()).unlessProcessEnds();
    return JavaConverters.asScalaIterator(List.of(outcome).iterator());
  }
}
