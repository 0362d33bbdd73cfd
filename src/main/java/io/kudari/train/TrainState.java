package io.kudari.train;

import io.kudari.data.Sampler;
import io.kudari.math.Slice;
import io.kudari.model.ModelSpec;
import java.util.Comparator;
import java.util.List;

/**
 * Everything a run needs to go on after a step as if nothing had happened, besides its
 * configuration and data: what a checkpoint keeps. Random numbers are counted, not drawn, so no
 * generator has a state.
 *
 * <p>Where several ranks and threads train together, each states its slice of the vectors, and
 * {@link #join} puts the slices together; all the rest is the same for all of them. Any number of
 * ranks may go on from the whole.
 *
 * @param slice the part of the vector that the arrays hold
 * @param step how many steps have been taken
 * @param epoch the epoch of the next step, from 0
 * @param position how many examples of that epoch have been seen; the epoch's evaluation comes next
 *     when these are all of them
 * @param epochLoss sum of the losses of these examples
 * @param progress of early stopping
 * @param rates what learning-rate schedules remember: {@link Rates#state}
 * @param localSteps what the schedule of averaging rounds remembers
 * @param noise what the noise scale's averages are; empty where nothing was measured
 * @param parameters to train
 * @param slots of the optimizer, by slot; with averaging the averaged slots; empty before the first
 *     step
 * @param best the parameters of the best epoch so far, or empty when they are not kept
 */
@SuppressWarnings("ArrayRecordComponent")
public record TrainState(
    Slice slice,
    long step,
    int epoch,
    int position,
    double epochLoss,
    EarlyStopping.Progress progress,
    double[] rates,
    double[] localSteps,
    double[] noise,
    float[] parameters,
    float[][] slots,
    float[] best)
    implements java.io.Serializable {

  /** A state in which no noise was measured. */
  public TrainState(
      Slice slice,
      long step,
      int epoch,
      int position,
      double epochLoss,
      EarlyStopping.Progress progress,
      double[] rates,
      double[] localSteps,
      float[] parameters,
      float[][] slots,
      float[] best) {
    this(
        slice,
        step,
        epoch,
        position,
        epochLoss,
        progress,
        rates,
        localSteps,
        new double[0],
        parameters,
        slots,
        best);
  }

  /**
   * Puts the slices of one step together.
   *
   * @param parts in any order; some may be empty
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
      if (p.step != first.step || p.slots.length != first.slots.length || p.slice.from() != to) {
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
    TrainState joined = first.with(new Slice(from, to), first.best.length > 0);
    for (TrainState p : sorted) p.copyInto(joined);
    return joined;
  }

  /** The state before the first step. */
  public static TrainState initial(ModelSpec model, TrainingPlan plan, Sampler sampler) {
    Averaging averaging = plan.averagingOrNull();
    return new TrainState(
        new Slice(0, model.layout().size()),
        0,
        0,
        0,
        0,
        EarlyStopping.Progress.NONE,
        Rates.of(plan, plan.clock(sampler, model.layout())).state(),
        averaging == null ? new double[0] : averaging.schedule(plan.epochs()).state(),
        model.initial(plan.seed()),
        new float[0][],
        new float[0]);
  }

  /**
   * The same, to go on with another rule of early stopping. What it has seen counts on, as it was
   * judged then. But where it cannot, because the metric is another one or because the parameters
   * of the best epoch are wanted and were not kept, the rule begins anew: {@link
   * EarlyStopping.Progress#NONE}.
   *
   * @param beforeOrNull the rule so far
   * @param nowOrNull the rule from here on
   */
  public TrainState stopping(EarlyStopping beforeOrNull, EarlyStopping nowOrNull) {
    boolean anew =
        nowOrNull == null || beforeOrNull == null || nowOrNull.breakWith(beforeOrNull) != null;
    boolean keepsBest = !anew && nowOrNull.restoreBest();
    return new TrainState(
        slice,
        step,
        epoch,
        position,
        epochLoss,
        anew ? EarlyStopping.Progress.NONE : progress,
        rates,
        localSteps,
        noise,
        parameters,
        slots,
        keepsBest ? best : new float[0]);
  }

  /** The same, but with all learning rates from now on times a factor. */
  public TrainState slower(double factor) {
    return new TrainState(
        slice,
        step,
        epoch,
        position,
        epochLoss,
        progress,
        Rates.slower(rates, factor),
        localSteps,
        noise,
        parameters,
        slots,
        best);
  }

  /** The part of a whole that one slice needs. */
  public TrainState cut(Slice part) {
    if (part.from() < slice.from() || part.to() > slice.to())
      throw new IllegalArgumentException(part + " is not within " + slice);
    TrainState cut = with(part, best.length > 0);
    copyInto(cut);
    return cut;
  }

  /** The same with arrays of zeros for a slice. */
  private TrainState with(Slice part, boolean keepsBest) {
    return new TrainState(
        part,
        step,
        epoch,
        position,
        epochLoss,
        progress,
        rates,
        localSteps,
        noise,
        new float[part.size()],
        new float[slots.length][part.size()],
        new float[keepsBest ? part.size() : 0]);
  }

  /** Copies what both slices have. */
  private void copyInto(TrainState target) {
    int from = Math.max(slice.from(), target.slice.from());
    int length = Math.min(slice.to(), target.slice.to()) - from;
    int source = from - slice.from();
    int at = from - target.slice.from();
    System.arraycopy(parameters, source, target.parameters, at, length);
    for (int k = 0; k < slots.length; k++)
      System.arraycopy(slots[k], source, target.slots[k], at, length);
    if (best.length > 0) System.arraycopy(best, source, target.best, at, length);
  }
}
