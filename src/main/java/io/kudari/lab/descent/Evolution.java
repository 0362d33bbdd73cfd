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
import io.kudari.lab.Verdict;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How good a gradient is that is guessed from heights alone. Own arithmetic. */
public class Evolution implements Computed {

  private static final int[] SIZES = {10, 100, 1000};
  private static final double[] SHARES = {.1, .3, 1, 3};
  private static final double SIGMA = 0.01;

  private static final Claim GUESSED =
      new Claim("002", 52, "Descent needs no gradient: random directions will do.");

  /** Of pairs of opposite guesses. */
  public Evolution() {}

  /**
   * What a pair of heights says of the direction it was taken in.
   *
   * @param ahead height at the point + σ times the direction
   * @param back at the point − σ times it
   */
  double weight(double ahead, double back) {
    return (ahead - back) / (2 * SIGMA);
  }

  @Override
  public String name() {
    return "evolution";
  }

  @Override
  public Section section() {
    return Section.GOING_DOWN;
  }

  @Override
  public String question() {
    return "How good is a gradient that is guessed from heights alone?";
  }

  @Override
  public String setup() {
    return "½ Σ h x² at a normal point, curvatures 1 … 10, in 10, 100 and 1,000 variables: the mean"
        + " over n pairs of normal directions of (f(x + 0.01 e) − f(x − 0.01 e)) / 0.02 · e,"
        + " and the cosine of the angle to the gradient.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(GUESSED);
  }

  @Override
  public int seconds(boolean quick) {
    return 1;
  }

  private static double curvature(int i, int size) {
    return 1 + 9.0 * i / size;
  }

  private static double height(double[] x) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) sum += curvature(i, x.length) * x[i] * x[i] / 2;
    return sum;
  }

  private double cosine(int size, int pairs, RandomStream random) {
    double[] x = new double[size];
    for (int i = 0; i < size; i++) x[i] = random.gaussian();
    double[] guess = new double[size];
    double[] e = new double[size];
    double[] ahead = new double[size];
    double[] back = new double[size];
    for (int p = 0; p < pairs; p++) {
      for (int i = 0; i < size; i++) {
        e[i] = random.gaussian();
        ahead[i] = x[i] + SIGMA * e[i];
        back[i] = x[i] - SIGMA * e[i];
      }
      double weight = weight(height(ahead), height(back));
      for (int i = 0; i < size; i++) guess[i] += weight * e[i];
    }
    double product = 0;
    double own = 0;
    double other = 0;
    for (int i = 0; i < size; i++) {
      double slope = curvature(i, size) * x[i];
      product += slope * guess[i];
      own += slope * slope;
      other += guess[i] * guess[i];
    }
    return product / Math.sqrt(own * other);
  }

  private static double theory(double pairs, int size) {
    return Math.sqrt(pairs / (pairs + size + 1));
  }

  @Override
  public Findings measure(Scope scope) {
    double[][] cosines = new double[SIZES.length][SHARES.length];
    double worst = 0;
    for (int s = 0; s < SIZES.length; s++)
      for (int k = 0; k < SHARES.length; k++) {
        int pairs = (int) Math.max(1, SHARES[k] * SIZES[s]);
        int repeats = s == 0 ? 400 : s == 1 ? 40 : 2;
        double sum = 0;
        for (int r = 0; r < repeats; r++) {
          RandomStream random =
              new RandomStream(scope.firstSeed(), Purpose.GENERATOR, 14, 1000 * (10 * s + k) + r);
          sum += cosine(SIZES[s], pairs, random);
        }
        cosines[s][k] = sum / repeats;
        worst = Math.max(worst, Math.abs(cosines[s][k] - theory(pairs, SIZES[s])));
      }
    double hundred = cosines[1][2];
    String side = "one side only, without a height to compare with: 0.07";
    List<Check> checks =
        List.of(
            Check.atMost("theory", "largest difference to √(n / (n + d + 1))", worst, .05, side),
            Check.near("hundred", "cosine of 100 pairs in 100 variables", hundred, .7, .04, side));
    return new Findings(
        String.format(
            Locale.ROOT,
            "As good as pairs are many against variables: its cosine is √(n / (n + d + 1)), %.2f"
                + " for 100 pairs in 100 variables. A gradient costs as much as a few heights, for"
                + " all variables together.",
            hundred),
        List.of(table(cosines)),
        List.of(figure(cosines)),
        checks,
        List.of(verdict(cosines[SIZES.length - 1])));
  }

  /** Of cosines in the greatest number of variables, by pairs. */
  private static Verdict verdict(double[] cosines) {
    double few = cosines[0];
    double many = cosines[SHARES.length - 1];
    if (!(many > .5))
      return GUESSED.doesNotHold(
          String.format(Locale.ROOT, "their mean has a cosine of %.2f to the gradient", many));
    return few < .5
        ? GUESSED.holdsIf(
            String.format(
                Locale.ROOT,
                "there are about as many as variables: in 1,000 variables 100 pairs point to the"
                    + " gradient with a cosine of %.2f, 3,000 with %.2f",
                few,
                many))
        : GUESSED.holds();
  }

  private static Table table(double[][] cosines) {
    List<List<Object>> rows = new ArrayList<>();
    for (int k = 0; k < SHARES.length; k++)
      rows.add(List.of(SHARES[k], cosines[0][k], cosines[1][k], cosines[2][k]));
    return new Table(
        "Cosine to the gradient",
        List.of("pairs / variables", "10 variables", "100", "1,000"),
        rows);
  }

  private static Figure figure(double[][] cosines) {
    List<Curve> curves = new ArrayList<>();
    for (int s = 0; s < SIZES.length; s++)
      curves.add(Curve.of(SIZES[s] + " variables", Kind.MIDDLE, s, SHARES, cosines[s]));
    double[] theory = new double[SHARES.length];
    for (int k = 0; k < theory.length; k++) theory[k] = theory(SHARES[k] * 1000, 1000);
    curves.add(Curve.of("√(n / (n + d + 1))", Kind.THEORY, 7, SHARES, theory));
    return new Figure(
        "Cosine to the gradient by pairs for each variable",
        "Look how the sizes fall on one line (dashed for 1,000): what counts is pairs / variables.",
        new Figure.Scale("pairs / variables", true),
        new Figure.Scale("cosine", false),
        List.of(new Figure.Panel("", curves)));
  }
}
