package io.kudari.train;

import io.kudari.exchange.GradientExchange;
import io.kudari.math.Floats;
import io.kudari.math.Layout;
import io.kudari.math.Segment;
import io.kudari.math.Slice;
import io.kudari.math.VectorSource;
import java.util.List;

/** Finds where a NaN or an infinite value is. Slow: for when something has gone wrong. */
final class Divergences {

  private final Layout layout;
  private final Workers workers;
  private final String limit;

  /**
   * Of a loop.
   *
   * @param limit what gradients whose losses are numbers may have met in the exchange, as {@link
   *     GradientExchange#limit}
   */
  Divergences(Layout layout, Workers workers, String limit) {
    this.layout = layout;
    this.workers = workers;
    this.limit = limit;
  }

  /** Names the segment an element belongs to. */
  String segment(int index) {
    return layout.segments().get(segmentAt(index)).name();
  }

  private int segmentAt(int index) {
    List<Segment> all = layout.segments();
    int s = 0;
    while (index >= all.get(s).end()) s++;
    return s;
  }

  /** The step's loss is no number. Called by all loops of a run, because all saw it. */
  DivergedException ofLoss(long step, Workers.Sum sum, float[] parameters) {
    int bad = Floats.firstNonFinite(parameters, 0, parameters.length);
    String where = bad >= 0 ? "parameter " + segment(bad) : gradient(all(ownSegment(sum)));
    return new DivergedException(step, sum.diverged(), sum.loss(), where);
  }

  /** Some of the own slice's gradient is no number, though the loss is. */
  DivergedException ofGradient(long step, Workers.Sum sum) {
    return new DivergedException(step, gradient(ownSegment(sum)), limit);
  }

  /**
   * What is wrong with a step, or null when it can be taken. Called by all loops of a run; all get
   * the same.
   */
  DivergedException find(long step, Workers.Sum sum, float[] parameters) {
    if (sum.diverged() != GradientSum.NONE) return ofLoss(step, sum, parameters);
    int segment = all(ownSegment(sum));
    return segment < 0 ? null : new DivergedException(step, gradient(segment), limit);
  }

  private String gradient(int segment) {
    return segment < 0 ? null : "gradient of " + layout.segments().get(segment).name();
  }

  /** The first segment that anybody has found, or −1. */
  private int all(int own) {
    double[] found = new double[layout.segments().size()];
    if (own >= 0) found[own] = 1;
    workers.partialSums().complete(found, 0, 0);
    for (int s = 0; s < found.length; s++) if (found[s] > 0) return s;
    return -1;
  }

  /** The first segment within the own slice with a value that is no number, or −1. */
  private int ownSegment(Workers.Sum sum) {
    Slice own = workers.slice();
    VectorSource mean = sum.mean(layout);
    float[] piece = new float[Layout.BLOCK];
    for (int from = own.from(); from < own.to(); from += Layout.BLOCK) {
      int to = Math.min(from + Layout.BLOCK, own.to());
      mean.read(from, to, piece);
      int bad = Floats.firstNonFinite(piece, 0, to - from);
      if (bad >= 0) return segmentAt(from + bad);
    }
    return -1;
  }
}
