package io.kudari.train.algorithm;

import io.kudari.math.Floats;
import io.kudari.math.Slice;
import io.kudari.math.VectorSource;
import io.kudari.optim.Optimizer;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.Step;
import io.kudari.optim.schedule.Schedule;
import io.kudari.state.StateReader;
import io.kudari.state.StateWriter;
import io.kudari.train.Algorithm;
import io.kudari.train.Rates;
import io.kudari.train.Round;
import io.kudari.train.Workers;
import io.kudari.train.plan.LocalSlots;
import io.kudari.train.plan.StepRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@link ParameterAveraging} and {@link ElasticAveraging} at work: a round of local steps stands in
 * the place of a step. Not thread-safe.
 */
final class Rounds implements Algorithm {

  private static final String AVERAGED = "averaged";
  private static final String KEPT = "kept";

  private final LocalSlots rule;
  private final Context c;
  private final Rates rates;
  private final Optimizer optimizer;
  private final Schedule localSteps;
  private final int slotCount;
  private final double elasticity;
  private final OuterStep outer;
  private float[][] slots = new float[0][];
  private Round round;

  /**
   * For one loop.
   *
   * @param localSteps H by the epoch
   * @param elasticity as {@link Round#elasticity}
   * @param outer what makes a step of the mean displacement
   */
  Rounds(
      Context context,
      Schedule localSteps,
      LocalSlots rule,
      double elasticity,
      OptimizerSpec outer) {
    this.rule = rule;
    this.c = context;
    this.rates = context.rates();
    this.optimizer = context.optimizer();
    this.localSteps = localSteps;
    this.elasticity = elasticity;
    this.outer = new OuterStep(outer, context);
    this.slotCount = rule == LocalSlots.AVERAGE ? optimizer.slotCount() : 0;
  }

  /** The range of a round: up to H steps, as far as the epoch goes. */
  @Override
  public StepRange next(long step, int epoch, int position) {
    StepRange last = c.batches().at(step, epoch, position);
    for (int h = localSteps.count(epoch); h > 1; h--) {
      StepRange more = c.batches().at(last.step() + 1, epoch, last.to());
      if (more.isEmpty()) break;
      last = more;
    }
    return new StepRange(step, epoch, position, last.to(), false);
  }

  @Override
  public Workers.Sum compute(float[] parameters, StepRange range) {
    List<StepRange> steps = new ArrayList<>();
    List<Step> at = new ArrayList<>();
    int position = range.from();
    while (position < range.to()) {
      StepRange next = c.batches().at(range.step() + steps.size(), range.epoch(), position);
      Step now = rates.at(next);
      steps.add(next);
      at.add(rule == LocalSlots.RESET ? anew(now, at) : now);
      position = next.to();
    }
    round = new Round(steps, at, c.plan().optimizer(), rule, slots, elasticity);
    return c.workers().round(parameters, c.normalizer(), round);
  }

  /** The step as an optimizer sees it that begins with the round. */
  private static Step anew(Step now, List<Step> before) {
    double previous = before.isEmpty() ? now.rate() : now.previousRate();
    return new Step(before.size(), now.rate(), previous, now.momentum());
  }

  @Override
  public int length() {
    return round.steps().size();
  }

  /** Moves the own slice by what the outer optimizer makes of the mean displacement. */
  @Override
  public double update(float[] parameters, VectorSource moved, StepRange range, Workers.Sum sum) {
    outer.step(parameters, moved);
    return round.at().get(length() - 1).rate();
  }

  /** Averages the slots where the rule says so. */
  @Override
  public void shared(Workers.Sum sum) {
    Slice own = c.workers().slice();
    boolean first = slots.length < slotCount;
    // Of examples that weigh nothing there is no mean: slots stay as they were.
    if (sum.weight() == 0 && !first) return;
    if (first) slots = new float[slotCount][];
    for (int k = 0; k < slotCount; k++) {
      float[] mean = c.workers().slotSum(k);
      if (first) slots[k] = c.workers().shared(new float[mean.length]);
      Floats.scale(mean, 1f / (float) sum.divisor(), own.from(), own.to());
      System.arraycopy(mean, own.from(), slots[k], own.from(), own.size());
      c.workers().share(slots[k]);
    }
  }

  @Override
  public float[] evaluated(float[] parameters, long step) {
    if (!optimizer.averages(step)) return parameters;
    optimizer.restore(slots());
    return c.evaluated(optimizer, parameters, step);
  }

  @Override
  public void observe(double validationLoss) {
    rates.observe(validationLoss);
    localSteps.observe(validationLoss);
  }

  @Override
  public void save(StateWriter to) {
    to.save(rates);
    to.save(outer);
    to.numbers(ParameterAveraging.STEPS.key(), localSteps.state());
    to.slices(AVERAGED, slots());
    if (rule == LocalSlots.KEEP) saveKept(to);
  }

  private void saveKept(StateWriter to) {
    Workers.Kept kept = c.workers().kept();
    to.hosts(kept.slots().length, kept.of());
    for (int i = 0; i < kept.slots().length; i++)
      to.ofWorker(KEPT, kept.first() + i, kept.slots()[i]);
  }

  /** The own slice of the averaged slots, copied; empty under another rule. */
  private float[][] slots() {
    Slice own = c.workers().slice();
    return Arrays.stream(slots)
        .map(slot -> Arrays.copyOfRange(slot, own.from(), own.to()))
        .toArray(float[][]::new);
  }

  @Override
  public void restore(StateReader from) {
    from.restore(rates);
    from.restore(outer);
    localSteps.restore(from.numbers(ParameterAveraging.STEPS.key(), localSteps.state().length));
    float[][] saved = from.whole(AVERAGED);
    if (saved.length != slotCount && saved.length != 0) {
      throw new IllegalArgumentException(
          "averaging keeps " + slotCount + " slots, the state has " + saved.length);
    }
    slots = saved;
    for (int k = 0; k < slots.length; k++) slots[k] = c.workers().shared(slots[k]);
    if (rule == LocalSlots.KEEP) restoreKept(from);
  }

  private void restoreKept(StateReader from) {
    float[][][] all = new float[c.workers().kept().of()][][];
    for (int v = 0; v < all.length; v++) all[v] = from.ofWorker(KEPT, v);
    c.workers().keep(all, c.plan().optimizer(), elasticity > 0);
  }
}
