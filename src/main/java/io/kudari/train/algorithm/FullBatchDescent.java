package io.kudari.train.algorithm;

import io.kudari.math.Layout;
import io.kudari.math.VectorSource;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.fullbatch.Minimizer;
import io.kudari.optim.noise.ShardNorms;
import io.kudari.setting.Setting;
import io.kudari.state.StateReader;
import io.kudari.state.StateWriter;
import io.kudari.train.Algorithm;
import io.kudari.train.AlgorithmSpec;
import io.kudari.train.DivergedException;
import io.kudari.train.GradientSum;
import io.kudari.train.Request;
import io.kudari.train.TrainingPlan;
import io.kudari.train.Workers;
import io.kudari.train.plan.BatchSchedule;
import io.kudari.train.plan.StepRange;
import java.util.List;

/**
 * A second-order recipe on the loss over all training examples: an iteration is an epoch and a
 * step. The recipes {@code cg}, {@code l-bfgs} and {@code coordinate} choose it themselves.
 */
public record FullBatchDescent() implements AlgorithmSpec {

  static final Algorithms.Kind KIND =
      new Algorithms.Kind(
          "full-batch",
          "an iteration of a second-order recipe on the loss over all examples",
          List.of(),
          settings -> {
            var unused = Setting.complete("full-batch", List.of(), settings);
            return new FullBatchDescent();
          });

  @Override
  public String name() {
    return KIND.name();
  }

  @Override
  public void check(OptimizerSpec optimizer, BatchRule rule) {
    if (optimizer.fullBatch()) return;
    throw new IllegalArgumentException(
        "full-batch needs an optimizer for full batches (cg, l-bfgs, coordinate), not "
            + optimizer.name());
  }

  @Override
  public int slots(OptimizerSpec optimizer, Layout layout) {
    return 0;
  }

  /** One for each epoch, which is an iteration. */
  @Override
  public long steps(BatchSchedule batches, int epochs) {
    return Math.min(epochs, batches.most());
  }

  @Override
  public String obstacle(TrainingPlan plan) {
    return "optimizer.name = "
        + plan.optimizer().name()
        + " has no state between its steps to go on from";
  }

  @Override
  public Algorithm open(Algorithm.Context context) {
    return new Descent(context);
  }

  private static final class Descent implements Algorithm {

    private final Context c;
    private final int examples;
    private FullBatch loss;
    private Minimizer.Run run;
    private float[] reached;

    Descent(Context context) {
      this.c = context;
      this.examples = context.batches().examples();
    }

    @Override
    public void begin(float[] parameters) {
      loss = new FullBatch(c.workers(), c.normalizer(), c.layout(), parameters, examples);
      reached = parameters.clone();
      double[] x = new double[parameters.length];
      for (int i = 0; i < x.length; i++) x[i] = parameters[i];
      run = c.plan().optimizer().minimizer().start(loss, x);
      checkFinite(0);
    }

    @Override
    public StepRange next(long step, int epoch, int position) {
      StepRange all = new StepRange(step, epoch, position, examples, false);
      if (all.isEmpty()) return all;
      if (c.batches().isSpent(step) || !run.advance())
        return new StepRange(step, epoch, position, position, false);
      checkFinite(step);
      return all;
    }

    private void checkFinite(long step) {
      double value = run.now().value();
      if (!Double.isFinite(value)) throw new DivergedException(step, 0, value, null);
    }

    /** The minimizer has moved already. */
    @Override
    public Workers.Sum compute(float[] parameters, StepRange range) {
      loss.accept(run.now().x(), reached);
      return new Workers.Sum(
          VectorSource.of(reached),
          sum(loss.told(run.now().value())),
          examples,
          ShardNorms.NONE,
          GradientSum.NONE,
          loss.times(),
          loss.stop() ? Request.STOP : Request.NONE,
          false);
    }

    /** The sum of which a value is the mean, to the bit. */
    private double sum(double mean) {
      double sum = mean * examples;
      if (sum / examples < mean) return Math.nextUp(sum);
      return sum / examples > mean ? Math.nextDown(sum) : sum;
    }

    @Override
    public double update(float[] parameters, VectorSource mean, StepRange range, Workers.Sum sum) {
      int from = c.workers().slice().from();
      System.arraycopy(reached, from, parameters, from, c.workers().slice().size());
      return Double.NaN;
    }

    @Override
    public float[] evaluated(float[] parameters, long step) {
      return parameters;
    }

    @Override
    public void observe(double validationLoss) {}

    @Override
    public void save(StateWriter to) {
      throw new IllegalStateException(c.plan().obstacle());
    }

    @Override
    public void restore(StateReader from) {
      throw new IllegalStateException(c.plan().obstacle());
    }
  }
}
