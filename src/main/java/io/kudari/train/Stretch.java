package io.kudari.train;

import io.kudari.data.Sampler;
import io.kudari.math.Layout;
import io.kudari.math.Slice;
import io.kudari.optim.schedule.Schedule;
import io.kudari.optim.schedule.ScheduleSpec;
import io.kudari.state.StateReader;
import io.kudari.train.plan.BatchSchedule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What becomes of schedules when a run goes on with more epochs than it began with. Those that
 * stretch over the whole run follow their new length from there on, so their value may jump.
 */
public final class Stretch {

  private final TrainingPlan before;
  private final TrainingPlan now;
  private final TrainState state;

  /** Epoch of the last step taken, and of the next. */
  private final int last;

  private final int next;
  private final List<String> lines = new ArrayList<>();

  private Stretch(TrainingPlan before, TrainingPlan now, TrainState state, int last, int next) {
    this.before = before;
    this.now = now;
    this.state = state;
    this.last = last;
    this.next = next;
  }

  /**
   * Compares two plans that differ in their number of epochs or steps at the step where a run goes
   * on.
   *
   * @param before the plan so far
   * @param now the plan from here on
   * @return one line for each schedule whose values are others: from what to what it goes, and why
   */
  public static List<String> lines(
      TrainingPlan before, TrainingPlan now, TrainState state, Sampler sampler, Layout layout) {
    boolean same =
        before.epochs() == now.epochs() && before.course().steps() == now.course().steps();
    if (state.step() == 0 || same || now.optimizer().fullBatch()) return List.of();
    BatchSchedule old = before.batches(sampler, layout);
    BatchSchedule longer = now.batches(sampler, layout);
    boolean ends = longer.at(state.step(), state.epoch(), state.position()).isEmpty();
    int last = state.position() > 0 ? state.epoch() : state.epoch() - 1;
    Stretch stretch = new Stretch(before, now, state, last, ends ? last + 1 : state.epoch());
    stretch.rates(
        Rates.of(before, old, state.rateFactor()), Rates.of(now, longer, state.rateFactor()));
    stretch.epochs(
        "schedule.batch", now.schedules().batch(), "the batch goes", old::batch, longer::batch);
    stretch.own();
    return stretch.lines;
  }

  private void rates(Rates old, Rates longer) {
    algorithm().restore(old);
    algorithm().restore(longer);
    steps(
        "schedule.learning-rate",
        now.schedules().learningRate(),
        "the learning rate goes",
        step -> old.foreseen(step, step < state.step() ? last : next),
        step -> longer.foreseen(step, step < state.step() ? last : next));
    steps(
        "schedule.momentum",
        now.schedules().momentum(),
        "the momentum goes",
        old::momentum,
        longer::momentum);
  }

  /** The schedules that belong to the algorithm. */
  private void own() {
    for (AlgorithmSpec.OwnSchedule own : now.algorithm().schedules()) {
      Schedule old = own.resolve(before.epochs());
      Schedule longer = own.resolve(now.epochs());
      old.restore(algorithm().numbers(own.key()));
      longer.restore(algorithm().numbers(own.key()));
      epochs(own.path(), own.spec(), "the " + own.what() + " go", old::count, longer::count);
    }
  }

  /** What the algorithm has saved. */
  private StateReader algorithm() {
    return new StateReader(state.state(), new Slice(0, 0)).within("algorithm");
  }

  private interface Value {
    double at(long step);
  }

  private interface Count {
    int at(int epoch);
  }

  private void steps(String key, ScheduleSpec spec, String what, Value old, Value longer) {
    long step = state.step();
    if (same(old.at(step - 1), longer.at(step - 1)) && same(old.at(step), longer.at(step))) return;
    tell(
        key,
        spec,
        what,
        number(old.at(step - 1)) + " in step " + step,
        number(longer.at(step)) + " in step " + (step + 1));
  }

  private void epochs(String key, ScheduleSpec spec, String what, Count old, Count longer) {
    if (old.at(last) == longer.at(last) && old.at(next) == longer.at(next)) return;
    tell(
        key,
        spec,
        what,
        old.at(last) + " in epoch " + (last + 1),
        longer.at(next) + " in epoch " + (next + 1));
  }

  /** NaN stands for the recipe's own setting. */
  private static boolean same(double a, double b) {
    return Double.compare(a, b) == 0;
  }

  private void tell(String key, ScheduleSpec spec, String what, String from, String to) {
    boolean bySteps = before.course().steps() != now.course().steps();
    lines.add(
        "%s (%s) depends on %s now instead of %d: %s from %s to %s"
            .formatted(
                key,
                spec.kind(),
                bySteps
                    ? "train.steps, which is " + now.course().steps()
                    : "train.epochs, which is " + now.epochs(),
                bySteps ? before.course().steps() : before.epochs(),
                what,
                from,
                to));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3g", value);
  }
}
