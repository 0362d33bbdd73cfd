package io.kudari.train;

import io.kudari.data.Normalization;
import io.kudari.data.Sampler;
import io.kudari.exchange.GradientExchange;
import io.kudari.math.Layout;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.schedule.Schedule;
import io.kudari.optim.schedule.ScheduleSpec;
import io.kudari.train.plan.BatchSchedule;
import io.kudari.train.plan.Course;
import io.kudari.train.plan.EarlyStopping;
import io.kudari.train.plan.LastBatch;
import io.kudari.train.plan.NoiseMode;
import java.util.List;

/**
 * What a run does, apart from its model and data. Nothing here depends on the machine.
 *
 * @param seed of every random number of the run
 * @param epochs passes over the training examples (iterations, for a full-batch recipe), at least 1
 * @param batch examples of a step over all workers (the global batch), at least 1
 * @param lastBatch what becomes of an epoch's short last batch
 * @param normalization of the inputs
 * @param optimizer recipe, whose learning rate and momentum are the bases of their schedules
 * @param schedules of what may change while training
 * @param rule how the learning rate follows the global batch
 * @param baseBatch the global batch the learning rate is meant for
 * @param stopping early stopping; null is {@link EarlyStopping#NEVER}
 * @param algorithm what a step is; null is what the optimizer is usually trained by
 * @param safety what to do when something goes wrong
 * @param exchange how gradients become one update
 * @param noise whether the gradient's noise scale is measured
 * @param course how far the run goes and when it is evaluated, besides what epochs say
 * @param meters what else is measured
 */
public record TrainingPlan(
    long seed,
    int epochs,
    int batch,
    LastBatch lastBatch,
    Normalization normalization,
    OptimizerSpec optimizer,
    Schedules schedules,
    BatchRule rule,
    int baseBatch,
    EarlyStopping stopping,
    AlgorithmSpec algorithm,
    Safety safety,
    GradientExchange exchange,
    NoiseMode noise,
    Course course,
    List<MeterSpec> meters)
    implements java.io.Serializable {

  /**
   * Checks that the parts fit together.
   *
   * @throws IllegalArgumentException when something cannot be combined; one line
   */
  public TrainingPlan {
    if (stopping == null) stopping = EarlyStopping.NEVER;
    meters = List.copyOf(meters);
    algorithm.check(optimizer, rule);
    algorithm.check(exchange);
    if (optimizer.fullBatch() && (exchange.isLossy() || !exchange.isExact())) {
      throw new IllegalArgumentException(
          exchange.name() + " needs an optimizer that takes steps, not " + optimizer.name());
    }
  }

  /** The setting that goes by the validation, and does nothing without one; null if none does. */
  public String followerOrNull() {
    if (!stopping.isNever()) return "train.early-stopping";
    if (!course.target().isNone()) return "train.target";
    if (schedules.learningRate().followsValidation()) return "schedule.learning-rate";
    if (schedules.momentum().followsValidation()) return "schedule.momentum";
    if (schedules.batch().followsValidation()) return "schedule.batch";
    for (AlgorithmSpec.OwnSchedule own : algorithm.schedules())
      if (own.spec().followsValidation()) return own.path();
    return null;
  }

  /**
   * The same by another algorithm.
   *
   * @throws IllegalArgumentException when they cannot be combined; one line
   */
  public TrainingPlan by(AlgorithmSpec other) {
    return copy(lastBatch, other, safety, exchange, noise, course, meters);
  }

  /** Why it has no state between steps to go on from, in one line; empty when it has. */
  public String obstacle() {
    return algorithm.obstacle(this);
  }

  /**
   * The same with other safety.
   *
   * @throws IllegalArgumentException when the plan cannot do it; one line
   */
  public TrainingPlan with(Safety other) {
    other.check(this);
    return copy(lastBatch, algorithm, other, exchange, noise, course, meters);
  }

  /**
   * The same by another exchange.
   *
   * @throws IllegalArgumentException when the plan cannot do it; one line
   */
  public TrainingPlan by(GradientExchange other) {
    return copy(lastBatch, algorithm, safety, other, noise, course, meters);
  }

  /** The same with another way to measure the gradient's noise. */
  public TrainingPlan with(NoiseMode other) {
    return copy(lastBatch, algorithm, safety, exchange, other, course, meters);
  }

  /** The same with another end of epochs. */
  public TrainingPlan with(LastBatch other) {
    return copy(other, algorithm, safety, exchange, noise, course, meters);
  }

  /** The same with other meters. */
  public TrainingPlan with(List<MeterSpec> others) {
    return copy(lastBatch, algorithm, safety, exchange, noise, course, others);
  }

  /** The same with another course. */
  public TrainingPlan with(Course other) {
    return copy(lastBatch, algorithm, safety, exchange, noise, other, meters);
  }

  /**
   * Why so many workers cannot measure the noise that the batch rule goes by, in one line; empty
   * when they can.
   */
  public String noiseObstacle(int workers) {
    if (rule != BatchRule.ADASCALE || workers > 1 || noise == NoiseMode.HALVES) return "";
    return "adascale goes by the variance between workers: it needs train.workers of at least 2,"
        + " or train.noise-scale = halves";
  }

  private TrainingPlan copy(
      LastBatch end,
      AlgorithmSpec by,
      Safety safely,
      GradientExchange through,
      NoiseMode measured,
      Course along,
      List<MeterSpec> measuring) {
    return new TrainingPlan(
        seed,
        epochs,
        batch,
        end,
        normalization,
        optimizer,
        schedules,
        rule,
        baseBatch,
        stopping,
        by,
        safely,
        through,
        measured,
        along,
        measuring);
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

  /** How many steps it takes, where nothing ends it before, for a model of this layout. */
  public long steps(Sampler sampler, Layout layout) {
    return steps(sampler, layout, epochs);
  }

  /** As the other, of the first {@code epochs} alone. */
  public long steps(Sampler sampler, Layout layout, int epochs) {
    return algorithm.steps(batches(sampler, layout), epochs);
  }

  /** How epochs of these examples are cut into steps, for a model of this layout. */
  BatchSchedule batches(Sampler sampler, Layout layout) {
    return batches(sampler.examples(), LeastShard.batch(layout, sampler.workers()));
  }

  /**
   * How epochs are cut into steps.
   *
   * @param examples of an epoch
   * @param least a last batch of fewer is joined to the one before
   */
  public BatchSchedule batches(int examples, int least) {
    return new BatchSchedule(
        examples,
        schedules.batch().resolve(batch, 1, epochs),
        lastBatch == LastBatch.DROP,
        least,
        course.steps(),
        lastBatch == LastBatch.CARRY ? epochs - 1 : 0);
  }

  /** The momentum of each step: NaN where the recipe's own setting holds. */
  Schedule momentum(long stepsPerEpoch, long steps) {
    if (schedules.momentum().equals(ScheduleSpec.CONSTANT)) return step -> Double.NaN;
    return schedules.momentum().resolve(optimizer.momentum(), stepsPerEpoch, steps);
  }
}
