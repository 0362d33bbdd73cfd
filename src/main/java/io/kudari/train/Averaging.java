package io.kudari.train;

import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.Schedule;
import io.kudari.optim.ScheduleSpec;

/**
 * The strategy {@code averaging} (local SGD): every worker takes H optimizer steps of its own, then
 * all go on from the mean of their parameters, weighted by the examples each has seen since the
 * last mean. Running statistics are averaged alike.
 *
 * <p>A schedule of H that is 1 at first and larger from some epoch on is post-local SGD (Lin et al.
 * 2020). An epoch ends with a mean, so its last round may have fewer steps.
 *
 * @param localSteps H by the epoch; rounded, and at least 1
 * @param slots what becomes of the workers' optimizer slots when parameters are averaged
 */
public record Averaging(ScheduleSpec localSteps, Slots slots) implements java.io.Serializable {

  /** H where the schedule gives no value of its own. */
  public static final int LOCAL_STEPS = 16;

  /**
   * The rules for optimizer slots, such as momentum, that Wang et al. 2020 (SlowMo) compare.
   *
   * <p>{@link #AVERAGE} is the default. With it all workers begin a round in one state: nothing
   * local outlives a round, averages of the recipe (a moving average, lookahead) are defined, and
   * with H = 1 momentum is that of all-reduce, because it is linear in the gradients. Its price is
   * one more vector to exchange for each slot.
   */
  public enum Slots {
    /** Each worker goes on with its own: nothing more to exchange, a vector a slot and worker. */
    KEEP,
    /** The mean, weighted as the parameters are. */
    AVERAGE,
    /** Empty at the start of a round; bias corrections count the steps of the round. */
    RESET
  }

  /** H of each epoch. */
  Schedule schedule(int epochs) {
    return localSteps.resolve(LOCAL_STEPS, 1, epochs);
  }

  /**
   * Checks what else a plan asks for.
   *
   * @throws IllegalArgumentException when workers that step alone cannot do it; one line
   */
  void check(OptimizerSpec optimizer, BatchRule rule) {
    if (optimizer.fullBatch()) {
      throw new IllegalArgumentException(
          "averaging needs an optimizer that takes steps, not " + optimizer.name());
    }
    if (rule == BatchRule.ADASCALE) {
      throw new IllegalArgumentException(
          "averaging excludes train.batch-rule = adascale, which needs every step's mean gradient");
    }
    if (slots == Slots.AVERAGE) return;
    String rest = ", which needs train.averaging.slots = average";
    for (String key : new String[] {"lookahead-steps", "ema", "swa-start"}) {
      if ((double) optimizer.settings().get(key) > 0)
        throw new IllegalArgumentException("optimizer." + key + " keeps an average" + rest);
    }
    if (slots == Slots.RESET && (double) optimizer.settings().get("gradient-noise") > 0) {
      throw new IllegalArgumentException(
          "optimizer.gradient-noise would repeat itself with train.averaging.slots = reset");
    }
  }
}
