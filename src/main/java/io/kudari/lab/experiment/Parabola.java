package io.kudari.lab.experiment;

import io.kudari.data.DigitCount;
import io.kudari.data.FeatureStatistics;
import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.event.StepTimes;
import io.kudari.exchange.Exchanges;
import io.kudari.math.Layout;
import io.kudari.math.Slice;
import io.kudari.math.VectorSource;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.noise.ShardNorms;
import io.kudari.train.Algorithm;
import io.kudari.train.AlgorithmSpec;
import io.kudari.train.GradientSum;
import io.kudari.train.NoiseMeter;
import io.kudari.train.Request;
import io.kudari.train.Round;
import io.kudari.train.Safety;
import io.kudari.train.Subset;
import io.kudari.train.TrainingPlan;
import io.kudari.train.Workers;
import io.kudari.train.plan.Course;
import io.kudari.train.plan.EarlyStopping;
import io.kudari.train.plan.LastBatch;
import io.kudari.train.plan.NoiseMode;
import io.kudari.train.plan.StepRange;
import java.util.List;

/**
 * Descent on ½x² from 1 by an algorithm of the product: one worker with one example, whose gradient
 * is x.
 */
final class Parabola implements Workers {

  private static final Layout LAYOUT = Layout.flat(1);

  /**
   * Takes steps.
   *
   * @return x after each of them, also of those after it has become infinite
   */
  static double[] path(AlgorithmSpec by, OptimizerSpec optimizer, int steps) {
    TrainingPlan plan = plan(by, optimizer, steps);
    Workers workers = new Parabola();
    Algorithm algorithm =
        by.open(
            new Algorithm.Context(
                plan,
                plan.batches(1, 1),
                LAYOUT,
                1,
                workers,
                Normalizer.none(),
                // It has no batch normalisation.
                null,
                new NoiseMeter(plan, 1, LAYOUT, workers),
                1));
    float[] x = {1};
    algorithm.begin(x);
    double[] path = new double[steps];
    for (int t = 0; t < steps; t++) {
      // An epoch has one example.
      StepRange range = algorithm.next(t, t, 0);
      Sum sum = algorithm.compute(x, range);
      algorithm.update(x, sum.mean(LAYOUT), range, sum);
      path[t] = x[0];
    }
    return path;
  }

  private static TrainingPlan plan(AlgorithmSpec by, OptimizerSpec optimizer, int steps) {
    return new TrainingPlan(
        1,
        steps,
        1,
        LastBatch.KEEP,
        new Normalization(Normalizer.Method.NONE, Normalizer.Per.ALL, 1),
        optimizer,
        TrainingPlan.Schedules.CONSTANT,
        BatchRule.NONE,
        1,
        EarlyStopping.NEVER,
        by,
        Safety.DEFAULT,
        Exchanges.USUAL,
        NoiseMode.OFF,
        Course.EPOCHS,
        List.of());
  }

  @Override
  public int ranks() {
    return 1;
  }

  @Override
  public int threads() {
    return 1;
  }

  @Override
  public Slice slice() {
    return new Slice(0, 1);
  }

  @Override
  public Sum gradient(float[] parameters, Normalizer normalizer, StepRange step) {
    float x = parameters[0];
    float[] gradient = {x};
    return new Sum(
        VectorSource.of(gradient),
        0.5 * x * x,
        1,
        ShardNorms.NONE,
        GradientSum.NONE,
        StepTimes.ZERO,
        Request.NONE,
        false);
  }

  @Override
  public FeatureStatistics statistics() {
    throw new UnsupportedOperationException("a parabola has no features");
  }

  @Override
  public long[] count(DigitCount digits) {
    throw new UnsupportedOperationException("a parabola has no examples");
  }

  @Override
  public FeatureStatistics targetStatistics() {
    throw new UnsupportedOperationException("a parabola has no targets");
  }

  @Override
  public Sum round(float[] parameters, Normalizer normalizer, Round round) {
    throw new UnsupportedOperationException("one worker takes no local steps");
  }

  @Override
  public float[] slotSum(int slot) {
    throw new UnsupportedOperationException("one worker takes no local steps");
  }

  @Override
  public Kept kept() {
    throw new UnsupportedOperationException("one worker takes no local steps");
  }

  @Override
  public void keep(float[][][] slots, OptimizerSpec optimizer, boolean replicas) {
    throw new UnsupportedOperationException("one worker takes no local steps");
  }

  @Override
  public Evaluated evaluate(
      float[] parameters, Normalizer normalizer, Subset subset, boolean scored) {
    throw new UnsupportedOperationException("a parabola has nothing to evaluate");
  }

  @Override
  public void close() {}
}
