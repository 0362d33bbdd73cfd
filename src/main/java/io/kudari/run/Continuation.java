package io.kudari.run;

import io.kudari.data.Sampler;
import io.kudari.math.Layout;
import io.kudari.train.Stretch;
import io.kudari.train.TrainState;
import io.kudari.train.TrainingPlan;
import io.kudari.train.plan.Course;
import io.kudari.train.plan.EarlyStopping;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a run goes on from a checkpoint when it is to end at another time than it was.
 *
 * @param before the plan so far
 * @param now the plan from here on
 * @param saved where the run is
 */
record Continuation(TrainingPlan before, TrainingPlan now, TrainState saved) {

  /** Whether a plan may train longer than another. */
  static boolean asksMore(TrainingPlan before, TrainingPlan now) {
    return now.epochs() > before.epochs()
        || now.course().steps() > before.course().steps()
        || !now.course().target().equals(before.course().target())
        || !now.stopping().equals(before.stopping());
  }

  /** The state to go on from. */
  TrainState state() {
    return saved.stopping(before.stopping(), now.stopping());
  }

  /**
   * Why a run that has ended stays so, and what would let it go on: one line. Nothing when there is
   * something to do.
   *
   * @param run names it
   */
  Optional<String> end(String run) {
    EarlyStopping stopping = now.stopping();
    boolean stopped = stopping.stops(state().progress());
    boolean spent = saved.step() >= now.course().steps();
    boolean trained = saved.epoch() >= now.epochs() || spent;
    boolean reached = saved.hasReached(now.course().target());
    if (asksMore(before, now) && !trained && !stopped && !reached) return Optional.empty();
    if (reached) return Optional.of(run + " has reached its target; another train.target goes on");
    String more =
        spent
            ? "--set train.steps=N with more than " + now.course().steps()
            : "--set train.epochs=N with more than " + now.epochs();
    if (!stopped) return Optional.of(run + " is complete; " + more + " goes on");
    int since = state().progress().epochsSince();
    return Optional.of(
        "%s stopped early after epoch %d, %d without a better %s; %s with more than %d %s"
            .formatted(
                run,
                saved.epoch(),
                since,
                stopping.metric().id(),
                "--set train.early-stopping.patience=N",
                since,
                trained ? "and " + more + " go on" : "goes on"));
  }

  /** A rule by which a run ends, in which the plans differ: the section's name, or nothing. */
  Optional<String> otherRule() {
    Course was = before.course();
    Course is = now.course();
    if (!now.stopping().equals(before.stopping())) return Optional.of("train.early-stopping");
    if (!is.target().equals(was.target())) return Optional.of("train.target");
    boolean looks =
        is.looks().every() == was.looks().every() && is.looks().at().equals(was.looks().at());
    return looks || is.target().isNone() ? Optional.empty() : Optional.of("train.evaluate");
  }

  /** What is otherwise from here on than it was planned so far: one line each. */
  List<String> changes(Sampler sampler, Layout layout) {
    List<String> lines = new ArrayList<>(Stretch.lines(before, now, saved, sampler, layout));
    EarlyStopping stopping = now.stopping();
    if (stopping.isNever() || before.stopping().isNever()) return lines;
    String why = stopping.breakWith(before.stopping());
    if (why != null && saved.progress().bestEpoch() >= 0)
      lines.add("early stopping begins anew with epoch " + (saved.epoch() + 1) + ": " + why);
    return lines;
  }
}
