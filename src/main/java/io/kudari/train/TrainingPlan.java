package io.kudari.train;

import io.kudari.data.Sampler;
import io.kudari.math.Layout;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.Schedule;
import io.kudari.optim.ScheduleSpec;

/**
 * What a run does, apart from its model and data. Nothing here depends on the machine.
 *
 * @param seed of every random number of the run
 * @param epochs passes over the training examples (iterations, for a full-batch recipe), at least 1
 * @param batch examples of a step over all workers (the global batch), at least 1
 * @param dropLast whether an epoch's short last batch is left out
 * @param normalization of the inputs
 * @param optimizer recipe, whose learning rate and momentum are the bases of their schedules
 * @param schedules of what may change while training
 * @param rule how the learning rate follows the global batch
 * @param baseBatch the global batch the learning rate is meant for
 * @param stoppingOrNull early stopping, or null
 * @param averagingOrNull how often workers average their parameters, or null where they sum
 *     gradients in every step
 * @param safety what to do when something goes wrong
 * @param noise whether the gradient's noise scale is measured
 */
public record TrainingPlan(
    long seed,
    int epochs,
    int batch,
    boolean dropLast,
    Normalization normalization,
    OptimizerSpec optimizer,
    Schedules schedules,
    BatchRule rule,
    int baseBatch,
    EarlyStopping stoppingOrNull,
    Averaging averagingOrNull,
    Safety safety,
    NoiseMode noise)
    implements java.io.Serializable {

  /**
   * Checks that the parts fit together.
   *
   * @throws IllegalArgumentException when something cannot be combined; one line
   */
  public TrainingPlan {
    if (averagingOrNull != null) averagingOrNull.check(optimizer, rule);
  }

  /** A plan that ends when it diverges. */
  public TrainingPlan(
      long seed,
      int epochs,
      int batch,
      boolean dropLast,
      Normalization normalization,
      OptimizerSpec optimizer,
      Schedules schedules,
      BatchRule rule,
      int baseBatch,
      EarlyStopping stoppingOrNull,
      Averaging averagingOrNull) {
    this(
        seed,
        epochs,
        batch,
        dropLast,
        normalization,
        optimizer,
        schedules,
        rule,
        baseBatch,
        stoppingOrNull,
        averagingOrNull,
        Safety.DEFAULT,
        NoiseMode.AUTO);
  }

  /** A plan without averaging. */
  public TrainingPlan(
      long seed,
      int epochs,
      int batch,
      boolean dropLast,
      Normalization normalization,
      OptimizerSpec optimizer,
      Schedules schedules,
      BatchRule rule,
      int baseBatch,
      EarlyStopping stoppingOrNull) {
    this(
        seed,
        epochs,
        batch,
        dropLast,
        normalization,
        optimizer,
        schedules,
        rule,
        baseBatch,
        stoppingOrNull,
        null);
  }

  /** The setting that goes by the validation, and does nothing without one; null if none does. */
  public String followerOrNull() {
    if (stoppingOrNull != null) return "train.early-stopping";
    if (schedules.learningRate().followsValidation()) return "schedule.learning-rate";
    if (schedules.momentum().followsValidation()) return "schedule.momentum";
    if (schedules.batch().followsValidation()) return "schedule.batch";
    boolean rounds = averagingOrNull != null && averagingOrNull.localSteps().followsValidation();
    return rounds ? "train.averaging.local-steps" : null;
  }

  /** The same by the strategy {@code averaging}. */
  public TrainingPlan averaging(Averaging averaging) {
    return with(averaging, safety, noise);
  }

  /**
   * The same with other safety.
   *
   * @throws IllegalArgumentException when the plan cannot do it; one line
   */
  public TrainingPlan with(Safety other) {
    other.check(this);
    return with(averagingOrNull, other, noise);
  }

  /** Why so many workers cannot measure the noise that the batch rule goes by, or null. */
  public String noiseObstacleOrNull(int workers) {
    if (rule != BatchRule.ADASCALE || workers > 1 || noise == NoiseMode.HALVES) return null;
    return "adascale goes by the variance between workers: it needs train.workers of at least 2,"
        + " or train.noise-scale = halves";
  }

  /** The same with another way to measure the gradient's noise. */
  public TrainingPlan with(NoiseMode other) {
    return with(averagingOrNull, safety, other);
  }

  private TrainingPlan with(Averaging averaging, Safety other, NoiseMode measured) {
    return new TrainingPlan(
        seed,
        epochs,
        batch,
        dropLast,
        normalization,
        optimizer,
        schedules,
        rule,
        baseBatch,
        stoppingOrNull,
        averaging,
        other,
        measured);
  }

  /**
   * What may change while training.
   *
   * @param learningRate by the step
   * @param momentum by the step
   * @param batch by the epoch
   */
  public record Schedules(ScheduleSpec learningRate, ScheduleSpec momentum, ScheduleSpec batch)
      implements java.io.Serializable {

    /** Nothing changes. */
    public static final Schedules CONSTANT =
        new Schedules(ScheduleSpec.CONSTANT, ScheduleSpec.CONSTANT, ScheduleSpec.CONSTANT);
  }

  /** How epochs of these examples are cut into steps, for a model of this layout. */
  StepClock clock(Sampler sampler, Layout layout) {
    return clock(sampler.examples(), LeastShard.batch(layout, sampler.workers()));
  }

  /**
   * How epochs are cut into steps.
   *
   * @param examples of an epoch
   * @param least a last batch of fewer is joined to the one before
   */
  public StepClock clock(int examples, int least) {
    return new StepClock(examples, schedules.batch().resolve(batch, 1, epochs), dropLast, least);
  }

  /** The momentum of each step: NaN where the recipe's own setting holds. */
  Schedule momentum(long stepsPerEpoch, long steps) {
    if (schedules.momentum().equals(ScheduleSpec.CONSTANT)) return step -> Double.NaN;
    return schedules.momentum().resolve(optimizer.momentum(), stepsPerEpoch, steps);
  }
}
