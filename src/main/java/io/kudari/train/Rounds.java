package io.kudari.train;

import io.kudari.data.Normalizer;
import io.kudari.math.Floats;
import io.kudari.math.Slice;
import io.kudari.math.VectorSource;
import io.kudari.optim.Optimizer;
import io.kudari.optim.Schedule;
import io.kudari.optim.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The strategy {@code averaging} as {@link TrainingLoop} runs it: a round of local steps stands in
 * the place of a step. See {@link Averaging}. Not thread-safe.
 */
final class Rounds {

  private final TrainingPlan plan;
  private final StepClock clock;
  private final Rates rates;
  private final LocalWorkers workers;
  private final Schedule localSteps;
  private final int slotCount;
  private float[][] slots = new float[0][];
  private Round round;
  private float[] way;

  /**
   * Rounds of a plan with averaging.
   *
   * @param slotCount of an optimizer
   * @throws IllegalArgumentException when the workers cannot take steps of their own
   */
  Rounds(TrainingPlan plan, StepClock clock, Rates rates, Workers workers, int slotCount) {
    if (!(workers instanceof LocalWorkers local)) {
      throw new IllegalArgumentException(
          "averaging needs workers that take steps of their own, not a "
              + workers.getClass().getSimpleName());
    }
    this.plan = plan;
    this.clock = clock;
    this.rates = rates;
    this.workers = local;
    this.localSteps = plan.averagingOrNull().schedule(plan.epochs());
    this.slotCount = plan.averagingOrNull().slots() == Averaging.Slots.AVERAGE ? slotCount : 0;
  }

  /**
   * What the next round takes: up to H steps, as far as the epoch goes.
   *
   * @param step number of its first step
   * @param position examples of the epoch already taken
   * @return the range of all its steps, or null where the epoch ends
   */
  StepRange next(long step, int epoch, int position) {
    StepRange first = clock.at(step, epoch, position);
    StepRange last = first;
    for (int h = localSteps.count(epoch); last != null && h > 1; h--) {
      StepRange more = clock.at(last.step() + 1, epoch, last.to());
      if (more == null) break;
      last = more;
    }
    return first == null ? null : new StepRange(step, epoch, position, last.to(), false);
  }

  /** Lets the workers take a round. */
  Workers.Sum take(float[] parameters, Normalizer normalizer, StepRange range) {
    List<StepRange> steps = new ArrayList<>();
    List<Step> at = new ArrayList<>();
    int position = range.from();
    while (position < range.to()) {
      StepRange next = clock.at(range.step() + steps.size(), range.epoch(), position);
      Step now = rates.at(next, null);
      steps.add(next);
      at.add(plan.averagingOrNull().slots() == Averaging.Slots.RESET ? anew(now, at) : now);
      position = next.to();
    }
    round = new Round(steps, at, plan.optimizer(), plan.averagingOrNull().slots(), slots);
    return workers.round(parameters, normalizer, round);
  }

  /** The step as an optimizer sees it that begins with the round. */
  private static Step anew(Step now, List<Step> before) {
    double previous = before.isEmpty() ? now.rate() : now.previousRate();
    return new Step(before.size(), now.rate(), previous, now.momentum());
  }

  /** Number of steps of the last round. */
  int length() {
    return round.steps().size();
  }

  /** Learning rate of the last round's last step. */
  double rate() {
    return round.at().get(length() - 1).rate();
  }

  /**
   * Puts the mean of the workers' parameters into the own slice.
   *
   * @param moved mean of how far they came
   */
  void update(float[] parameters, VectorSource moved) {
    Slice own = workers.slice();
    if (way == null) way = new float[parameters.length];
    moved.copy(own, way);
    Floats.add(parameters, way, own.from(), own.to());
  }

  /**
   * Averages the slots where the rule says so.
   *
   * @param examples of the last round
   */
  void averageSlots(long examples) {
    Slice own = workers.slice();
    boolean first = slots.length < slotCount;
    if (first) slots = new float[slotCount][];
    for (int k = 0; k < slotCount; k++) {
      float[] mean = workers.slotSum(k);
      if (first) slots[k] = workers.shared(new float[mean.length]);
      Floats.scale(mean, 1f / examples, own.from(), own.to());
      System.arraycopy(mean, own.from(), slots[k], own.from(), own.size());
      workers.share(slots[k]);
    }
  }

  /** Gives an optimizer of the own slice the averaged slots. */
  void restore(Optimizer optimizer) {
    optimizer.restore(slots());
  }

  /** What its schedule remembers, for a checkpoint. */
  double[] state() {
    return localSteps.state();
  }

  /** The own slice of the averaged slots, copied; empty under another rule. */
  float[][] slots() {
    Slice own = workers.slice();
    return Arrays.stream(slots)
        .map(slot -> Arrays.copyOfRange(slot, own.from(), own.to()))
        .toArray(float[][]::new);
  }

  /**
   * Takes over what {@link #state} and {@link #slots} gave.
   *
   * @param from of the whole vector
   * @throws IllegalArgumentException if it is of another plan
   */
  void restore(TrainState from) {
    int saved = from.slots().length;
    if (saved != slotCount && saved != 0) {
      throw new IllegalArgumentException(
          "averaging keeps " + slotCount + " slots, the state has " + saved);
    }
    localSteps.restore(from.localSteps());
    slots = new float[saved][];
    for (int k = 0; k < saved; k++) slots[k] = workers.shared(from.slots()[k].clone());
  }

  /** Tells the validation loss at the end of an epoch. */
  void observe(double validationLoss) {
    localSteps.observe(validationLoss);
  }
}
