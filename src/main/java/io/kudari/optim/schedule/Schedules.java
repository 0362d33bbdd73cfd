package io.kudari.optim.schedule;

import java.util.List;

/**
 * The formulas of the schedules: b is the base, t the step from 0. Each table is the value at t =
 * 0, 1, 2, 3, 4, 5 for b = 1.
 */
final class Schedules {

  private Schedules() {}

  /** b · factor^⌊t / every⌋. With factor 0.5, every 2: 1, 1, 0.5, 0.5, 0.25, 0.25. */
  static Schedule step(double base, double factor, double every) {
    return t -> base * StrictMath.pow(factor, StrictMath.floor(t / every));
  }

  /**
   * b · factors[i] from step at[i] on, b before the first. With at 2, 4 and factors 0.1, 0.3: 1, 1,
   * 0.1, 0.1, 0.3, 0.3.
   *
   * @param at increasing
   */
  static Schedule piecewise(double base, List<Double> at, List<Double> factors) {
    return t -> {
      double value = base;
      for (int i = 0; i < at.size() && t >= at.get(i); i++) value = base * factors.get(i);
      return value;
    };
  }

  /** b · decay^(t / L). With decay 0.25, L 2: 1, 0.5, 0.25, 0.125, 0.0625, 0.03125. */
  static Schedule exponential(double base, double decay, double length) {
    return t -> base * StrictMath.pow(decay, t / length);
  }

  /** b / (1 + decay · t / L). With decay 1, L 1: 1, 1/2, 1/3, 1/4, 1/5, 1/6. */
  static Schedule inverseTime(double base, double decay, double length) {
    return t -> base / (1 + decay * t / length);
  }

  /**
   * b · (end + (1 − end) (1 − min(t, L) / L)^power). With power 2, L 4, end 0: 1, 0.5625, 0.25,
   * 0.0625, 0, 0.
   */
  static Schedule polynomial(double base, double power, double end, double length) {
    return t ->
        base * (end + (1 - end) * StrictMath.pow(1 - Math.min((double) t, length) / length, power));
  }

  /**
   * b · (end + (1 − end) (1 + cos(π min(t, L) / L)) / 2) (Loshchilov and Hutter 2017, equation 5).
   * With L 4, end 0: 1, 0.8536, 0.5, 0.1464, 0, 0.
   */
  static Schedule cosine(double base, double end, double length) {
    return t -> base * (end + (1 - end) * half(Math.min((double) t, length) / length));
  }

  /**
   * The cosine begun anew after each cycle, of L, L·growth, L·growth²... steps (Loshchilov and
   * Hutter 2017, SGDR). With L 2, growth 2, end 0: 1, 0.5, 1, 0.8536, 0.5, 0.1464.
   */
  static Schedule restarts(double base, double end, double length, double growth) {
    return t -> {
      double at = t;
      double cycle = length;
      while (at >= cycle) {
        at -= cycle;
        cycle *= growth;
      }
      return base * (end + (1 - end) * half(at / cycle));
    };
  }

  /**
   * From b · start to b along a half cosine in the first {@code peak} share of L, then to b · end
   * (Smith and Topin 2018, with PyTorch's cosine instead of straight lines). With L 4, peak 0.5,
   * start 0.2, end 0: 0.2, 0.6, 1, 0.5, 0, 0.
   */
  static Schedule oneCycle(double base, double start, double peak, double end, double length) {
    double top = peak * length;
    return t -> {
      if (t < top) return base * (1 + (start - 1) * half(t / top));
      return base * (end + (1 - end) * half((Math.min((double) t, length) - top) / (length - top)));
    };
  }

  /**
   * A straight line from 0, never reached, to the schedule behind it: its value at 0 times (t + 1)
   * / N for t &lt; N. With N 4 before a constant: 0.25, 0.5, 0.75, 1, 1, 1.
   */
  static double linearWarmup(long t, double length) {
    return (t + 1) / length;
  }

  /**
   * A straight line from a given share {@code from} of the base: from + (1 − from) t / N for t &lt;
   * N (Goyal et al. 2017, §2.2, with from = 1 / k for a batch k times the base batch). With N 4,
   * from 0.2: 0.2, 0.4, 0.6, 0.8, 1, 1.
   */
  static double gradualWarmup(long t, double from, double length) {
    return from + (1 - from) * t / length;
  }

  /** Falls from 1 to 0 along half a cosine as x goes from 0 to 1. */
  private static double half(double x) {
    return (1 + StrictMath.cos(StrictMath.PI * x)) / 2;
  }
}
