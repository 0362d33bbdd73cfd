package io.kudari.train;

import io.kudari.data.Normalizer;
import io.kudari.math.Layout;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.math.Slice;
import io.kudari.math.VectorSource;
import io.kudari.train.plan.BatchSchedule;
import io.kudari.train.plan.StepRange;
import java.util.Arrays;

/**
 * Batch normalisation's running means and variances. They are not optimised: after a step the
 * workers' average is assigned. And for averaged parameters, which no step has seen, they are
 * computed anew (Izmailov et al., 2018, §3.2). Not thread-safe.
 */
public final class RunningStatistics {

  private final Layout layout;
  private final Workers workers;
  private final Normalizer normalizer;
  private final BatchSchedule batches;
  private boolean asked;

  /** Of a run's workers. */
  RunningStatistics(Layout layout, Workers workers, Normalizer normalizer, BatchSchedule batches) {
    this.layout = layout;
    this.workers = workers;
    this.normalizer = normalizer;
    // They are of the parameters, however far the run goes.
    this.batches = batches.unbounded();
  }

  /** Copies the statistics within a slice. */
  public static void assign(Layout layout, Slice slice, float[] target, VectorSource mean) {
    for (Segment s : layout.segments()) {
      int from = Math.max(s.offset(), slice.from());
      int to = Math.min(s.end(), slice.to());
      if (s.role() == Role.STATISTIC && from < to) mean.copy(new Slice(from, to), target);
    }
  }

  /** Adds to the statistics within a slice. */
  public static void move(Layout layout, Slice slice, float[] target, VectorSource by) {
    float[] piece = new float[Layout.BLOCK];
    for (Segment s : layout.segments()) {
      int end = Math.min(s.end(), slice.to());
      if (s.role() != Role.STATISTIC) continue;
      for (int at = Math.max(s.offset(), slice.from()); at < end; at += piece.length) {
        int to = Math.min(end, at + piece.length);
        by.read(at, to, piece);
        for (int i = at; i < to; i++) target[i] += piece[i - at];
      }
    }
  }

  /**
   * Replaces the statistics of averaged parameters by the mean of the batch statistics over the
   * training examples. A step gives decay · before + (1 − decay) · batch, so two calls with
   * different values before tell the decay.
   *
   * @param averaged shared by all callers
   * @param step how many steps have been taken
   */
  void recompute(float[] averaged, long step) {
    if (layout.segments().stream().noneMatch(s -> s.role() == Role.STATISTIC)) return;
    StepRange first = batches.at(step, 0, 0);
    float[] one = after(averaged, 1, first);
    float[] zero = after(averaged, 0, first);
    double[] sum = new double[averaged.length];
    long examples = 0;
    for (StepRange range = first; !range.isEmpty(); range = batches.at(step, 0, range.to())) {
      float[] batch = after(averaged, 0, range);
      int count = range.to() - range.from();
      for (int i = 0; i < sum.length; i++) sum[i] += (double) batch[i] * count;
      examples += count;
    }
    float[] mean = new float[averaged.length];
    for (int i = 0; i < mean.length; i++) {
      double decay = one[i] - zero[i];
      mean[i] = (float) (sum[i] / examples / (1 - decay));
    }
    assign(layout, workers.slice(), averaged, VectorSource.of(mean));
    workers.share(averaged);
  }

  /** Whether somebody asked for a snapshot meanwhile, since this was last asked. */
  boolean takeAsked() {
    boolean taken = asked;
    asked = false;
    return taken;
  }

  /** The statistics, within the own slice, after a step that finds them all equal. */
  private float[] after(float[] averaged, float before, StepRange range) {
    float[] all = new float[averaged.length];
    Arrays.fill(all, before);
    assign(layout, workers.slice(), averaged, VectorSource.of(all));
    workers.share(averaged);
    Workers.Sum found = workers.gradient(averaged, normalizer, range.withoutLearning());
    asked |= found.request() == Request.SNAPSHOT;
    Arrays.fill(all, 0);
    assign(layout, workers.slice(), all, found.perExample());
    return all;
  }
}
