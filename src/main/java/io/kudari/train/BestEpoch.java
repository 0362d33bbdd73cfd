package io.kudari.train;

import io.kudari.math.Slice;
import io.kudari.model.Evaluation;
import io.kudari.state.State;
import io.kudari.state.StateReader;
import io.kudari.state.StateWriter;
import io.kudari.state.Stateful;
import io.kudari.train.plan.EarlyStopping;
import java.util.Arrays;
import java.util.TreeMap;

/** Early stopping at work: what it has seen, and the best epoch's parameters. Not thread-safe. */
final class BestEpoch implements Stateful {

  private static final String NAME = "early-stopping";
  private static final String SEEN = "seen";
  private static final String BEST = "best";

  private final EarlyStopping rule;
  private final Slice own;
  private EarlyStopping.Progress progress = EarlyStopping.Progress.NONE;

  /** The best epoch's parameters; empty while none are kept. */
  private float[] parameters = new float[0];

  private boolean stopped;

  /**
   * Before the first epoch.
   *
   * @param own the slice whose values are saved
   */
  BestEpoch(EarlyStopping rule, Slice own) {
    this.rule = rule;
    this.own = own;
  }

  /**
   * Sees how an epoch ended.
   *
   * @param evaluated the parameters that were evaluated, copied if they are kept
   */
  void observe(int epoch, Evaluation validation, float[] evaluated) {
    progress = rule.after(progress, epoch, validation);
    if (rule.restoreBest() && progress.bestEpoch() == epoch) parameters = evaluated.clone();
    stopped = rule.stops(progress);
  }

  /** Whether the run ends with the last epoch seen. */
  boolean stopped() {
    return stopped;
  }

  /** Whether {@link #parameters} are those to end with. */
  boolean isKept() {
    return parameters.length > 0;
  }

  float[] parameters() {
    return parameters;
  }

  /** The epoch whose parameters the run ends with, or −1 for the last. */
  int restored() {
    return isKept() ? progress.bestEpoch() : -1;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void save(StateWriter to) {
    to.numbers(SEEN, progress.best(), progress.bestEpoch(), progress.epochsSince());
    if (isKept())
      to.slices(BEST, new float[][] {Arrays.copyOfRange(parameters, own.from(), own.to())});
  }

  @Override
  public void restore(StateReader from) {
    progress = progress(from.numbers(SEEN, 3));
    for (float[] kept : from.whole(BEST)) parameters = kept;
  }

  /** A rule of less patience than before ends a run with an epoch, as every rule does. */
  void stopBetweenEpochs() {
    stopped = rule.stops(progress);
  }

  private static EarlyStopping.Progress progress(double[] seen) {
    return new EarlyStopping.Progress(seen[0], (int) seen[1], (int) seen[2]);
  }

  /** What was seen, as a state says. */
  static EarlyStopping.Progress progress(State state) {
    if (!state.numbers().containsKey(NAME + "/" + SEEN)) return EarlyStopping.Progress.NONE;
    return progress(reader(state).numbers(SEEN, 3));
  }

  /**
   * Checks what was seen, as a state from a file says.
   *
   * @throws io.kudari.state.StateException when no run that has come so far has seen that
   */
  static void check(TrainState saved) {
    double[] seen = reader(saved.state()).numbers(SEEN, 3);
    StateRules.within("the best epoch of " + NAME + "/" + SEEN, seen[1], -1, saved.epoch() - 1.0);
    StateRules.within("the last number of " + NAME + "/" + SEEN, seen[2], 0, saved.epoch());
  }

  private static StateReader reader(State state) {
    return new StateReader(state, new Slice(0, 0)).within(NAME);
  }

  /** A state of the same run that has seen no epoch. */
  static State forgotten(State state) {
    if (state.isEmpty()) return state;
    StateWriter none = new StateWriter(new Slice(0, 0));
    none.save(new BestEpoch(EarlyStopping.NEVER, new Slice(0, 0)));
    State without = state.without(NAME);
    TreeMap<String, double[]> numbers = new TreeMap<>(without.numbers());
    numbers.putAll(none.state().numbers());
    return new State(numbers, without.tensors(), state.hosted(), state.workers());
  }

  /** A state of the same run without the best epoch's parameters. */
  static State withoutParameters(State state) {
    return state.without(NAME + "/" + BEST);
  }
}
