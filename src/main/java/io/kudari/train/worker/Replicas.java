package io.kudari.train.worker;

import io.kudari.math.Floats;
import io.kudari.math.Layout;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.math.Slice;
import io.kudari.math.VectorSource;
import io.kudari.optim.Optimizer;
import io.kudari.optim.OptimizerSpec;
import io.kudari.train.GradientSum;
import io.kudari.train.Round;
import io.kudari.train.RunningStatistics;
import io.kudari.train.plan.LocalSlots;
import io.kudari.train.plan.StepRange;
import java.util.Arrays;

/**
 * The local steps of a range of workers, which take their rounds one after the other on one thread.
 *
 * <p>Memory: one replica of the parameters and the slots of one optimizer for the whole range,
 * because no replica outlives its round; with {@link LocalSlots#KEEP} the slots of one optimizer a
 * worker, and with elasticity a replica a worker too. Averaged slots further take one vector a slot
 * for each node of the sum, of which a range has about log₂ of its workers.
 *
 * <p>Not thread-safe.
 */
final class Replicas {

  /** Computes a worker's gradient sum of one step. */
  interface Gradient {
    GradientSum of(float[] parameters, StepRange step, float[] into);
  }

  private static final float[][] EMPTY = new float[0][];

  private final Layout layout;
  private final long seed;
  private final Optimizer[] optimizers;

  /** By worker, where it outlives a round; null before its first one. */
  private final float[][] own;

  private float[] replica;
  private Optimizer last;
  private long updateNanos;

  /**
   * Replicas of so many workers.
   *
   * @param seed the experiment's
   */
  Replicas(Layout layout, long seed, int workers) {
    this.layout = layout;
    this.seed = seed;
    this.optimizers = new Optimizer[workers];
    this.own = new float[workers][];
    this.replica = new float[layout.size()];
  }

  /**
   * Takes one worker's steps. Steps for which it has no examples are left out. A loss that is not
   * finite ends its round.
   *
   * @param index of the worker in the range
   * @param into receives the way
   * @return how far it came times the weight of its examples, running statistics times their
   *     number, as they are averaged; loss and count of the whole round
   */
  GradientSum steps(int index, float[] parameters, Round round, Gradient gradient, float[] into) {
    begin(index, parameters, round);
    last = optimizer(index, round);
    GradientSum total = null;
    for (int i = 0; i < round.steps().size(); i++) {
      GradientSum found = gradient.of(replica, round.steps().get(i), into);
      total = total == null ? found : then(total, found);
      if (found.diverged() != GradientSum.NONE) return total;
      if (found.count() > 0) update(found, round, i);
    }
    float weight = (float) total.weight();
    for (int i = 0; i < into.length; i++) into[i] = weight * (replica[i] - parameters[i]);
    if (total.weight() == total.count()) return total;
    for (Segment s : layout.segments())
      if (s.role() == Role.STATISTIC)
        for (int i = s.offset(); i < s.end(); i++)
          into[i] = total.count() * (replica[i] - parameters[i]);
    return total;
  }

  private void begin(int index, float[] parameters, Round round) {
    boolean goesOn = round.elasticity() > 0;
    if (goesOn && own[index] != null) {
      replica = own[index];
      return;
    }
    if (goesOn) replica = own[index] = new float[parameters.length];
    System.arraycopy(parameters, 0, replica, 0, replica.length);
  }

  /**
   * Lets the worker of the last {@link #steps} come back by a share of how far it is from the
   * parameters.
   *
   * @param sent what that is, times the weight of its examples, which is above 0, or of running
   *     statistics times their number
   */
  void comeBack(double elasticity, GradientSum sent) {
    for (Segment s : layout.segments()) {
      double all = s.role() == Role.STATISTIC ? sent.count() : sent.weight();
      float share = (float) (elasticity / all);
      for (int i = s.offset(); i < s.end(); i++) replica[i] -= share * sent.values()[i];
    }
  }

  private static GradientSum then(GradientSum before, GradientSum now) {
    return new GradientSum(
        now.values(),
        before.loss() + now.loss(),
        before.count() + now.count(),
        before.weight() + now.weight(),
        now.norms(),
        now.diverged());
  }

  private void update(GradientSum found, Round round, int i) {
    long start = System.nanoTime();
    float[] mean = found.values();
    Slice whole = new Slice(0, mean.length);
    found.toMean(layout);
    RunningStatistics.assign(layout, whole, replica, VectorSource.of(mean));
    last.step(replica, mean, round.at().get(i));
    updateNanos += System.nanoTime() - start;
  }

  private Optimizer optimizer(int index, Round round) {
    int own = round.rule() == LocalSlots.KEEP ? index : 0;
    if (optimizers[own] == null) optimizers[own] = open(round.optimizer());
    if (round.rule() != LocalSlots.KEEP) optimizers[own].restore(round.slots());
    return optimizers[own];
  }

  private Optimizer open(OptimizerSpec spec) {
    return spec.open(layout, seed);
  }

  /**
   * The slots with which the last round of {@link #steps} ended, times a weight: new arrays.
   *
   * @param weight 0 for a worker whose examples weigh nothing, or that has none: its slots do not
   *     count
   */
  float[][] slots(float weight) {
    float[][] slots = weight == 0 ? EMPTY : last.slots();
    if (slots.length == 0) return new float[last.slotCount()][layout.size()];
    for (float[] slot : slots) Floats.scale(slot, weight, 0, slot.length);
    return slots;
  }

  /**
   * Of each worker its replica where that outlives a round, and behind it the slots of its
   * optimizer where it has one of its own.
   */
  float[][][] kept() {
    float[][][] all = new float[optimizers.length][][];
    for (int i = 0; i < all.length; i++) {
      float[][] slots = optimizers[i] == null ? EMPTY : optimizers[i].slots();
      if (own[i] == null) {
        all[i] = slots;
        continue;
      }
      all[i] = new float[slots.length + 1][];
      all[i][0] = own[i].clone();
      System.arraycopy(slots, 0, all[i], 1, slots.length);
    }
    return all;
  }

  /**
   * Takes over what {@link #kept} gave.
   *
   * @param replicas whether replicas outlive their rounds
   * @throws IllegalArgumentException when a vector has not the parameters' length
   */
  void keep(float[][][] kept, OptimizerSpec spec, boolean replicas) {
    for (int i = 0; i < optimizers.length; i++) {
      for (float[] vector : kept[i]) checkLength(vector);
      if (optimizers[i] == null) optimizers[i] = open(spec);
      boolean replica = replicas && kept[i].length > 0;
      optimizers[i].restore(Arrays.copyOfRange(kept[i], replica ? 1 : 0, kept[i].length));
      own[i] = replica ? kept[i][0].clone() : null;
    }
  }

  private void checkLength(float[] kept) {
    if (kept.length == layout.size()) return;
    throw new IllegalArgumentException(
        "a worker keeps vectors of "
            + layout.size()
            + " values, the state has one of "
            + kept.length);
  }

  /** Time spent in optimizers since the last call, in nanoseconds. */
  long takeUpdateNanos() {
    long nanos = updateNanos;
    updateNanos = 0;
    return nanos;
  }
}
