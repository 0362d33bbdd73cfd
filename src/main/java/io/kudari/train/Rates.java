package io.kudari.train;

import io.kudari.optim.AdaScale;
import io.kudari.optim.BatchRule;
import io.kudari.optim.Schedule;
import io.kudari.optim.Step;

/**
 * The learning rate and momentum of each step, as schedules and batch-size rule say. Steps are
 * asked for in order. Not thread-safe.
 */
public final class Rates {

  private final TrainingPlan plan;
  private final StepClock clock;
  private final Schedule rate;
  private final Schedule momentum;
  private final AdaScale adaScale;
  private double previous = Double.NaN;

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
    int shards = Math.max(1, plan.batch() / plan.baseBatch());
    // AdaScale reads the schedule at its progress, which counts steps of the base batch.
    long scale = adaptive ? shards : 1;
    Schedule rate =
        plan.schedules()
            .learningRate()
            .stretchWarmup(plan.rule().warmupStretch(plan.batch(), plan.baseBatch()))
            .resolve(plan.optimizer().learningRate(), perEpoch * scale, steps * scale);
    return new Rates(
        plan, clock, rate, plan.momentum(perEpoch, steps), adaptive ? new AdaScale(shards) : null);
  }

  /** Whether {@link #at} needs the norms of the workers' gradients. */
  public boolean needsNorms() {
    return adaScale != null;
  }

  /**
   * What the optimizer needs to know of a step.
   *
   * @param total the step's sum; its array already holds the mean gradient
   */
  public Step at(StepRange range, GradientSum total) {
    double now;
    if (adaScale == null) {
      now =
          rate.at(range.step()) * plan.rule().factor(clock.batch(range.epoch()), plan.baseBatch());
    } else {
      double progressed = rate.at((long) adaScale.progress());
      now =
          progressed
              * adaScale.gain(total.squaredNorms(), GradientSum.squaredNorm(total.values(), 1));
    }
    Step step =
        new Step(
            range.step(), now, Double.isNaN(previous) ? now : previous, momentum.at(range.step()));
    previous = now;
    return step;
  }

  /** Tells the validation loss at the end of an epoch. */
  public void observe(double validationLoss) {
    rate.observe(validationLoss);
  }
}
