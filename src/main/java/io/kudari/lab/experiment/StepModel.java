package io.kudari.lab.experiment;

import io.kudari.run.StepTiming;
import java.util.List;
import java.util.function.Predicate;

/**
 * How long a step takes, as a sum: {@code fixed + gamma · b + 2 (R − 1) alpha + bytes · beta}, of b
 * examples a rank and R ranks, each of which sends every other one a message with its part of the
 * sum and one with its part of the parameters, {@code 8 n (R − 1) / R} bytes of n parameters
 * together (after the α–β model of Hockney 1994, with γ for the work).
 *
 * @param fixed seconds of work that depend on neither examples nor ranks
 * @param gamma seconds of work an example
 * @param alpha seconds a message, waiting included
 * @param beta seconds a byte
 * @param most ranks whose steps it foretells: 0 where no work was seen, 1 where no exchange was;
 *     seconds of a step of more are NaN
 */
record StepModel(double fixed, double gamma, double alpha, double beta, double most) {

  /** Of a step of any number of ranks. */
  StepModel(double fixed, double gamma, double alpha, double beta) {
    this(fixed, gamma, alpha, beta, Double.POSITIVE_INFINITY);
  }

  /**
   * A timing, and of how many examples.
   *
   * @param batch of all ranks together
   * @param main whether it is of the network whose work is to be foretold; others tell of the
   *     exchange alone
   */
  record Measured(int batch, StepTiming timing, boolean main) {

    /** Examples of a rank, on average: 64 of three ranks are 21.3 each. */
    double perRank() {
      return batch / (double) timing.ranks();
    }
  }

  /**
   * By least squares of relative errors, no part below 0: the work of those of the main network,
   * the exchange of all with more ranks than one. Those with more threads than cores are left out;
   * where none is left, the parts are 0.
   */
  static StepModel fit(List<Measured> all) {
    List<Measured> fit = all.stream().filter(m -> !m.timing().isCrowded()).toList();
    double[] work =
        solve(fit, m -> m.main(), m -> new double[] {1, m.perRank(), m.timing().workSeconds()});
    double[] exchange =
        solve(
            fit,
            m -> m.timing().ranks() > 1,
            m -> {
              StepTiming t = m.timing();
              return new double[] {
                messages(t.ranks()), bytes(t.ranks(), t.parameters()), t.exchangeSeconds()
              };
            });
    return new StepModel(work[0], work[1], exchange[0], exchange[1], most(fit));
  }

  private static double most(List<Measured> fit) {
    if (fit.stream().noneMatch(Measured::main)) return 0;
    return fit.stream().allMatch(m -> m.timing().ranks() == 1) ? 1 : Double.POSITIVE_INFINITY;
  }

  /** Two numbers that are multiplied, and what the sum of both products was. */
  private interface Row {
    double[] of(Measured measured);
  }

  /** Not negative; a term that would be is left out, and both are where there is nothing to fit. */
  private static double[] solve(List<Measured> all, Predicate<Measured> used, Row row) {
    double xx = 0;
    double xy = 0;
    double yy = 0;
    double xs = 0;
    double ys = 0;
    for (Measured m : all) {
      if (!used.test(m)) continue;
      double[] r = row.of(m);
      double x = r[0] / r[2];
      double y = r[1] / r[2];
      xx += x * x;
      xy += x * y;
      yy += y * y;
      xs += x;
      ys += y;
    }
    if (xx == 0 && yy == 0) return new double[] {0, 0};
    double determinant = xx * yy - xy * xy;
    double first = (xs * yy - ys * xy) / determinant;
    double second = (ys * xx - xs * xy) / determinant;
    if (first >= 0 && second >= 0 && determinant > 1e-9 * xx * yy)
      return new double[] {first, second};
    // The one of both that explains more on its own: both squared errors, less what they share.
    return xs * xs / xx >= ys * ys / yy ? new double[] {xs / xx, 0} : new double[] {0, ys / yy};
  }

  /** How many messages a rank sends in a step. */
  static double messages(double ranks) {
    return 2 * (ranks - 1);
  }

  /** How many bytes a rank sends in a step, without headers and scalars. */
  static double bytes(double ranks, int parameters) {
    return 2.0 * Float.BYTES * parameters * (ranks - 1) / ranks;
  }

  /** Of a step: seconds that do not depend on the batch. */
  double constant(double ranks, int parameters) {
    if (ranks > most) return Double.NaN;
    return fixed + messages(ranks) * alpha + bytes(ranks, parameters) * beta;
  }

  /**
   * Of a step: seconds.
   *
   * @param batch of all ranks together
   */
  double seconds(double batch, double ranks, int parameters) {
    return constant(ranks, parameters) + gamma * batch / ranks;
  }

  /**
   * The batch that the noise scale recommends: where more examples would cost as much time as they
   * save steps.
   *
   * @param most it must not exceed
   */
  double recommended(double noise, double ranks, int parameters, double most) {
    double batch = Math.sqrt(noise * constant(ranks, parameters) * ranks / gamma);
    return Math.min(Math.max(batch, ranks), most);
  }
}
