package io.kudari.train;

import io.kudari.exchange.GradientExchange;
import io.kudari.math.Layout;
import io.kudari.math.Slice;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.PartialSums;
import io.kudari.optim.schedule.Schedule;
import io.kudari.optim.schedule.ScheduleSpec;
import io.kudari.train.plan.BatchSchedule;
import java.util.List;
import java.util.Map;

/**
 * An {@link Algorithm} as configured: an immutable value, equal by value, that travels to the
 * ranks.
 */
public interface AlgorithmSpec extends java.io.Serializable {

  /** The name in configurations and events. */
  String name();

  /** Its settings with their defaults, by key, as a configuration writes them. */
  default Map<String, Object> settings() {
    return Map.of();
  }

  /**
   * Checks what else a plan asks for.
   *
   * @throws IllegalArgumentException when they cannot be combined; one line
   */
  default void check(OptimizerSpec optimizer, BatchRule rule) {
    if (optimizer.fullBatch()) {
      throw new IllegalArgumentException(
          name() + " needs an optimizer that takes steps, not " + optimizer.name());
    }
  }

  /**
   * Checks the exchange of what it computes.
   *
   * @throws IllegalArgumentException when they cannot be combined; one line
   */
  default void check(GradientExchange exchange) {}

  /** The schedules it has of its own, by the epoch. */
  default List<OwnSchedule> schedules() {
    return List.of();
  }

  /**
   * The fewest vectors of the parameters' size that the ranks keep together from step to step,
   * besides the parameters.
   */
  default int slots(OptimizerSpec optimizer, Layout layout) {
    return optimizer.open(layout, new Slice(0, 0), PartialSums.WHOLE, 0).slotCount();
  }

  /** The vectors of the parameters' size that are kept of each worker from step to step. */
  default int vectorsOfWorker(OptimizerSpec optimizer, Layout layout) {
    return 0;
  }

  /** How many steps so many epochs have, where nothing ends the run before. */
  default long steps(BatchSchedule batches, int epochs) {
    return batches.steps(epochs);
  }

  /** Why it has no state between steps to go on from; empty when it has; one line. */
  default String obstacle(TrainingPlan plan) {
    return "";
  }

  /**
   * What the user should know of a run of so few steps; empty when there is nothing; one line.
   *
   * @param steps that are planned
   */
  default String warning(long steps) {
    return "";
  }

  /** Who computes gradients where it is not the model's engine; else empty; one sentence. */
  default String engine() {
    return "";
  }

  /**
   * Whether nothing that comes of a step's gradients is needed before those of the next are
   * computed, so that they may be summed meanwhile.
   */
  default boolean sumsLate(TrainingPlan plan, Layout layout) {
    return false;
  }

  /** Why a step cannot be skipped once it is computed; empty when it can be; one line. */
  default String skipObstacle() {
    return "";
  }

  /** For one loop. */
  Algorithm open(Algorithm.Context context);

  /**
   * A schedule by the epoch.
   *
   * @param key among the settings
   * @param what it gives, in the plural: such as {@code local steps}
   * @param spec as configured
   * @param base its value where it gives none of its own
   */
  record OwnSchedule(String key, String what, ScheduleSpec spec, double base)
      implements java.io.Serializable {

    /** Its values in a run of so many epochs. */
    public Schedule resolve(int epochs) {
      return spec.resolve(base, 1, epochs);
    }

    /** Its name in a configuration. */
    public String path() {
      return "train.algorithm." + key;
    }
  }
}
