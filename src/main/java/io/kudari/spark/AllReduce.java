package io.kudari.spark;

import io.kudari.collective.Distribution;
import io.kudari.model.ModelSpec;
import io.kudari.train.DataPlan;
import io.kudari.train.Event;
import io.kudari.train.TrainingLoop;
import io.kudari.train.TrainingPlan;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The strategy {@code all-reduce}: one barrier stage of long-lived ranks. Each rank keeps its
 * workers' data, the model and the optimizer of its slice; a step is reduce-scatter of the gradient
 * sums, the update of the own slice, all-gather of the parameters. The driver only listens.
 *
 * <p>With a plan that averages it is the strategy {@code averaging}, on the same ranks.
 */
public final class AllReduce {

  private AllReduce() {}

  /**
   * Trains.
   *
   * @param ranks number of barrier tasks, within 1..workers
   * @param threads of each
   * @param events called on this thread
   * @param stop asked from time to time whether to end the run after the current step
   * @throws RankLostException when a rank ended for no fault of its own, such as a killed executor
   * @throws RuntimeException what made a rank fail, such as a {@link
   *     io.kudari.train.DivergedException}
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
    SparkEnv env = SparkEnv.get();
    String host = env.blockManager().blockManagerId().host();
    try (Coordinator coordinator = new Coordinator(env.conf(), env.securityManager(), host, stop)) {
      var hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
      Distribution distribution = Distribution.even(data.sampler().workers(), ranks);
      RankTask task =
          new RankTask(
              new RunSpec(model, data, hadoop, plan.seed()),
              plan,
              distribution,
              threads,
              System.nanoTime(),
              host,
              coordinator.address().getPort());
      return result(listen(new RankJob(spark, task, ranks), coordinator, events));
    }
  }

  /** Passes events on until the ranks have ended. */
  private static List<RankOutcome> listen(
      RankJob ranks, Coordinator coordinator, Consumer<Event> events) throws InterruptedException {
    try (ranks) {
      while (!ranks.isDone()) {
        Event event = coordinator.next();
        if (event != null) events.accept(event);
      }
      for (Event event = coordinator.nextReady(); event != null; event = coordinator.nextReady())
        events.accept(event);
      return ranks.outcomes();
    }
  }

  /** The result of rank 0, or the failure that the others followed from. */
  private static TrainingLoop.Result result(List<RankOutcome> outcomes) {
    RankOutcome worst = null;
    for (RankOutcome o : outcomes) {
      boolean first = worst == null || (worst.followed() && !o.followed());
      if (o.failure() != null && first) worst = o;
    }
    if (worst != null) throw failure(worst);
    RankOutcome lead = outcomes.get(0);
    return new TrainingLoop.Result(lead.parameters(), lead.normalizer(), lead.interrupted());
  }

  private static RuntimeException failure(RankOutcome outcome) {
    Throwable cause = outcome.failure();
    if (outcome.followed())
      return new RankLostException("a rank was lost: " + firstLine(cause), cause);
    return cause instanceof RuntimeException e
        ? e
        : new IllegalStateException("a rank failed: " + firstLine(cause), cause);
  }

  static String firstLine(Throwable e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
