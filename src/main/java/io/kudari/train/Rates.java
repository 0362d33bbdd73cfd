package io.kudari.train;

import io.kudari.math.Layout;
import io.kudari.math.Slice;
import io.kudari.math.VectorSource;
import io.kudari.optim.AdaScale;
import io.kudari.optim.BatchRule;
import io.kudari.optim.Schedule;
import io.kudari.optim.Step;
import io.kudari.state.StateReader;
import io.kudari.state.StateWriter;
import io.kudari.state.Stateful;
import java.util.List;

/**
 * The learning rate and momentum of each step, as schedules and batch-size rule say. Steps are
 * asked for in order. Not thread-safe.
 */
public final class Rates implements Stateful {

  private final TrainingPlan plan;
  private final BatchSchedule batches;
  private final Schedule rate;
  private final Schedule momentum;
  private final AdaScale adaScale;
  private final Layout layout;
  private final Workers workers;
  private final double factor;
  private double previous = Double.NaN;

  private Rates(
      TrainingPlan plan,
      BatchSchedule batches,
      Schedule rate,
      Schedule momentum,
      AdaScale adaScale,
      Layout layout,
      Workers workers,
      double factor) {
    this.plan = plan;
    this.batches = batches;
    this.rate = rate;
    this.momentum = momentum;
    this.adaScale = adaScale;
    this.layout = layout;
    this.workers = workers;
    this.factor = factor;
  }

  /**
   * Resolves the schedules of a plan.
   *
   * @param factor times which all rates are
   */
  public static Rates of(
      TrainingPlan plan, BatchSchedule batches, Layout layout, Workers workers, double factor) {
    long steps = batches.steps(plan.epochs());
    long perEpoch = Math.max(1, steps / plan.epochs());
    boolean adaptive = plan.rule() == BatchRule.ADASCALE;
    int shards = Math.max(1, plan.batch() / plan.baseBatch());
    // AdaScale reads the schedule at its progress, which counts steps of the base batch.
    long scale = adaptive ? shards : 1;
    Schedule rate =
        plan.schedules()
            .learningRate()
            .stretchWarmup(plan.rule().warmupStretch(plan.batch(), plan.baseBatch()))
            .resolve(plan.optimizer().learningRate(), perEpoch * scale, steps * scale);
    return new Rates(
        plan,
        batches,
        rate,
        plan.momentum(perEpoch, steps),
        adaptive ? new AdaScale(shards) : null,
        layout,
        workers,
        factor);
  }

  /** The same step, with the norms of the workers' gradients where {@link #at} needs them. */
  public StepRange measured(StepRange range) {
    return adaScale == null ? range : range.withNorms();
  }

  /**
   * What the optimizer needs to know of a step.
   *
   * @param sum the step's, of a {@link #measured} range
   */
  public Step at(StepRange range, Workers.Sum sum) {
    double now = scheduled(range.step(), range.epoch());
    if (adaScale != null) now *= adaScale.gain(sum.squaredNorms(), squaredNorm(sum.mean()));
    return at(range, now);
  }

  /** As the other, of a step that no rule measures. */
  public Step at(StepRange range) {
    return at(range, scheduled(range.step(), range.epoch()));
  }

  private Step at(StepRange range, double scheduled) {
    double now = scheduled * factor;
    Step step =
        new Step(
            range.step(), now, Double.isNaN(previous) ? now : previous, momentum.at(range.step()));
    previous = now;
    return step;
  }

  /** What schedule and batch-size rule give a step; AdaScale's, the one that comes next. */
  private double scheduled(long step, int epoch) {
    long at = adaScale == null ? step : (long) adaScale.progress();
    return rate.at(at) * plan.rule().factor(batches.batch(epoch), plan.baseBatch());
  }

  /** The learning rate of a step as far as it can be foreseen: without AdaScale's gain. */
  double foreseen(long step, int epoch) {
    return scheduled(step, epoch) * factor;
  }

  /** The momentum of a step; NaN where the recipe's own setting holds. */
  double momentum(long step) {
    return momentum.at(step);
  }

  /** Of the whole vector, by blocks in their order, whoever holds which. */
  private double squaredNorm(VectorSource mean) {
    float[] piece = new float[Layout.BLOCK];
    List<Slice> blocks = layout.blocks();
    double[] sums = new double[blocks.size()];
    int first = blocks.size();
    int last = 0;
    for (int b = 0; b < sums.length; b++) {
      Slice block = blocks.get(b);
      if (block.from() < workers.slice().from() || block.to() > workers.slice().to()) continue;
      mean.read(block.from(), block.to(), piece);
      for (int i = 0; i < block.size(); i++) sums[b] += (double) piece[i] * piece[i];
      first = Math.min(first, b);
      last = b + 1;
    }
    workers.partialSums().complete(sums, Math.min(first, last), last);
    double sum = 0;
    for (double s : sums) sum += s;
    return sum;
  }

  @Override
  public String name() {
    return "rates";
  }

  @Override
  public void save(StateWriter to) {
    to.numbers("previous", previous);
    to.numbers("schedule", rate.state());
    if (adaScale != null) to.numbers("gain", adaScale.state());
  }

  @Override
  public void restore(StateReader from) {
    previous = from.numbers("previous", 1)[0];
    rate.restore(from.numbers("schedule", rate.state().length));
    if (adaScale != null) adaScale.restore(from.numbers("gain", adaScale.state().length));
  }

  /** Tells the validation loss at the end of an epoch. */
  public void observe(double validationLoss) {
    rate.observe(validationLoss);
  }
}
