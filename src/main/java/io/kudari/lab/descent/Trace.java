package io.kudari.lab.descent;

import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Figure.Point;
import java.util.ArrayList;
import java.util.List;

/** What can be said of a path, a point after each step. */
final class Trace {

  private Trace() {}

  /** How long it is, against the straight line from its start to a point. */
  static double detour(double[][] path, double... to) {
    double length = 0;
    for (int i = 1; i < path.length; i++) length += distance(path[i - 1], path[i]);
    return length / distance(path[0], to);
  }

  static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) sum += (a[i] - b[i]) * (a[i] - b[i]);
    return Math.sqrt(sum);
  }

  /** How often a variable changes its sign. */
  static int flips(double[][] path, int variable) {
    int flips = 0;
    for (int i = 1; i < path.length; i++)
      if (path[i - 1][variable] * path[i][variable] < 0) flips++;
    return flips;
  }

  /** How often a step leads up. */
  static int uphill(double[][] path, Surface on) {
    int count = 0;
    for (int i = 1; i < path.length; i++) if (on.at(path[i]) > on.at(path[i - 1])) count++;
    return count;
  }

  /**
   * The points themselves of Nesterov's method, which stores where it looks ahead to: each is the
   * stored one before it, less rate times its gradient.
   */
  static double[][] behind(double[][] stored, Surface on, double rate) {
    double[][] path = new double[stored.length][];
    path[0] = stored[0];
    for (int i = 1; i < stored.length; i++) {
      double[] slope = on.slope().apply(stored[i - 1]);
      path[i] = new double[slope.length];
      for (int k = 0; k < slope.length; k++) path[i][k] = stored[i - 1][k] - rate * slope[k];
    }
    return path;
  }

  /**
   * As a curve that is drawn step by step, of at most so many points; the last one stays.
   *
   * @param path of two variables
   */
  static Curve drawn(String name, int colour, double[][] path, int most) {
    int stride = Math.max(1, (path.length + most - 2) / most);
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < path.length; i += stride) points.add(new Point(path[i][0], path[i][1]));
    double[] last = path[path.length - 1];
    if ((path.length - 1) % stride != 0) points.add(new Point(last[0], last[1]));
    return new Curve(name, Kind.TRAIL, colour, points);
  }

  /** Values by step as a curve, thinned to about so many points, evenly by the logarithm. */
  static Curve byStep(String name, Kind kind, int colour, double[] values, int most) {
    List<Point> points = new ArrayList<>();
    double next = 1;
    double ratio = StrictMath.pow(values.length, 1.0 / most);
    for (int i = 1; i <= values.length; i++) {
      if (i < next && i < values.length) continue;
      points.add(new Point(i, values[i - 1]));
      next = Math.max(i + 1, next * ratio);
    }
    return new Curve(name, kind, colour, points);
  }
}
