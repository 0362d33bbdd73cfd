package io.kudari.train.algorithm;

import io.kudari.data.Normalizer;
import io.kudari.event.StepTimes;
import io.kudari.math.Layout;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.optim.fullbatch.Objective;
import io.kudari.train.Request;
import io.kudari.train.Workers;
import io.kudari.train.plan.StepRange;

/**
 * The mean loss over all training examples as a function of the parameters, for the recipes that
 * need it exactly. Every evaluation draws the same dropout masks, so that equal parameters give
 * equal bits. Running statistics are no variables of the function: they move on when a point is
 * {@link #accept accepted}. Not thread-safe.
 */
final class FullBatch implements Objective {

  private final Workers workers;
  private final Normalizer normalizer;

  /** Whose loss is the function, whatever units it is told in. */
  private final Normalizer minimised;

  private final Layout layout;
  private final int examples;
  private final float[] point;
  private final float[] statistics;
  private final float[] total;
  private StepTimes times = StepTimes.ZERO;
  private boolean stop;

  /**
   * A function that has not been evaluated.
   *
   * @param start values, of which the running statistics are kept
   * @param examples of an epoch
   */
  FullBatch(Workers workers, Normalizer normalizer, Layout layout, float[] start, int examples) {
    this.workers = workers;
    this.normalizer = normalizer;
    this.minimised = normalizer.withoutUnits();
    this.layout = layout;
    this.examples = examples;
    this.point = start.clone();
    this.statistics = start.clone();
    this.total = workers.shared(new float[start.length]);
  }

  @Override
  public double evaluate(double[] x, double[] gradient) {
    for (Segment s : layout.segments()) {
      if (!s.role().isLearned()) continue;
      for (int i = s.offset(); i < s.end(); i++) point[i] = (float) x[i];
    }
    Workers.Sum sum = workers.gradient(point, minimised, all());
    sum.values().copy(workers.slice(), total);
    workers.share(total);
    stop = sum.request() == Request.STOP;
    for (Segment s : layout.segments()) {
      boolean learned = s.role().isLearned();
      for (int i = s.offset(); i < s.end(); i++) {
        double mean = total[i] / (learned ? sum.divisor() : sum.count());
        gradient[i] = learned ? mean : 0;
        if (s.role() == Role.STATISTIC) statistics[i] = (float) mean;
      }
    }
    times = times.plus(sum.times());
    return sum.meanLoss();
  }

  /**
   * What is told of the function's value at the point that was accepted last: the loss in the
   * targets' own units, which takes another pass where they are scaled.
   *
   * @param value the function's
   */
  double told(double value) {
    if (normalizer.targets().isNone()) return value;
    Workers.Sum sum = workers.gradient(point, normalizer, all());
    times = times.plus(sum.times());
    workers.share(total);
    return sum.meanLoss();
  }

  private StepRange all() {
    return new StepRange(0, 0, 0, examples, false);
  }

  /** Moves on to a point: writes it, with the running statistics, to {@code parameters}. */
  void accept(double[] x, float[] parameters) {
    for (Segment s : layout.segments()) {
      for (int i = s.offset(); i < s.end(); i++) {
        parameters[i] = s.role().isLearned() ? (float) x[i] : statistics[i];
      }
    }
    System.arraycopy(parameters, 0, point, 0, point.length);
  }

  /** Whether somebody asked to end the run. */
  boolean stop() {
    return stop;
  }

  /** Where the time went since this was last asked. */
  StepTimes times() {
    StepTimes since = times;
    times = StepTimes.ZERO;
    return since;
  }
}
