package io.kudari.report;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Points joined by a line, with a gap where a value is NaN or infinite.
 *
 * @param name in the legend
 * @param style class in {@code report.css}
 * @param x not falling
 * @param y as many
 */
@SuppressWarnings("ArrayRecordComponent")
record Line(String name, String style, double[] x, double[] y) {

  Line {
    if (x.length != y.length) {
      throw new IllegalArgumentException(name + ": " + x.length + " x, but " + y.length + " y");
    }
  }

  boolean drawn(int i) {
    return Double.isFinite(x[i]) && Double.isFinite(y[i]);
  }

  /** Whether there is anything to see. */
  boolean hasPoints() {
    return IntStream.range(0, x.length).anyMatch(this::drawn);
  }

  /** The same under another name. */
  Line as(String newName, String newStyle) {
    return new Line(newName, newStyle, x, y);
  }

  /** Shares as percentages. */
  Line percent() {
    return new Line(name, style, x, Arrays.stream(y).map(v -> 100 * v).toArray());
  }

  /**
   * At most {@code most} points, each the mean of the finite ones among as many neighbours, at the
   * x of the last.
   */
  Line thinned(int most) {
    int n = x.length;
    if (n <= most) return this;
    double[] toX = new double[most];
    double[] toY = new double[most];
    for (int k = 0; k < most; k++) {
      int from = (int) ((long) n * k / most);
      int to = (int) ((long) n * (k + 1) / most);
      toX[k] = x[to - 1];
      toY[k] = mean(y, from, to);
    }
    return new Line(name, style, toX, toY);
  }

  /**
   * The centred moving mean over {@code window} points, at no more than {@code most} of them evenly
   * spaced. At the beginning, where a loss falls fast, the window shrinks on both sides, so the
   * curve begins at the true value; at the end it is cut off. A point that is not drawn stays a
   * gap.
   */
  Line smoothed(String newName, String newStyle, int window, int most) {
    int n = x.length;
    int count = Math.min(n, most);
    double[] toX = new double[count];
    double[] toY = new double[count];
    for (int k = 0; k < count; k++) {
      int i = count == n ? k : (int) Math.round((double) k * (n - 1) / (count - 1));
      int half = Math.min(window / 2, i);
      int to = Math.min(i + half + 1, n);
      toX[k] = x[i];
      toY[k] = drawn(i) ? mean(y, i - half, to) : Double.NaN;
    }
    return new Line(newName, newStyle, toX, toY);
  }

  private static double mean(double[] values, int from, int to) {
    return Arrays.stream(values, from, to).filter(Double::isFinite).average().orElse(Double.NaN);
  }
}
