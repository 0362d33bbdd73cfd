package io.kudari.train.plan;

import io.kudari.model.Evaluation;
import java.util.Locale;

/**
 * Stops training when the validation metric has not improved for some epochs.
 *
 * @param metric what is watched
 * @param patience how many epochs without improvement are allowed, at least 1
 * @param minChange an improvement must be more than this, at least 0
 * @param restoreBest whether the run ends with the parameters of its best epoch
 */
public record EarlyStopping(Metric metric, int patience, double minChange, boolean restoreBest)
    implements java.io.Serializable {

  /** What is watched on the validation set. */
  public enum Metric {
    LOSS,
    ACCURACY;

    /** The name used in configurations. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Higher is better. */
    double score(Evaluation e) {
      return this == LOSS ? -e.meanLoss() : e.accuracy();
    }
  }

  /** Never stops, and keeps no parameters. */
  public static final EarlyStopping NEVER =
      new EarlyStopping(Metric.LOSS, Integer.MAX_VALUE, 0, false);

  public EarlyStopping {
    if (patience < 1)
      throw new IllegalArgumentException("patience must be at least 1, not " + patience);
    if (!(minChange >= 0))
      throw new IllegalArgumentException("min-change must be at least 0, not " + minChange);
  }

  /**
   * What has been seen so far; a checkpoint keeps it.
   *
   * @param best the highest score so far
   * @param bestEpoch its epoch, or −1 before the first
   * @param epochsSince epochs since then
   */
  public record Progress(double best, int bestEpoch, int epochsSince)
      implements java.io.Serializable {

    /** Before the first epoch. */
    public static final Progress NONE = new Progress(Double.NEGATIVE_INFINITY, -1, 0);
  }

  /**
   * Why what another rule has seen does not count for this one, or null when it does.
   *
   * @return one line
   */
  public String breakWith(EarlyStopping before) {
    if (before.metric != metric)
      return "so far it watched the %s, now the %s".formatted(before.metric.id(), metric.id());
    if (restoreBest && !before.restoreBest)
      return "the parameters of the best epoch so far were not kept";
    return null;
  }

  /** Whether it is {@link #NEVER}. */
  public boolean isNever() {
    return equals(NEVER);
  }

  /** After one more epoch. */
  public Progress after(Progress before, int epoch, Evaluation validation) {
    if (isNever()) return before;
    double score = metric.score(validation);
    boolean better =
        before.bestEpoch() < 0 || Double.isNaN(before.best()) || score > before.best() + minChange;
    return better
        ? new Progress(score, epoch, 0)
        : new Progress(before.best(), before.bestEpoch(), before.epochsSince() + 1);
  }

  /** Whether patience is exhausted. */
  public boolean stops(Progress progress) {
    return progress.epochsSince() >= patience;
  }
}
