package io.kudari.optim.fullbatch;

import static io.kudari.optim.Walk.spec;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.math.RandomStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MinimizerTest {

  private static final Objective ROSENBROCK =
      (x, g) -> {
        double d = x[1] - x[0] * x[0];
        g[0] = -400 * x[0] * d - 2 * (1 - x[0]);
        g[1] = 200 * d;
        return 100 * d * d + (1 - x[0]) * (1 - x[0]);
      };

  /** x'Ax/2 − b'x with A = M'M / n + 1, so that its condition is moderate. */
  private static Objective quadratic(int n, RandomStream random) {
    double[][] m = new double[n][n];
    double[] b = new double[n];
    for (int i = 0; i < n; i++) {
      b[i] = random.gaussian();
      for (int j = 0; j < n; j++) m[i][j] = random.gaussian();
    }
    return (x, g) -> {
      double value = 0;
      double[] mx = new double[n];
      for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) mx[i] += m[i][j] * x[j];
      for (int i = 0; i < n; i++) {
        g[i] = x[i];
        for (int k = 0; k < n; k++) g[i] += m[k][i] * mx[k] / n;
        value += x[i] * g[i] / 2 - b[i] * x[i];
        g[i] -= b[i];
      }
      return value;
    };
  }

  @Property(tries = 40)
  void conjugateGradientsEndAQuadraticInHardlyMoreStepsThanItHasDimensions(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int n) {
    RandomStream random = new RandomStream(seed, RandomStream.Purpose.TEST, 0, 0);
    double[] x = new double[n];
    double[] first = {0};
    var end =
        spec("cg")
            .minimizer()
            .minimize(
                quadratic(n, random),
                x,
                i -> {
                  if (i.number() == 0) first[0] = i.gradientNorm();
                  // The line search is not exact: a few more steps take what the others left.
                  return i.number() < n + 3;
                });
    assertTrue(end.number() <= n + 3);
    assertTrue(end.gradientNorm() <= 1e-3 * first[0], () -> end.gradientNorm() + " of " + first[0]);
  }

  @Test
  void limitedMemoryBfgsSolvesRosenbrockInUnderFiftyEvaluations() {
    double[] x = {-1.2, 1};
    var end = spec("l-bfgs").minimizer().minimize(ROSENBROCK, x, i -> i.gradientNorm() > 1e-6);
    assertTrue(end.evaluations() < 50, () -> end.evaluations() + " evaluations");
    assertArrayEquals(new double[] {1, 1}, x, 1e-6);
  }

  @Test
  void theValueNeverRisesFromOneIterationToTheNext() {
    for (String name : new String[] {"cg", "l-bfgs", "coordinate"}) {
      double[] last = {Double.POSITIVE_INFINITY};
      var end =
          spec(name)
              .minimizer()
              .minimize(
                  ROSENBROCK,
                  new double[] {-1.2, 1},
                  i -> {
                    assertTrue(i.value() <= last[0]);
                    last[0] = i.value();
                    return i.number() < 100;
                  });
      assertTrue(end.value() < 10, name);
    }
  }

  @Test
  void aStartAtTheMinimumEndsAtOnce() {
    for (String name : new String[] {"cg", "l-bfgs", "coordinate"}) {
      double[] x = {1, 1};
      var end = spec(name).minimizer().minimize(ROSENBROCK, x, i -> true);
      assertEquals(0, end.number());
      assertArrayEquals(new double[] {1, 1}, x);
    }
  }

  @Test
  void aFunctionThatIsInfiniteBeyondAWallIsMinimisedBeforeIt() {
    Objective f =
        (x, g) -> {
          g[0] = 1 - 1 / x[0];
          return x[0] > 0 ? x[0] - Math.log(x[0]) : Double.POSITIVE_INFINITY;
        };
    double[] x = {5};
    var end =
        spec("l-bfgs").minimizer().minimize(f, x, i -> i.gradientNorm() > 1e-9 && i.number() < 50);
    assertEquals(1, x[0], 1e-6);
    assertTrue(end.number() < 50);
  }
}
