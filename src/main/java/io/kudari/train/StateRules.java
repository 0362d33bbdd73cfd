package io.kudari.train;

import io.kudari.math.Layout;
import io.kudari.state.StateException;
import io.kudari.train.plan.BatchSchedule;

/**
 * What the numbers of a state may be, when it comes from a file: those that no run of its plan
 * reaches would end it early, or let it go on with examples and rates that are not its own.
 */
public final class StateRules {

  private StateRules() {}

  /**
   * Compares a state with the plan under which it was saved.
   *
   * @throws StateException when no run of that plan reaches it
   */
  public static void check(TrainState state, TrainingPlan plan) {
    within("epoch", state.epoch(), 0, plan.epochs());
    within("step", state.step(), state.epoch(), plan.course().steps());
    if (!(state.rateFactor() > 0 && state.rateFactor() <= 1))
      throw new StateException(
          "rateFactor is " + state.rateFactor() + ", but must be within (0, 1]");
    if (state.isInitial()) return;
    BestEpoch.check(state);
    Evaluations.check(state);
  }

  /**
   * Compares where in its epoch a state is with the examples there are.
   *
   * @throws StateException when no step ends there
   */
  public static void check(TrainState state, TrainingPlan plan, DataPlan data, Layout layout) {
    BatchSchedule batches = plan.batches(data.sampler(), layout);
    int position = state.position();
    within("position", position, 0, batches.furthest(state.epoch()));
    long most = (long) state.epoch() * data.sampler().examples() + position;
    within("step", state.step(), state.epoch(), most);
  }

  static void within(String name, double value, double least, double most) {
    boolean whole = value == Math.rint(value);
    if (whole && value >= least && value <= most) return;
    String shown = whole && Math.abs(value) < 1L << 53 ? "" + (long) value : "" + value;
    throw new StateException(
        "%s is %s, but must be within %d..%d".formatted(name, shown, (long) least, (long) most));
  }
}
