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
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** How many steps conjugate gradients take on a quadratic. Own arithmetic, in double precision. */
public class ConjugateDirections implements Computed {

  private static final int[] SIZES = {2, 5, 10, 20, 50, 100};
  private static final int[] DISTINCT = {1, 2, 3, 5};
  private static final int SIZE = 60;
  private static final double CONDITION = 100;
  private static final double NEAR = 1e-8;
  private static final int MOST = 5000;
  private static final String SQUARES = "β from norms that are not squared: 76 at d = 2";

  private static final Claim FINITE =
      new Claim("002", 44, "Conjugate gradients end after as many steps as there are variables.");

  /** By the formulas of Hestenes and Stiefel 1952. */
  public ConjugateDirections() {}

  /**
   * How much of the last direction the next one keeps.
   *
   * @param next squared norm of the gradient
   * @param last that of the one before
   */
  double beta(double next, double last) {
    return next / last;
  }

  @Override
  public String name() {
    return "cg";
  }

  @Override
  public Section section() {
    return Section.GOING_DOWN;
  }

  @Override
  public String question() {
    return "How many steps do conjugate gradients take?";
  }

  @Override
  public String setup() {
    return "Symmetric matrices of 2 to 100 variables with eigenvalues 1 … 100, evenly by the"
        + " logarithm, in random directions; and of 60 variables with 1, 2, 3 and 5 different"
        + " eigenvalues: steps until the residual's norm is 1e-8 of the right side's; beside it"
        + " steepest descent with an exact line search.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(FINITE);
  }

  @Override
  public int seconds(boolean quick) {
    return 1;
  }

  /** Steps until the residual is 1e-8 of what it was. */
  private int conjugate(Rotated matrix, double[] right) {
    double[] rest = right.clone();
    double[] direction = right.clone();
    double square = dot(rest, rest);
    double enough = NEAR * NEAR * square;
    int steps = 0;
    for (; square > enough && steps < MOST; steps++) {
      double[] image = matrix.times(direction);
      double length = square / dot(direction, image);
      for (int i = 0; i < rest.length; i++) rest[i] -= length * image[i];
      double next = dot(rest, rest);
      double beta = beta(next, square);
      for (int i = 0; i < rest.length; i++) direction[i] = rest[i] + beta * direction[i];
      square = next;
    }
    return steps;
  }

  private static int steepest(Rotated matrix, double[] right) {
    double[] rest = right.clone();
    double square = dot(rest, rest);
    double enough = NEAR * NEAR * square;
    int steps = 0;
    for (; square > enough && steps < MOST; steps++) {
      double[] image = matrix.times(rest);
      double length = square / dot(rest, image);
      for (int i = 0; i < rest.length; i++) rest[i] -= length * image[i];
      square = dot(rest, rest);
    }
    return steps;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) sum += a[i] * b[i];
    return sum;
  }

  private static double[] even(int size) {
    return IntStream.range(0, size)
        .mapToDouble(i -> StrictMath.pow(CONDITION, i / (size - 1.0)))
        .toArray();
  }

  private static double[] few(int distinct) {
    return IntStream.range(0, SIZE).mapToDouble(i -> 1 + i % distinct * 10).toArray();
  }

  private static double[] normal(int size, long seed, int number) {
    RandomStream random = new RandomStream(seed, Purpose.GENERATOR, 11, number);
    return IntStream.range(0, size).mapToDouble(i -> random.gaussian()).toArray();
  }

  @Override
  public Findings measure(Scope scope) {
    long seed = scope.firstSeed();
    List<Check> checks = new ArrayList<>();
    int[] few = new int[DISTINCT.length];
    for (int i = 0; i < few.length; i++) {
      Rotated matrix = Rotated.of(few(DISTINCT[i]), seed);
      few[i] = conjugate(matrix, normal(SIZE, seed, i));
      checks.add(
          Check.near(
              "distinct-" + DISTINCT[i],
              "steps where there are " + DISTINCT[i] + " different eigenvalues",
              few[i],
              DISTINCT[i],
              0,
              SQUARES));
    }
    double[] conjugate = new double[SIZES.length];
    double[] steepest = new double[SIZES.length];
    for (int i = 0; i < SIZES.length; i++) {
      Rotated matrix = Rotated.of(even(SIZES[i]), seed);
      double[] right = normal(SIZES[i], seed, 100 + i);
      conjugate[i] = conjugate(matrix, right);
      steepest[i] = steepest(matrix, right);
    }
    checks.add(Check.near("size-2", "steps in 2 variables", conjugate[0], 2, 0, SQUARES));
    checks.add(Check.near("size-5", "steps in 5 variables", conjugate[1], 5, 0, SQUARES));
    checks.add(Check.atMost("size-10", "steps in 10 variables", conjugate[2], 11, SQUARES));
    checks.add(Check.within("size-100", "steps in 100 variables", conjugate[5], 68, 80, SQUARES));
    checks.add(
        Check.atLeast(
            "steepest",
            "steps of steepest descent / those of conjugate gradients, 100 variables",
            steepest[5] / conjugate[5],
            8,
            SQUARES));
    return new Findings(
        String.format(
            Locale.ROOT,
            "As many as there are different eigenvalues, so at most as many as variables: %.0f in"
                + " 2, %.0f in 100 to 1e-8, where steepest descent takes %.0f.",
            conjugate[0],
            conjugate[5],
            steepest[5]),
        List.of(few(few), sizes(conjugate, steepest)),
        List.of(figure(conjugate, steepest)),
        checks,
        List.of(verdict(conjugate)));
  }

  private static Verdict verdict(double[] steps) {
    for (int i = 0; i < 2; i++)
      if (steps[i] > SIZES[i])
        return FINITE.doesNotHold(
            String.format(Locale.ROOT, "in %d variables they take %.0f", SIZES[i], steps[i]));
    for (int i = 0; i < steps.length; i++)
      if (steps[i] > SIZES[i])
        return FINITE.holdsIf(
            String.format(
                Locale.ROOT,
                "variables are few, as rounding adds steps: in 5 they take %.0f, in %d %.0f",
                steps[1],
                SIZES[i],
                steps[i]));
    return FINITE.holds();
  }

  private static Table few(int[] steps) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < steps.length; i++) rows.add(List.of(DISTINCT[i], steps[i]));
    return new Table(
        "Steps in 60 variables by the number of different eigenvalues",
        List.of("different eigenvalues", "steps"),
        rows);
  }

  private static Table sizes(double[] conjugate, double[] steepest) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < SIZES.length; i++)
      rows.add(List.of(SIZES[i], (long) conjugate[i], (long) steepest[i]));
    return new Table(
        "Steps by the number of variables, κ = 100",
        List.of("variables", "conjugate gradients", "steepest descent"),
        rows);
  }

  private static Figure figure(double[] conjugate, double[] steepest) {
    double[] sizes = Arrays.stream(SIZES).asDoubleStream().toArray();
    return new Figure(
        "Steps by the number of variables",
        "κ = 100 throughout. Look at small sizes: as many steps as variables (dashed), and then"
            + " the condition number takes over.",
        new Figure.Scale("variables", true),
        new Figure.Scale("steps", true),
        List.of(
            new Figure.Panel(
                "",
                List.of(
                    Curve.of("conjugate gradients", Kind.MIDDLE, 0, sizes, conjugate),
                    Curve.of("steepest descent", Kind.MIDDLE, 1, sizes, steepest),
                    Curve.of("variables", Kind.THEORY, 7, sizes, sizes)))));
  }
}
