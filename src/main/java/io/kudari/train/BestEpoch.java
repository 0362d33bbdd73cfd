package io.kudari.train;

import io.kudari.model.Evaluation;

/** Early stopping at work: what it has seen, and the best epoch's parameters. Not thread-safe. */
final class BestEpoch {

  private final EarlyStopping rule;
  private EarlyStopping.Progress progress = EarlyStopping.Progress.NONE;

  /** The best epoch's parameters; empty while none are kept. */
  private float[] parameters = new float[0];

  private boolean stopped;

  BestEpoch(EarlyStopping rule) {
    this.rule = rule;
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

  EarlyStopping.Progress progress() {
    return progress;
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

  /**
   * Takes over what was seen before.
   *
   * @param betweenEpochs a rule of less patience than before ends the run with an epoch, as every
   *     rule does
   */
  void restore(EarlyStopping.Progress seen, float[] best, boolean betweenEpochs) {
    progress = seen;
    parameters = best.clone();
    stopped = betweenEpochs && rule.stops(seen);
  }
}
