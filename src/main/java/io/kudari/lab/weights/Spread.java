package io.kudari.lab.weights;

import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Figure.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoublePredicate;

/** How values are spread. */
final class Spread {

  private Spread() {}

  /** Standard deviation about their mean. */
  static double deviation(float[] values) {
    double mean = 0;
    for (float v : values) mean += v;
    mean /= values.length;
    double sum = 0;
    for (float v : values) sum += (v - mean) * (v - mean);
    return Math.sqrt(sum / values.length);
  }

  /** The share that something is true of. */
  static double share(float[] values, DoublePredicate of) {
    long count = 0;
    for (float v : values) if (of.test(v)) count++;
    return count / (double) values.length;
  }

  /** The values of one unit for all examples. */
  static float[] unit(float[] activations, int unit, int units) {
    float[] own = new float[activations.length / units];
    for (int i = 0; i < own.length; i++) own[i] = activations[i * units + unit];
    return own;
  }

  /** Mean over units of each one's standard deviation between examples. */
  static double betweenExamples(float[] activations, int units) {
    double sum = 0;
    for (int u = 0; u < units; u++) sum += deviation(unit(activations, u, units));
    return sum / units;
  }

  /** The share of values in each of so many equal bins; what is outside is left out. */
  static Curve histogram(
      String name, int colour, float[] values, double from, double to, int bins) {
    int[] counts = new int[bins];
    for (float v : values) {
      int bin = (int) Math.floor((v - from) / (to - from) * bins);
      if (v == to) bin = bins - 1;
      if (bin >= 0 && bin < bins) counts[bin]++;
    }
    List<Point> points = new ArrayList<>();
    for (int b = 0; b < bins; b++)
      points.add(
          new Point(from + (b + .5) * (to - from) / bins, counts[b] / (double) values.length));
    return new Curve(name, Kind.BAR, colour, points);
  }
}
