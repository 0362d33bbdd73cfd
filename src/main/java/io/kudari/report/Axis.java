package io.kudari.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Where values lie along one side of a drawing.
 *
 * @param low first value, positive when logarithmic
 * @param high last value, above {@code low}
 * @param log whether equal ratios, not equal differences, are equally far apart
 * @param from the first value's pixel
 * @param to the last value's pixel
 */
public record Axis(double low, double high, boolean log, double from, double to) {

  private static final double[] ROUND = {1, 2, 5, 10};

  /** About how many intervals ticks make. */
  private static final int INTERVALS = 6;

  /** Of the values themselves, without round ends; a single value gets room on both sides. */
  static Axis tight(double min, double max, double from, double to) {
    double room = min < max ? 0 : min == 0 ? 1 : Math.abs(min) * 0.1;
    return new Axis(min - room, max + room, false, from, to);
  }

  /** With round numbers at both ends. */
  public static Axis round(double min, double max, double from, double to) {
    Axis tight = tight(min, max, from, to);
    double step = tight.tickStep();
    double low = Math.floor(tight.low / step + 1e-9) * step;
    double high = Math.ceil(tight.high / step - 1e-9) * step;
    return new Axis(low, high, false, from, to);
  }

  /** Logarithmic, with 1, 2 or 5 times a power of ten at both ends. */
  public static Axis logarithmic(double min, double max, double from, double to) {
    double low = Math.pow(10, Math.floor(Math.log10(min)));
    double high = Math.pow(10, Math.floor(Math.log10(max)));
    double below = low;
    for (double r : ROUND) if (r * low <= min) below = r * low;
    for (double r : ROUND) if (r * high >= max) return new Axis(below, r * high, true, from, to);
    return new Axis(below, 10 * high, true, from, to);
  }

  /** The pixel of a value; one outside is drawn at the nearer end. */
  public double at(double value) {
    double v = Math.min(Math.max(value, low), high);
    double share = log ? Math.log(v / low) / Math.log(high / low) : (v - low) / (high - low);
    return from + share * (to - from);
  }

  /** Round values to write along the axis, rising. */
  public List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    if (log) {
      int first = (int) Math.ceil(Math.log10(low) - 1e-9);
      int last = (int) Math.floor(Math.log10(high) + 1e-9);
      int stride = Math.max(1, (last - first + INTERVALS) / INTERVALS);
      for (int power = first; power <= last; power += stride) ticks.add(Math.pow(10, power));
      return ticks;
    }
    double step = tickStep();
    long first = (long) Math.ceil(low / step - 1e-9);
    long last = (long) Math.floor(high / step + 1e-9);
    for (long k = first; k <= last; k++) ticks.add(k * step);
    return ticks;
  }

  /** 1, 2 or 5 times a power of ten. */
  private double tickStep() {
    double rough = (high - low) / INTERVALS;
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    for (double r : ROUND) if (r * power >= rough * 0.999) return r * power;
    return 10 * power;
  }
}
