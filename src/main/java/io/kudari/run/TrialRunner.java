package io.kudari.run;

import io.kudari.config.ConfigurationException;
import io.kudari.config.Experiment;
import io.kudari.spark.cluster.RankLostException;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/**
 * Runs trials for who does not know Spark: in an application of its own, which starts with the
 * first trial and ends with this. Not thread-safe.
 */
public final class TrialRunner implements AutoCloseable {

  private final SparkSettings settings;
  private final BooleanSupplier stop;
  private SparkSource.Session session;

  /**
   * A runner that has not started Spark.
   *
   * @param stop asked again and again: when it becomes true, what runs is cancelled
   */
  public TrialRunner(SparkSettings settings, BooleanSupplier stop) {
    this.settings = settings;
    this.stop = stop;
  }

  /**
   * Trains them all, as many at once as there are slots.
   *
   * @param place where the configurations come from, for messages
   * @param configurations HOCON, as {@link Experiment#parse} reads it
   * @param ended told of each that has trained or diverged, by its number from 0
   * @throws ConfigurationException when one is refused: what had ended has been told
   * @throws RankLostException when the task of one was lost too often
   * @throws java.util.concurrent.CancellationException when asked to stop
   */
  public void run(
      String place, List<String> configurations, BiConsumer<Integer, TrialOutcome> ended)
      throws InterruptedException {
    List<Experiment> experiments =
        configurations.stream()
            .map(c -> Experiment.parse(place, c, List.of(), settings.hadoop()))
            .toList();
    if (experiments.isEmpty()) return;
    if (session == null) {
      settings.check();
      session = settings.forTasks();
    }
    Trials.run(
        session.context(),
        experiments,
        (trial, outcome) -> {
          check(outcome);
          ended.accept(trial, outcome);
        },
        stop);
  }

  private static void check(TrialOutcome outcome) {
    if (!(outcome instanceof TrialOutcome.Failed failed)) return;
    switch (failed.reason()) {
      case DIVERGED -> {}
      case REFUSED -> throw new ConfigurationException(failed.line());
      case LOST -> throw new RankLostException(failed.line(), null);
      case FAILED -> throw new IllegalStateException(failed.line());
    }
  }

  /** Ends Spark, if it has started. */
  @Override
  public void close() {
    if (session != null) session.close();
  }
}
