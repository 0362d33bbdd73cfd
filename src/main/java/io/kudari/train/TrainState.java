package io.kudari.train;

import io.kudari.math.Slice;
import io.kudari.model.ModelSpec;
import io.kudari.state.State;
import io.kudari.train.plan.Course;
import io.kudari.train.plan.EarlyStopping;
import java.util.Comparator;
import java.util.List;

/**
 * Everything a run needs to go on after a step as if nothing had happened, besides its
 * configuration and data: what a checkpoint keeps. Random numbers are counted, not drawn, so no
 * generator has a state.
 *
 * <p>Where several ranks and threads train together, each states its part, and {@link #join} puts
 * the parts together. Any number of ranks may go on from the whole.
 *
 * @param slice the part of the vector that the arrays hold
 * @param step how many steps have been taken
 * @param epoch the epoch of the next step, from 0
 * @param position how many examples of that epoch have been seen; the epoch's evaluation comes next
 *     when these are all of them, or more where a batch runs across the end of the epoch
 * @param epochLoss sum of the losses of these examples
 * @param rateFactor times which all learning rates are, 1 unless the run backed off
 * @param parameters to train
 * @param state what is {@link io.kudari.state.Stateful}: the algorithm's and early stopping's
 */
@SuppressWarnings("ArrayRecordComponent")
public record TrainState(
    Slice slice,
    long step,
    int epoch,
    int position,
    double epochLoss,
    double rateFactor,
    float[] parameters,
    State state)
    implements java.io.Serializable {

  /** The state before the first step, with the model's start values. */
  public static TrainState initial(ModelSpec model, TrainingPlan plan) {
    return initial(model.initial(plan.seed()));
  }

  /** The state before the first step, with given start values. */
  public static TrainState initial(float[] parameters) {
    return new TrainState(new Slice(0, parameters.length), 0, 0, 0, 0, 1, parameters, State.EMPTY);
  }

  /** Whether no step has been taken. */
  public boolean isInitial() {
    return step == 0 && epoch == 0 && position == 0 && state.isEmpty();
  }

  /** Whether parts of one step are all that there are. */
  public static boolean isWhole(List<TrainState> parts, int parameters) {
    int size = 0;
    int hosted = 0;
    for (TrainState part : parts) {
      size += part.slice.size();
      hosted += part.state.hosted();
    }
    return size >= parameters && hosted >= parts.get(0).state.workers();
  }

  /**
   * Puts the parts of one step together.
   *
   * @param parts in any order; the slices of some may be empty
   * @throws IllegalArgumentException unless they are of the same step and cover a range without
   *     gaps or overlaps
   */
  public static TrainState join(List<TrainState> parts) {
    List<TrainState> sorted =
        parts.stream()
            .sorted(
                Comparator.<TrainState>comparingInt(p -> p.slice.from())
                    .thenComparingInt(p -> p.slice.to()))
            .toList();
    TrainState first = sorted.get(0);
    int from = first.slice.from();
    int to = from;
    for (TrainState p : sorted) {
      if (p.step != first.step || p.slice.from() != to) {
        throw new IllegalArgumentException(
            "slice "
                + p.slice
                + " of step "
                + p.step
                + " does not follow "
                + to
                + " of step "
                + first.step);
      }
      to = p.slice.to();
    }
    float[] joined = new float[to - from];
    for (TrainState p : sorted)
      System.arraycopy(p.parameters, 0, joined, p.slice.from() - from, p.slice.size());
    List<Slice> slices = sorted.stream().map(TrainState::slice).toList();
    State state = State.join(slices, sorted.stream().map(TrainState::state).toList());
    return first.with(new Slice(from, to), first.rateFactor, joined, state);
  }

  /** Whether the run stands where validation was seen to reach a target. */
  public boolean hasReached(Course.Target target) {
    return Evaluations.isReached(this, target);
  }

  /** What early stopping has seen. */
  public EarlyStopping.Progress progress() {
    return BestEpoch.progress(state);
  }

  /**
   * The same, to go on with another rule of early stopping. What it has seen counts on, as it was
   * judged then. But where it cannot, because the metric is another one or because the parameters
   * of the best epoch are wanted and were not kept, the rule begins anew: {@link
   * EarlyStopping.Progress#NONE}.
   *
   * @param before the rule so far
   * @param now the rule from here on
   */
  public TrainState stopping(EarlyStopping before, EarlyStopping now) {
    boolean anew = now.isNever() || before.isNever() || now.breakWith(before) != null;
    if (anew) return with(slice, rateFactor, parameters, BestEpoch.forgotten(state));
    if (now.restoreBest()) return this;
    return with(slice, rateFactor, parameters, BestEpoch.withoutParameters(state));
  }

  /** The same, but with all learning rates from now on times a factor. */
  public TrainState slower(double factor) {
    return with(slice, rateFactor * factor, parameters, state);
  }

  /** The part of a whole that one slice needs. */
  public TrainState cut(Slice part) {
    if (part.from() < slice.from() || part.to() > slice.to())
      throw new IllegalArgumentException(part + " is not within " + slice);
    float[] cut = new float[part.size()];
    System.arraycopy(parameters, part.from() - slice.from(), cut, 0, cut.length);
    return with(part, rateFactor, cut, state.cut(slice, part));
  }

  /** The same with other vectors. */
  public TrainState with(Slice part, double factor, float[] values, State other) {
    return new TrainState(part, step, epoch, position, epochLoss, factor, values, other);
  }
}
