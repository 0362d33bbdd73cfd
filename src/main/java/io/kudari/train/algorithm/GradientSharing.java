package io.kudari.train.algorithm;

import io.kudari.math.VectorSource;
import io.kudari.optim.Optimizer;
import io.kudari.optim.Step;
import io.kudari.setting.Setting;
import io.kudari.state.StateReader;
import io.kudari.state.StateWriter;
import io.kudari.train.Algorithm;
import io.kudari.train.AlgorithmSpec;
import io.kudari.train.Rates;
import io.kudari.train.RunningStatistics;
import io.kudari.train.Workers;
import io.kudari.train.plan.StepRange;
import java.util.List;

/**
 * Synchronous gradient descent: every step is the optimizer's, on the mean gradient of all workers'
 * examples at the parameters of that step.
 */
public record GradientSharing() implements AlgorithmSpec {

  static final Algorithms.Kind KIND =
      new Algorithms.Kind(
          "gradient-sharing",
          "the optimizer's step on the mean gradient of all workers",
          List.of(),
          settings -> {
            var unused = Setting.complete("gradient-sharing", List.of(), settings);
            return new GradientSharing();
          });

  @Override
  public String name() {
    return KIND.name();
  }

  @Override
  public Algorithm open(Algorithm.Context context) {
    return new Sharing(context);
  }

  private static final class Sharing implements Algorithm {

    private final Context c;
    private final Rates rates;
    private final Optimizer optimizer;

    Sharing(Context context) {
      this.c = context;
      this.rates = context.rates();
      this.optimizer = context.optimizer();
    }

    @Override
    public StepRange next(long step, int epoch, int position) {
      return c.gradientStep(step, epoch, position);
    }

    @Override
    public Workers.Sum compute(float[] parameters, StepRange range) {
      return c.gradient(parameters, range);
    }

    @Override
    public double update(float[] parameters, VectorSource mean, StepRange range, Workers.Sum sum) {
      RunningStatistics.assign(c.layout(), c.workers().slice(), parameters, mean);
      Step at = rates.at(range, c.noise().measure(sum));
      optimizer.step(parameters, mean, at);
      return at.rate();
    }

    @Override
    public float[] evaluated(float[] parameters, long step) {
      return c.evaluated(optimizer, parameters, step);
    }

    @Override
    public void observe(double validationLoss) {
      rates.observe(validationLoss);
    }

    @Override
    public void save(StateWriter to) {
      to.save(rates);
      to.slices("optimizer", optimizer.slots());
    }

    @Override
    public void restore(StateReader from) {
      from.restore(rates);
      optimizer.restore(from.slices("optimizer"));
    }
  }
}
