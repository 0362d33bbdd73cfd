package io.kudari.train;

import io.kudari.optim.AdaScale;
import io.kudari.optim.BatchRule;
import io.kudari.optim.GradientNoise;
import io.kudari.optim.Schedule;
import io.kudari.optim.Step;
import java.util.Arrays;

/**
 * The learning rate and momentum of each step, as schedules and batch-size rule say. Steps are
 * asked for in order. Not thread-safe.
 */
public final class Rates {

  /** Of the state: the previous rate, the factor, then what schedules remember. */
  private static final int OWN = 2;

  private static final int FACTOR = 1;

  private final TrainingPlan plan;
  private final StepClock clock;
  private final Schedule rate;
  private final Schedule momentum;
  private final AdaScale adaScale;
  private double previous = Double.NaN;
  private double factor = 1;

  private Rates(
      TrainingPlan plan, StepClock clock, Schedule rate, Schedule momentum, AdaScale adaScale) {
    this.plan = plan;
    this.clock = clock;
    this.rate = rate;
    this.momentum = momentum;
    this.adaScale = adaScale;
  }

  /** Resolves the schedules of a plan. */
  static Rates of(TrainingPlan plan, StepClock clock) {
    long steps = clock.steps(plan.epochs());
    long perEpoch = Math.max(1, steps / plan.epochs());
    boolean adaptive = plan.rule() == BatchRule.ADASCALE;
    // AdaScale reads the schedule at its progress, which counts steps of the base batch.
    double scale = adaptive ? (double) plan.batch() / plan.baseBatch() : 1;
    Schedule rate =
        plan.schedules()
            .learningRate()
            .stretchWarmup(plan.rule().warmupStretch(plan.batch(), plan.baseBatch()))
            .resolve(
                plan.optimizer().learningRate(),
                Math.max(1, Math.round(perEpoch * scale)),
                Math.max(1, Math.round(steps * scale)));
    return new Rates(
        plan, clock, rate, plan.momentum(perEpoch, steps), adaptive ? new AdaScale(scale) : null);
  }

  /**
   * What the optimizer needs to know of a step.
   *
   * @param noiseOrNull what the step tells of its gradient's noise: AdaScale goes by it
   */
  Step at(StepRange range, GradientNoise noiseOrNull) {
    double now = scheduled(range.step(), range.epoch());
    if (adaScale != null)
      now *= adaScale.gain(noiseOrNull, clock.batch(range.epoch()), plan.baseBatch());
    now *= factor;
    Step step =
        new Step(
            range.step(), now, Double.isNaN(previous) ? now : previous, momentum.at(range.step()));
    previous = now;
    return step;
  }

  /** What schedule and batch-size rule give a step; AdaScale's, the one that comes next. */
  private double scheduled(long step, int epoch) {
    long at = adaScale == null ? step : (long) adaScale.progress();
    return rate.at(at) * plan.rule().factor(clock.batch(epoch), plan.baseBatch());
  }

  /** The learning rate of a step as far as it can be foreseen: without AdaScale's gain. */
  double foreseen(long step, int epoch) {
    return scheduled(step, epoch) * factor;
  }

  /** The momentum of a step; NaN where the recipe's own setting holds. */
  double momentum(long step) {
    return momentum.at(step);
  }

  /** What it remembers, for a checkpoint. */
  double[] state() {
    double[] gain = adaScale == null ? new double[0] : adaScale.state();
    double[] schedule = rate.state();
    double[] all = new double[OWN + gain.length + schedule.length];
    all[0] = previous;
    all[FACTOR] = factor;
    System.arraycopy(gain, 0, all, OWN, gain.length);
    System.arraycopy(schedule, 0, all, OWN + gain.length, schedule.length);
    return all;
  }

  /** What {@link #state} gave, but with all rates from now on times a factor. */
  static double[] slower(double[] state, double by) {
    double[] slower = state.clone();
    slower[FACTOR] *= by;
    return slower;
  }

  /**
   * Takes over what {@link #state} gave, of the same plan.
   *
   * @throws IllegalArgumentException if it is of another plan
   */
  void restore(double[] state) {
    int gain = adaScale == null ? 0 : adaScale.state().length;
    if (state.length != OWN + gain + rate.state().length) {
      throw new IllegalArgumentException(
          "the learning-rate schedules of this plan remember other things than those saved");
    }
    previous = state[0];
    factor = state[FACTOR];
    if (gain > 0) adaScale.restore(Arrays.copyOfRange(state, OWN, OWN + gain));
    rate.restore(Arrays.copyOfRange(state, OWN + gain, state.length));
  }

  /** Tells the validation loss at the end of an epoch. */
  public void observe(double validationLoss) {
    rate.observe(validationLoss);
  }
}
