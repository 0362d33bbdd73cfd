package io.kudari.lab.experiment;

import io.kudari.lab.Statistics;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/** Fits and minima, in double precision. */
final class Fits {

  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  private Fits() {}

  /**
   * The law S = least · (1 + critical / B) of the steps to a target (McCandlish et al. 2018).
   *
   * @param least steps of an infinite batch
   * @param critical the batch at which twice as many are needed
   * @param residual the largest |ln| of measured by fitted steps
   */
  record StepsLaw(double least, double critical, double residual) {

    /** The law of least squares of the logarithms. */
    static StepsLaw fit(double[] batch, double[] steps) {
      double found = minimum(c -> misfit(StrictMath.exp(c), batch, steps), -2, 12, 56);
      double critical = StrictMath.exp(found);
      double least = StrictMath.exp(Statistics.mean(logs(critical, batch, steps)));
      StepsLaw law = new StepsLaw(least, critical, 0);
      double residual = 0;
      for (int i = 0; i < batch.length; i++) {
        double apart = StrictMath.log(steps[i] / law.at(batch[i]));
        // A step that was never reached must not be lost.
        residual = Double.isNaN(apart) ? apart : Math.max(residual, Math.abs(apart));
      }
      return new StepsLaw(least, critical, residual);
    }

    double at(double batch) {
      return least * (1 + critical / batch);
    }

    private static double[] logs(double critical, double[] batch, double[] steps) {
      double[] logs = new double[batch.length];
      for (int i = 0; i < logs.length; i++)
        logs[i] = StrictMath.log(steps[i] / (1 + critical / batch[i]));
      return logs;
    }

    private static double misfit(double critical, double[] batch, double[] steps) {
      double[] logs = logs(critical, batch, steps);
      double mean = Statistics.mean(logs);
      return Arrays.stream(logs).map(l -> (l - mean) * (l - mean)).sum();
    }
  }

  /**
   * Where a function of one minimum is least: the best of a grid, then the golden section around
   * it.
   *
   * @param cells of the grid
   */
  static double minimum(DoubleUnaryOperator of, double from, double to, int cells) {
    double cell = (to - from) / cells;
    double best = from;
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i <= cells; i++) {
      double at = from + i * cell;
      double value = of.applyAsDouble(at);
      if (value < least) {
        least = value;
        best = at;
      }
    }
    return section(of, Math.max(from, best - cell), Math.min(to, best + cell));
  }

  private static double section(DoubleUnaryOperator of, double from, double to) {
    double a = from;
    double b = to;
    double left = b - GOLDEN * (b - a);
    double right = a + GOLDEN * (b - a);
    double atLeft = of.applyAsDouble(left);
    double atRight = of.applyAsDouble(right);
    while (b - a > 1e-4) {
      if (atLeft <= atRight) {
        b = right;
        right = left;
        atRight = atLeft;
        left = b - GOLDEN * (b - a);
        atLeft = of.applyAsDouble(left);
      } else {
        a = left;
        left = right;
        atLeft = atRight;
        right = a + GOLDEN * (b - a);
        atRight = of.applyAsDouble(right);
      }
    }
    return (a + b) / 2;
  }
}
