package io.kudari.optim;

import io.kudari.optim.noise.AdaScale;
import io.kudari.setting.Setting;
import io.kudari.setting.SettingException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How the learning rate follows the batch size, k = batch / base batch being how much larger the
 * global batch is than the one the rate was tuned for.
 *
 * <p>The trainer multiplies each step's scheduled rate by {@link #factor}; with a growing batch k
 * belongs to the step. Momentum correction for the changes of rate this brings is a setting of the
 * recipes whose velocity holds the rate ({@code momentum-correction}).
 */
public enum BatchRule {
  /** The rate stays. */
  NONE,
  /** k times the rate (Goyal et al. 2017, §2.1). */
  LINEAR,
  /** √k times the rate, which keeps the variance of the update (Krizhevsky 2014; Hoffer 2017). */
  SQUARE_ROOT,
  /** √k times the rate and k times the epochs of warm-up (You et al. 2019, LEGW). */
  LEGW,
  /** The rate times a gain between 1 and k that is measured in each step: {@link AdaScale}. */
  ADASCALE;

  /** The name used in configurations, such as {@code square-root}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The rule of this name.
   *
   * @throws SettingException if there is none
   */
  public static BatchRule of(String id) {
    List<String> ids = Arrays.stream(values()).map(BatchRule::id).toList();
    if (!ids.contains(id)) throw Setting.unknown("batch-size rule", "rule", id, ids);
    return values()[ids.indexOf(id)];
  }

  /**
   * What multiplies the rate; 1 for AdaScale, whose gain comes on top.
   *
   * @param batch the global batch, at least 1
   * @param baseBatch the batch the base rate is meant for, at least 1
   */
  public double factor(double batch, double baseBatch) {
    double k = batch / baseBatch;
    return switch (this) {
      case NONE, ADASCALE -> 1;
      case LINEAR -> k;
      case SQUARE_ROOT, LEGW -> Math.sqrt(k);
    };
  }

  /** How many times longer the warm-up is: for {@code ScheduleSpec.stretchWarmup}. */
  public double warmupStretch(double batch, double baseBatch) {
    return this == LEGW ? batch / baseBatch : 1;
  }
}
