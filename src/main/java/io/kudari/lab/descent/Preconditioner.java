package io.kudari.lab.descent;

import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Computed;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Table;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What dividing by the diagonal does to badly scaled variables. Own arithmetic. */
public class Preconditioner implements Computed {

  private static final int SIZE = 50;
  private static final double NEAR = 1e-6;

  private static final Claim FASTER = new Claim("002", 47, "Preconditioning makes descent faster.");

  /** Of Jacobi. */
  public Preconditioner() {}

  /**
   * By what a variable is scaled.
   *
   * @param diagonal the matrix's element of it
   */
  double scale(double diagonal) {
    return 1 / Math.sqrt(diagonal);
  }

  @Override
  public String name() {
    return "precondition";
  }

  @Override
  public Section section() {
    return Section.GOING_DOWN;
  }

  @Override
  public String question() {
    return "What does dividing by the diagonal save?";
  }

  @Override
  public String setup() {
    return "A quadratic in 50 variables whose units differ by a factor of 100: gradient descent at"
        + " the best rate 2 / (least + greatest eigenvalue) until the error is 1e-6 of what it was,"
        + " before (by theory) and after each variable was divided by the root of its diagonal"
        + " element, Jacobi's preconditioner.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(FASTER);
  }

  @Override
  public int seconds(boolean quick) {
    return 1;
  }

  /** B Bᵀ / 200 of normal B, then rows and columns scaled. */
  private static double[][] draw(long seed) {
    RandomStream random = new RandomStream(seed, Purpose.GENERATOR, 15, 0);
    int width = 4 * SIZE;
    double[][] b = new double[SIZE][width];
    for (double[] row : b) for (int k = 0; k < width; k++) row[k] = random.gaussian();
    double[][] a = new double[SIZE][SIZE];
    for (int i = 0; i < SIZE; i++)
      for (int j = 0; j < SIZE; j++) {
        double sum = 0;
        for (int k = 0; k < width; k++) sum += b[i][k] * b[j][k];
        a[i][j] = sum / width * unit(i) * unit(j);
      }
    return a;
  }

  private static double unit(int i) {
    return StrictMath.pow(100, i / (SIZE - 1.0));
  }

  private double[][] scaled(double[][] a) {
    double[][] scaled = new double[SIZE][SIZE];
    for (int i = 0; i < SIZE; i++)
      for (int j = 0; j < SIZE; j++) scaled[i][j] = a[i][j] * scale(a[i][i]) * scale(a[j][j]);
    return scaled;
  }

  private static double condition(double[] eigenvalues) {
    return eigenvalues[eigenvalues.length - 1] / eigenvalues[0];
  }

  /** Steps until the error is 1e-6 of what it was, from (1, 1 …). */
  private static int descend(double[][] a, double[] eigenvalues) {
    double rate = 2 / (eigenvalues[0] + eigenvalues[SIZE - 1]);
    double[] x = new double[SIZE];
    Arrays.fill(x, 1);
    double enough = NEAR * Math.sqrt(SIZE);
    int steps = 0;
    while (Trace.distance(x, new double[SIZE]) > enough && steps < 10_000) {
      double[] next = x.clone();
      for (int i = 0; i < SIZE; i++)
        for (int j = 0; j < SIZE; j++) next[i] -= rate * a[i][j] * x[j];
      x = next;
      steps++;
    }
    return steps;
  }

  @Override
  public Findings measure(Scope scope) {
    double[][] a = draw(scope.firstSeed());
    double[][] b = scaled(a);
    double[] before = Eigenvalues.of(a);
    double[] after = Eigenvalues.of(b);
    double kappa = condition(before);
    double foretold = StrictMath.log(NEAR) / StrictMath.log((kappa - 1) / (kappa + 1));
    int steps = descend(b, after);
    String times = "variables multiplied by the diagonal: κ grows";
    List<Check> checks =
        List.of(
            Check.within("before", "condition number before", kappa, 5e3, 5e4, "–"),
            Check.atMost("after", "condition number after", condition(after), 12, times),
            Check.atMost("steps", "steps after", steps, 80, times),
            Check.atLeast("foretold", "steps before, by theory", foretold, 5e4, "–"));
    return new Findings(
        String.format(
            Locale.ROOT,
            "The condition number falls from %,.0f to %.1f, and the steps from %,.0f to %d: where"
                + " only units are bad, the diagonal mends it.",
            kappa,
            condition(after),
            foretold,
            steps),
        List.of(
            new Table(
                "Before and after",
                List.of("", "condition number", "steps to 1e-6"),
                List.of(
                    List.of("before", kappa, foretold),
                    List.of("after", condition(after), (long) steps)))),
        List.of(figure(before, after)),
        checks,
        List.of(
            condition(after) < kappa && steps < foretold
                ? FASTER.holds()
                : FASTER.doesNotHold(
                    String.format(
                        Locale.ROOT,
                        "the condition number is %.0f with it, %.0f without",
                        condition(after),
                        kappa))));
  }

  private static Figure figure(double[] before, double[] after) {
    double[] number = IntStream.rangeClosed(1, SIZE).asDoubleStream().toArray();
    List<Curve> curves = new ArrayList<>();
    curves.add(Curve.of("before", Kind.LINE, 1, number, before));
    curves.add(Curve.of("after", Kind.LINE, 0, number, after));
    return new Figure(
        "Eigenvalues, from least to greatest",
        "Look at the spread: 4 decades before, less than one after.",
        new Figure.Scale("number", false),
        new Figure.Scale("eigenvalue", true),
        List.of(new Figure.Panel("", curves)));
  }
}
