package io.kudari.spark.recovery;

import io.kudari.spark.cluster.Parcel;
import io.kudari.spark.data.Delivery;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.broadcast.Broadcast;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.runtime.AbstractFunction1;

/** A rank's task as Spark calls it, with what was dealt to the rank. */
final class RankFunction
    extends AbstractFunction1<Iterator<Tuple2<Integer, byte[]>>, Iterator<Parcel<RankOutcome>>>
    implements java.io.Serializable {

  private static final long serialVersionUID = 1;

  private final Broadcast<Parcel<RankTask>> task;
  private final int together;

  /**
   * For all ranks.
   *
   * @param together how many of them share a process
   */
  RankFunction(Broadcast<Parcel<RankTask>> task, int together) {
    this.task = task;
    this.together = together;
  }

  @Override
  public Iterator<Parcel<RankOutcome>> apply(Iterator<Tuple2<Integer, byte[]>> dealt) {
    RankTask rank = task.value().content();
    try (Delivery delivery =
        new Delivery(rank.run().data(), JavaConverters.asJavaIterator(dealt), together)) {
      RankOutcome outcome = rank.train(BarrierTaskContext.get(), delivery).unlessProcessEnds();
      return JavaConverters.asScalaIterator(List.of(Parcel.of(outcome)).iterator());
    }
  }
}
