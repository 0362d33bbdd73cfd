package io.kudari.train.algorithm;

import io.kudari.math.Layout;
import io.kudari.math.Role;
import io.kudari.math.Slice;
import io.kudari.math.VectorSource;
import io.kudari.optim.BatchRule;
import io.kudari.optim.Optimizer;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.Step;
import io.kudari.optim.noise.GradientNoise;
import io.kudari.setting.Setting;
import io.kudari.state.StateReader;
import io.kudari.state.StateWriter;
import io.kudari.train.Algorithm;
import io.kudari.train.AlgorithmSpec;
import io.kudari.train.Rates;
import io.kudari.train.RunningStatistics;
import io.kudari.train.Safety;
import io.kudari.train.TrainingPlan;
import io.kudari.train.Workers;
import io.kudari.train.plan.StepRange;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Stale gradients under one seed, as a pipeline or a parameter server with τ gradients on their way
 * applies them (Agarwal and Duchi 2011): with gₜ the mean gradient of step t's examples at the
 * parameters xₜ and u the optimizer's update at rate ηₜ,
 *
 * <pre>xₜ₊₁ = xₜ − ηₜ u(gₜ₋τ),  and xₜ₊₁ = xₜ while t &lt; τ.</pre>
 *
 * <p>Plain descent on a quadratic of curvature h converges while η h &lt; 2 sin(π / (2 (2τ + 1))).
 * The optimizer counts the gradients it has been given, so bias corrections do not know of the
 * delay. Running statistics are not delayed. The last τ gradients of a run are not applied. With τ
 * = 0 it is gradient sharing to the bit.
 *
 * <p>A gradient may be compensated for the delay, see {@link Compensation}: all workers' gradients
 * of a step were taken at the same parameters, so their mean is compensated by one backup xₜ₋τ.
 *
 * <p>What is applied late may be exchanged late: with τ ≥ 1 several ranks sum gₜ, and then make and
 * share the parameters that come of gₜ₊₁₋τ and of those before, while they compute the next
 * gradient; see {@link Workers#sumsLate}. The bits are the same.
 *
 * <p>Memory: τ + 1 vectors over all ranks, each of which keeps its slice, or on every rank where
 * each updates the whole vector (see {@link io.kudari.exchange.GradientExchange#isReplicated});
 * with compensation as many of parameters, and one more if it is adaptive. A step that is skipped
 * because its numbers went wrong neither gives nor takes a gradient.
 *
 * @param delay τ, within 0..{@value #MOST}
 * @param compensation of the delay
 */
public record DelayedGradients(int delay, Compensation compensation) implements AlgorithmSpec {

  static final int MOST = 1024;

  private static final Setting<?> DELAY =
      Setting.of(
          "delay", 1, "whole [0, " + MOST + "]", "τ, the steps from a gradient to its update");

  private static final List<Setting<?>> SETTINGS =
      Stream.concat(Stream.of(DELAY), Compensation.SETTINGS.stream()).toList();

  static final Algorithms.Kind KIND =
      new Algorithms.Kind(
          "delayed-gradients",
          "the optimizer's step on the mean gradient of some steps before",
          SETTINGS,
          settings -> {
            Map<String, Object> all = Setting.complete("delayed-gradients", SETTINGS, settings);
            int delay = ((Double) all.get(DELAY.key())).intValue();
            return new DelayedGradients(delay, Compensation.of(all));
          });

  /** Without compensation. */
  public DelayedGradients(int delay) {
    this(delay, Compensation.NONE);
  }

  public DelayedGradients {
    if (delay < 0 || delay > MOST)
      throw new IllegalArgumentException("delay must be within 0.." + MOST + ", not " + delay);
  }

  @Override
  public String name() {
    return KIND.name();
  }

  @Override
  public Map<String, Object> settings() {
    Map<String, Object> all = new HashMap<>(compensation.settings());
    all.put(DELAY.key(), delay);
    return all;
  }

  @Override
  public void check(OptimizerSpec optimizer, BatchRule rule) {
    AlgorithmSpec.super.check(optimizer, rule);
    if (rule != BatchRule.ADASCALE || delay == 0) return;
    throw new IllegalArgumentException(
        "delayed-gradients excludes train.batch-rule = adascale, which measures the gradient that"
            + " is applied");
  }

  @Override
  public String warning(long steps) {
    if (delay < steps) return "";
    return "train.algorithm.delay = "
        + delay
        + " is not less than the run's "
        + steps
        + " steps: no gradient is applied, and the parameters stay as they are";
  }

  /**
   * Not where running statistics are needed at once, a step may be skipped for what its gradient
   * is, or an update needs sums over the ranks.
   */
  @Override
  public boolean sumsLate(TrainingPlan plan, Layout layout) {
    boolean statistics = layout.segments().stream().anyMatch(s -> s.role() == Role.STATISTIC);
    if (delay == 0 || statistics || plan.safety().action() == Safety.Action.SKIP) return false;
    return plan.exchange().isReplicated() || plan.optimizer().isLocal(layout);
  }

  @Override
  public int slots(OptimizerSpec optimizer, Layout layout) {
    int vectors = delay == 0 ? 0 : delay + 1;
    if (!compensation.isNone()) vectors += vectors + (compensation.adaptive() ? 1 : 0);
    return AlgorithmSpec.super.slots(optimizer, layout) + vectors;
  }

  @Override
  public Algorithm open(Algorithm.Context context) {
    return new Delayed(context, delay, compensation);
  }

  private static final class Delayed implements Algorithm {

    private final Context c;
    private final Rates rates;
    private final Optimizer optimizer;
    private final Slice own;

    private final int delay;

    /** The own slices of the gradients that wait and of the newest, as a ring. */
    private final float[][] waiting;

    /** The newest of them where it is still being summed, or null. */
    private VectorSource underway;

    /** Of the parameters that they were taken at, where the delay is compensated. */
    private final float[][] backups;

    private int oldest;
    private int held;

    /** Of the update that is made while the gradient of its step is computed, or null. */
    private Step ahead;

    private final Compensation compensation;
    private final float[] meanSquare;
    private final float[] piece;

    Delayed(Context context, int delay, Compensation compensation) {
      this.c = context;
      this.rates = context.rates();
      this.optimizer = context.optimizer();
      this.own = context.workers().slice();
      this.delay = delay;
      this.waiting = new float[delay == 0 ? 0 : delay + 1][own.size()];
      this.compensation = compensation;
      this.backups = new float[compensation.isNone() ? 0 : waiting.length][own.size()];
      this.meanSquare = new float[compensation.adaptive() ? own.size() : 0];
      this.piece = new float[Math.min(Layout.BLOCK, own.size())];
    }

    @Override
    public StepRange next(long step, int epoch, int position) {
      return c.gradientStep(step, epoch, position);
    }

    @Override
    public Workers.Sum compute(float[] parameters, StepRange range) {
      if (c.workers().updatesAside()) {
        Step at = rates.at(range);
        ahead = at;
        c.workers()
            .updateAside(
                parameters,
                next -> {
                  receive();
                  if (held == delay) apply(next, at);
                });
      }
      return c.gradient(parameters, range);
    }

    @Override
    public double update(float[] parameters, VectorSource mean, StepRange range, Workers.Sum sum) {
      RunningStatistics.assign(c.layout(), own, parameters, mean);
      Optional<GradientNoise> noise = c.noise().measure(sum);
      Step at = ahead != null ? ahead : rates.at(range, noise);
      if (delay == 0) optimizer.step(parameters, mean, at);
      else delayed(parameters, mean, at);
      return at.rate();
    }

    private void delayed(float[] parameters, VectorSource mean, Step at) {
      receive();
      int newest = (oldest + held) % waiting.length;
      if (backups.length > 0)
        System.arraycopy(parameters, own.from(), backups[newest], 0, own.size());
      underway = mean;
      held++;
      if (!c.workers().sumsLate()) receive();
      if (held > delay) apply(parameters, at);
      ahead = null;
    }

    /** Takes in the newest gradient. */
    private void receive() {
      if (underway == null) return;
      read(underway, waiting[(oldest + held - 1) % waiting.length]);
      underway = null;
    }

    /** Applies the oldest gradient, which has been received. */
    private void apply(float[] parameters, Step at) {
      float[] due = waiting[oldest];
      if (backups.length > 0)
        compensation.apply(due, parameters, own.from(), backups[oldest], meanSquare);
      oldest = (oldest + 1) % waiting.length;
      held--;
      VectorSource gradient =
          (from, to, into) -> System.arraycopy(due, from - own.from(), into, 0, to - from);
      long step = applied(at.step());
      optimizer.step(
          parameters, gradient, new Step(step, at.rate(), at.previousRate(), at.momentum()));
    }

    private void read(VectorSource mean, float[] into) {
      for (int from = own.from(); from < own.to(); from += piece.length) {
        int to = Math.min(own.to(), from + piece.length);
        mean.read(from, to, piece);
        System.arraycopy(piece, 0, into, from - own.from(), to - from);
      }
    }

    /** How many gradients have been applied after so many steps. */
    private long applied(long steps) {
      return Math.max(0, steps - delay);
    }

    @Override
    public void settle() {
      c.workers().settle();
      receive();
    }

    @Override
    public float[] evaluated(float[] parameters, long step) {
      return c.evaluated(optimizer, parameters, applied(step));
    }

    @Override
    public void observe(double validationLoss) {
      rates.observe(validationLoss);
    }

    @Override
    public void save(StateWriter to) {
      to.save(rates);
      to.slices("optimizer", optimizer.slots());
      to.slices("waiting", fromOldest(waiting));
      if (compensation.isNone()) return;
      to.slices("backups", fromOldest(backups));
      if (compensation.adaptive()) to.slices("mean-square", new float[][] {meanSquare.clone()});
    }

    private float[][] fromOldest(float[][] ring) {
      float[][] all = new float[delay == 0 ? 0 : held][];
      for (int k = 0; k < all.length; k++) all[k] = ring[(oldest + k) % ring.length].clone();
      return all;
    }

    @Override
    public void restore(StateReader from) {
      from.restore(rates);
      optimizer.restore(from.slices("optimizer"));
      float[][] saved = from.slices("waiting");
      if (saved.length > delay)
        throw new IllegalArgumentException("the state is of a longer delay");
      System.arraycopy(saved, 0, waiting, 0, saved.length);
      oldest = 0;
      held = saved.length;
      if (compensation.isNone()) return;
      float[][] parameters = from.slices("backups");
      if (parameters.length != held)
        throw new IllegalArgumentException(
            held + " gradients wait, but the state has " + parameters.length + " backups");
      System.arraycopy(parameters, 0, backups, 0, held);
      if (compensation.adaptive())
        System.arraycopy(from.slices("mean-square")[0], 0, meanSquare, 0, meanSquare.length);
    }
  }
}
