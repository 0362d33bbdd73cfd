package io.kudari.spark;

import io.kudari.event.Event;
import io.kudari.model.ModelSpec;
import io.kudari.spark.cluster.BarrierTimer;
import io.kudari.spark.cluster.RankLostException;
import io.kudari.spark.cluster.RankSlots;
import io.kudari.spark.cluster.ResultSize;
import io.kudari.spark.cluster.SlotLease;
import io.kudari.spark.cluster.TaskCores;
import io.kudari.spark.coordinator.LatestSnapshot;
import io.kudari.spark.link.NetworkLink;
import io.kudari.spark.recovery.AttemptRules;
import io.kudari.spark.recovery.RunSpec;
import io.kudari.spark.recovery.Supervisor;
import io.kudari.train.DataPlan;
import io.kudari.train.Dealing;
import io.kudari.train.TrainState;
import io.kudari.train.TrainingLoop;
import io.kudari.train.TrainingPlan;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The strategy {@code all-reduce}: one barrier stage of long-lived ranks. Each rank keeps its
 * workers' data, the model and the optimizer of its slice; a step is reduce-scatter of the gradient
 * sums, the update of the own slice, all-gather of the parameters. Where the exchange gathers codes
 * instead, each rank keeps the optimizer of the whole vector and updates all of it. The driver only
 * listens.
 */
public final class AllReduce {

  private AllReduce() {}

  /**
   * Trains, and goes on from the newest complete snapshot when a rank is lost. Waits for its slots
   * while other trainings and jobs of the application have them, and tells so by events.
   *
   * @param fromOrNull the whole state to go on from, or null to begin
   * @param snapshots called on a thread of its own with complete states, each newer than the last;
   *     while it is busy, only the newest waits for it. All are handed on before this returns
   * @param events called on this thread
   * @param stop asked from time to time whether to end the run after the current step
   * @throws RankLostException when more attempts were lost than the rules allow
   * @throws RuntimeException what made a rank fail, such as a {@link
   *     io.kudari.train.DivergedException}
   * @throws RankSlots.UnsuitableException when the model's parameters could not be brought back, or
   *     the ranks cannot have the link that was chosen
   * @throws CancellationException when it was asked to end while it waited for slots, or somebody
   *     has cancelled its job
   */
  public static TrainingLoop.Result run(
      JavaSparkContext spark,
      ModelSpec model,
      DataPlan data,
      TrainingPlan plan,
      AttemptRules rules,
      TrainState fromOrNull,
      Consumer<TrainState> snapshots,
      Consumer<Event> events,
      BooleanSupplier stop)
      throws InterruptedException {
    BarrierTimer.take();
    NetworkLink.check(spark.getConf(), rules.link());
    ResultSize.check(spark.getConf(), model.layout().size(), 1);
    var hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    RunSpec run = new RunSpec(model, data, hadoop, plan.seed(), plan.exchange());
    TaskCores usual = TaskCores.usual(spark.getConf());
    boolean others = rules.threads() != usual.cores();
    TaskCores task = others ? TaskCores.of(spark.getConf(), rules.threads()) : usual;
    Consumer<String> waits = line -> events.accept(new Event.Waiting(line));
    return keeping(
        new LatestSnapshot(fromOrNull, snapshots),
        newest -> {
          try (SlotLease lease = SlotLease.acquire(spark, rules.ranks(), task, stop, waits)) {
            return Supervisor.train(lease, run, plan, rules, events, stop, newest);
          }
        });
  }

  /**
   * As the other, by one rank within this process: no Spark is started, and nothing waits for it.
   *
   * @param rules of one rank
   * @param hadoop says which file systems there are
   * @param dealing gives the examples
   */
  public static TrainingLoop.Result runAlone(
      Configuration hadoop,
      ModelSpec model,
      DataPlan data,
      Dealing dealing,
      TrainingPlan plan,
      AttemptRules rules,
      TrainState fromOrNull,
      Consumer<TrainState> snapshots,
      Consumer<Event> events,
      BooleanSupplier stop)
      throws InterruptedException {
    RunSpec run =
        new RunSpec(
            model, data, new SerializableConfiguration(hadoop), plan.seed(), plan.exchange());
    return keeping(
        new LatestSnapshot(fromOrNull, snapshots),
        newest -> Supervisor.trainAlone(run, dealing, plan, rules, events, stop, newest));
  }

  /** A training whose snapshots are kept. */
  private interface Training {

    TrainingLoop.Result train(LatestSnapshot newest) throws InterruptedException;
  }

  /** Waits until the newest snapshot has been handed on, and fails where handing on did. */
  private static TrainingLoop.Result keeping(LatestSnapshot newest, Training training)
      throws InterruptedException {
    TrainingLoop.Result result;
    try (newest) {
      result = training.train(newest);
    }
    newest.check();
    return result;
  }
}
