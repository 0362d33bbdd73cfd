package io.kudari.train;

import io.kudari.event.Event;
import io.kudari.math.Layout;
import io.kudari.train.plan.StepRange;
import java.util.function.Consumer;

/**
 * Measures something in some steps and tells it as {@link Event.Scalar}. It never changes a bit of
 * the training: whatever it is given is only read, and only during the call.
 *
 * <p>Each loop of a run has its own. Where several train together, all call the same methods in the
 * same order, so that a meter may complete sums over their slices by {@link Workers#partialSums}.
 * One that must go on after a resume is {@link io.kudari.state.Stateful} too: what it keeps is
 * saved with the run and given back, unless it measures for the first time. Not thread-safe.
 */
public interface Meter {

  /**
   * Told of a step before its update.
   *
   * @param step its number is how many have been taken before
   * @param steps how many will have been taken after it; one more, or as many more as a round has
   * @param parameters the whole vector
   * @param sum what the workers computed; its values are of the own slice
   */
  default void before(StepRange step, long steps, float[] parameters, Workers.Sum sum) {}

  /**
   * Told after the update, when everybody's slice of the parameters has been shared.
   *
   * @param steps how many have been taken
   * @param parameters the whole vector
   * @param events told what was measured, before the end of the step is
   */
  default void after(long steps, float[] parameters, Consumer<Event> events) {}

  /**
   * What a meter is opened with.
   *
   * @param plan of the run; where its exchange is not exact, sums are not of all workers
   * @param layout of the parameters
   * @param workers all of them, as the loop sees them
   */
  record Context(TrainingPlan plan, Layout layout, Workers workers) {}
}
