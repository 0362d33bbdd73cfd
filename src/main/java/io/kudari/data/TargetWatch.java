package io.kudari.data;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Sees the targets of a regression, which become floats, and says whether that loses what they
 * tell: of the sum of squares by which a target varies, rounding may change a thousandth, and by so
 * much an R². Watches of parts of a set add up to that of the set (Chan, Golub and LeVeque,
 * "Updating formulae and a pairwise algorithm for computing sample variances", 1979); what it says
 * shows nothing that the order of the examples changes. Not thread-safe.
 */
final class TargetWatch implements java.io.Serializable {

  private static final long serialVersionUID = 1;

  /** The share of its variance that a target loses at most. */
  private static final double MOST = 1e-3;

  /** The user is told of more. */
  private static final double TOLD = 1e-6;

  private final double[] min;
  private final double[] max;
  private final double[] weights;
  private final double[] means;

  /** Of each target the squares of its differences from the mean, by weight. */
  private final double[] squares;

  /** The squares of what rounding changes, by weight. */
  private final double[] errors;

  TargetWatch(int targets) {
    min = new double[targets];
    max = new double[targets];
    Arrays.fill(min, Double.POSITIVE_INFINITY);
    Arrays.fill(max, Double.NEGATIVE_INFINITY);
    weights = new double[targets];
    means = new double[targets];
    squares = new double[targets];
    errors = new double[targets];
  }

  /**
   * The targets of the next example.
   *
   * @param weight of it; an example of weight 0 is none
   */
  void add(double[] values, double weight) {
    if (weight == 0) return;
    for (int k = 0; k < values.length; k++) {
      double error = (float) values[k] - values[k];
      add(k, values[k], values[k], weight, values[k], 0, weight * error * error);
    }
  }

  /** Adds what was seen of other examples. */
  void add(TargetWatch other) {
    for (int k = 0; k < min.length; k++)
      if (other.weights[k] > 0)
        add(
            k,
            other.min[k],
            other.max[k],
            other.weights[k],
            other.means[k],
            other.squares[k],
            other.errors[k]);
  }

  private void add(
      int k, double least, double greatest, double weight, double mean, double sum, double error) {
    min[k] = Math.min(min[k], least);
    max[k] = Math.max(max[k], greatest);
    double all = weights[k] + weight;
    double apart = mean - means[k];
    squares[k] += sum + apart * apart * (weights[k] / all) * weight;
    means[k] += apart * (weight / all);
    weights[k] = all;
    errors[k] += error;
  }

  /** The share of its variance that rounding a target changes; 0 of a constant. */
  private double lost(int k) {
    boolean constant = max[k] - min[k] <= ColumnWatch.NOISE * largest(k);
    return constant ? 0 : errors[k] / squares[k];
  }

  private double largest(int k) {
    return Math.max(Math.abs(min[k]), Math.abs(max[k]));
  }

  /**
   * Checks that floats tell the targets apart.
   *
   * @param names of the targets, or of none
   * @return of each target of which they lose a little one line for the user
   * @throws DataException when they lose too much; one line, without the source
   */
  List<String> rounding(List<String> names) {
    for (int k = 0; k < min.length; k++) {
      // What is lost is not a number where both sums are 0 by underflow.
      if (!(lost(k) <= MOST))
        throw new DataException(
            found(k, names) + " lose more than 0.001 of its variance: " + cure(k));
    }
    return IntStream.range(0, min.length)
        .filter(k -> lost(k) > TOLD)
        .mapToObj(k -> found(k, names) + " lose more than 0.000001 of its variance; " + cure(k))
        .toList();
  }

  private String found(int k, List<String> names) {
    String name = names.size() == min.length ? names.get(k) : String.valueOf(k);
    return "target "
        + name
        + " lies within "
        + CellText.of(min[k])
        + ".."
        + CellText.of(max[k])
        + ", where 32-bit floats have steps of "
        + CellText.ofFloat(Math.ulp((float) largest(k)))
        + " and";
  }

  private String cure(int k) {
    return largest(k) < Float.MIN_NORMAL
        ? "multiply it by a constant"
        : "subtract a constant from it, such as " + CellText.of(within(k));
  }

  /**
   * A whole number about the middle, else the least of them; nothing that the order of the examples
   * changes.
   */
  private double within(int k) {
    double middle = Math.rint(min[k] + (max[k] - min[k]) / 2);
    return min[k] <= middle && middle <= max[k] ? middle : min[k];
  }
}
