package io.kudari.train;

import io.kudari.optim.BatchRule;
import io.kudari.optim.Step;
import io.kudari.optim.noise.AdaScale;
import io.kudari.optim.noise.GradientNoise;
import io.kudari.optim.schedule.Schedule;
import io.kudari.state.StateReader;
import io.kudari.state.StateWriter;
import io.kudari.state.Stateful;
import io.kudari.train.plan.BatchSchedule;
import io.kudari.train.plan.StepRange;
import java.util.Optional;

/**
 * The learning rate and momentum of each step, as schedules and batch-size rule say. Steps are
 * asked for in order. Not thread-safe.
 */
public final class Rates implements Stateful {

  private final TrainingPlan plan;
  private final BatchSchedule batches;
  private final Schedule rate;
  private final Schedule momentum;
  private final AdaScale adaScale;
  private final double factor;
  private double previous = Double.NaN;

  private Rates(
      TrainingPlan plan,
      BatchSchedule batches,
      Schedule rate,
      Schedule momentum,
      AdaScale adaScale,
      double factor) {
    this.plan = plan;
    this.batches = batches;
    this.rate = rate;
    this.momentum = momentum;
    this.adaScale = adaScale;
    this.factor = factor;
  }

  /**
   * Resolves the schedules of a plan.
   *
   * @param factor times which all rates are
   */
  public static Rates of(TrainingPlan plan, BatchSchedule batches, double factor) {
    long steps = batches.steps(plan.epochs());
    long perEpoch = Math.max(1, batches.unbounded().steps(plan.epochs()) / plan.epochs());
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
        plan,
        batches,
        rate,
        plan.momentum(perEpoch, steps),
        adaptive ? new AdaScale(scale) : null,
        factor);
  }

  /**
   * What the optimizer needs to know of a step.
   *
   * @param noise what the step tells of its gradient's noise, if it was measured: AdaScale goes by
   *     it
   */
  public Step at(StepRange range, Optional<GradientNoise> noise) {
    double now = scheduled(range.step(), range.epoch());
    if (adaScale != null)
      now *= adaScale.gain(noise.orElse(null), batches.batch(range.epoch()), plan.baseBatch());
    return at(range, now);
  }

  /** As the other, of a step that no rule measures. */
  public Step at(StepRange range) {
    return at(range, scheduled(range.step(), range.epoch()));
  }

  private Step at(StepRange range, double scheduled) {
    double now = scheduled * factor;
    Step step =
        new Step(
            range.step(), now, Double.isNaN(previous) ? now : previous, momentum.at(range.step()));
    previous = now;
    return step;
  }

  /** What schedule and batch-size rule give a step; AdaScale's, the one that comes next. */
  private double scheduled(long step, int epoch) {
    long at = adaScale == null ? step : (long) adaScale.progress();
    return rate.at(at) * plan.rule().factor(batches.batch(epoch), plan.baseBatch());
  }

  /** The learning rate of a step as far as it can be foreseen: without AdaScale's gain. */
  double foreseen(long step, int epoch) {
    return scheduled(step, epoch) * factor;
  }

  /** The momentum of a step; NaN where the recipe's own setting holds. */
  double momentum(long step) {
    return momentum.at(step);
  }

  @Override
  public String name() {
    return "rates";
  }

  @Override
  public void save(StateWriter to) {
    to.numbers("previous", previous);
    to.numbers("schedule", rate.state());
    if (adaScale != null) to.numbers("gain", adaScale.state());
  }

  @Override
  public void restore(StateReader from) {
    previous = from.numbers("previous", 1)[0];
    rate.restore(from.numbers("schedule", rate.state().length));
    if (adaScale != null) adaScale.restore(from.numbers("gain", adaScale.state().length));
  }

  /** Tells the validation loss at the end of an epoch. */
  public void observe(double validationLoss) {
    rate.observe(validationLoss);
  }
}
