package io.kudari.train;

import io.kudari.data.Normalizer;
import io.kudari.math.Layout;
import io.kudari.math.VectorSource;
import io.kudari.optim.Optimizer;
import io.kudari.state.Stateful;
import io.kudari.train.plan.BatchSchedule;
import io.kudari.train.plan.StepRange;

/**
 * What a step is: which examples it takes, what the workers compute on them, and how the mean of
 * that changes the parameters. It owns all state that outlives a step besides the parameters, and
 * says which.
 *
 * <p>Opened once a loop, by its {@link AlgorithmSpec}. Where several loops train together, all call
 * the same methods in the same order and get the same answers. Not thread-safe.
 */
public interface Algorithm extends Stateful {

  /** Told once, before the first step, which parameters are trained. */
  default void begin(float[] parameters) {}

  /**
   * The examples of the next step.
   *
   * @param step how many steps have been taken
   * @param epoch that goes on, from 0
   * @param position examples of the epoch already taken
   * @return an empty range where the epoch ends; and at an epoch's begin, where no more steps can
   *     be found
   */
  StepRange next(long step, int epoch, int position);

  /**
   * Lets the workers compute what a step needs.
   *
   * @param parameters the whole vector; only read
   */
  Workers.Sum compute(float[] parameters, StepRange range);

  /**
   * Changes the own slice of the parameters.
   *
   * @param mean of what the workers computed; may be read by blocks, also again, until this returns
   * @return the learning rate of the step, NaN where there is none
   */
  double update(float[] parameters, VectorSource mean, StepRange range, Workers.Sum sum);

  /** Told after an update, once everybody's slice of the parameters has been shared. */
  default void shared(Workers.Sum sum) {}

  /** Takes in what is still under way of the steps so far: told before a state, and at the end. */
  default void settle() {}

  /** How many steps the last one counts for. */
  default int length() {
    return 1;
  }

  /** The parameters to evaluate, such as an average; a view of them, or an array of their own. */
  float[] evaluated(float[] parameters, long step);

  /** Tells the validation loss at the end of an epoch. */
  void observe(double validationLoss);

  @Override
  default String name() {
    return "algorithm";
  }

  /**
   * What an algorithm is opened with.
   *
   * @param plan what the run does
   * @param batches how epochs are cut into steps
   * @param layout of the parameters
   * @param logicalWorkers how many logical workers there are
   * @param workers all of them, as the loop sees them
   * @param normalizer of the inputs
   * @param statistics batch normalisation's running statistics
   * @param noise measures the workers' gradients
   * @param rateFactor times which all learning rates are
   */
  record Context(
      TrainingPlan plan,
      BatchSchedule batches,
      Layout layout,
      int logicalWorkers,
      Workers workers,
      Normalizer normalizer,
      RunningStatistics statistics,
      NoiseMeter noise,
      double rateFactor) {

    /** The learning rate and momentum of each step. */
    public Rates rates() {
      return Rates.of(plan, batches, rateFactor);
    }

    /** The plan's optimizer of the own slice, with empty slots. */
    public Optimizer optimizer() {
      return plan.optimizer().open(layout, workers.slice(), workers.partialSums(), plan.seed());
    }

    /** The step that starts there, of which the noise may be measured; empty at an epoch's end. */
    public StepRange gradientStep(long step, int epoch, int position) {
      return noise.ask(batches.at(step, epoch, position));
    }

    /** The sum of the workers' gradients in a step, who are told of the next one before. */
    public Workers.Sum gradient(float[] parameters, StepRange range) {
      workers.announce(gradientStep(range.step() + 1, range.epoch(), range.to()));
      return workers.gradient(parameters, normalizer, range);
    }

    /**
     * The parameters to evaluate: averages where the recipe keeps such.
     *
     * @param steps that the optimizer has taken
     */
    public float[] evaluated(Optimizer optimizer, float[] parameters, long steps) {
      if (!optimizer.averages(steps)) return parameters;
      float[] averaged = workers.shared(new float[parameters.length]);
      optimizer.evaluation(parameters, averaged, steps);
      workers.share(averaged);
      if (optimizer.needsStatistics(steps)) statistics.recompute(averaged, steps);
      return averaged;
    }
  }
}
