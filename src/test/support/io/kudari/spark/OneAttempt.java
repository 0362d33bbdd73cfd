package io.kudari.spark;

import io.kudari.collective.LinkChoice;
import io.kudari.event.Event;
import io.kudari.model.ModelSpec;
import io.kudari.spark.recovery.AttemptRules;
import io.kudari.train.DataPlan;
import io.kudari.train.SnapshotRule;
import io.kudari.train.TrainingLoop;
import io.kudari.train.TrainingPlan;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;

/** Trains by {@link AllReduce} where no rank is lost, or the first loss is the end. */
public final class OneAttempt {

  private OneAttempt() {}

  /**
   * Trains.
   *
   * @param threads of each rank
   */
  public static TrainingLoop.Result run(
      JavaSparkContext spark,
      ModelSpec model,
      DataPlan data,
      TrainingPlan plan,
      int ranks,
      int threads,
      Consumer<Event> events,
      BooleanSupplier stop)
      throws InterruptedException {
    return run(spark, model, data, plan, ranks, threads, LinkChoice.AUTO, events, stop);
  }

  /** The same by a link of choice. */
  public static TrainingLoop.Result run(
      JavaSparkContext spark,
      ModelSpec model,
      DataPlan data,
      TrainingPlan plan,
      int ranks,
      int threads,
      LinkChoice link,
      Consumer<Event> events,
      BooleanSupplier stop)
      throws InterruptedException {
    AttemptRules once = new AttemptRules(ranks, threads, link, ranks, 0, SnapshotRule.NEVER);
    return AllReduce.run(spark, model, data, plan, once, null, state -> {}, events, stop);
  }
}
