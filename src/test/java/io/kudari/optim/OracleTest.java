package io.kudari.optim;

import static io.kudari.optim.Walk.PARABOLA;
import static io.kudari.optim.Walk.VALLEY;
import static io.kudari.optim.Walk.floats;
import static io.kudari.optim.Walk.spec;
import static io.kudari.optim.Walk.walk;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.math.Layout;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Published end points of well-known walks and steps. */
class OracleTest {

  /** 30 steps on the parabola from (−7, 2): floats and doubles both end where the oracle says. */
  private static void endsAt(
      double x, double y, OptimizerSpec spec, Supplier<Reference> reference) {
    float[] end = walk(spec, PARABOLA, 30, -7, 2);
    double[] exact = Reference.walk(reference, PARABOLA, 30, spec.learningRate(), -7, 2);
    double[] oracle = {x, y};
    for (int i = 0; i < 2; i++) {
      double sixDigits =
          Math.max(1e-6 * Math.abs(oracle[i]), 0.6e-6 * Math.min(1, magnitude(oracle[i])));
      assertEquals(oracle[i], exact[i], sixDigits);
      assertEquals(oracle[i], end[i], 3 * sixDigits);
    }
  }

  /** The power of ten of the first digit. */
  private static double magnitude(double x) {
    return Math.pow(10, Math.ceil(Math.log10(Math.abs(x))));
  }

  @Test
  void gradientDescentEndsWhereTheOracleSays() {
    endsAt(-0.350393, 0.0847823, spec("sgd", "learning-rate", 0.95), Reference::sgd);
  }

  @Test
  void momentumEndsWhereTheOracleSaysInBothForms() {
    for (String velocity : List.of("inside", "outside")) {
      OptimizerSpec s = spec("momentum", "learning-rate", 0.1, "velocity", velocity);
      endsAt(0.896414, 0.0880856, s, () -> Reference.momentum(0.9));
    }
  }

  @Test
  void nesterovIsTheShiftedFormAndNotTheTextbooks() {
    for (String velocity : List.of("inside", "outside")) {
      OptimizerSpec s = spec("nesterov", "learning-rate", 0.1, "velocity", velocity);
      float[] end = walk(s, PARABOLA, 30, -7, 2);
      assertArrayEquals(floats(0.6896149, -0.000679906), end, 2e-6f);
    }
    double[] exact = Reference.walk(() -> Reference.nesterov(0.9), PARABOLA, 30, 0.1, -7, 2);
    assertArrayEquals(new double[] {0.6896149, -0.000679906}, exact, 6e-8);
    // Another method: the textbook code with the new velocity in the sum.
    double[] other =
        Reference.walk(() -> Reference.nesterovOfTextbooks(0.9), PARABOLA, 30, 0.1, -7, 2);
    assertArrayEquals(new double[] {0.526391, 0.000225820}, other, 6e-7);
  }

  @Test
  void theShiftedFormIsTheLookAheadFormAtTheLookAheadPoint() {
    double mu = 0.9;
    double rate = 0.1;
    double[] p = {-7, 2};
    double[] v = new double[2];
    for (int t = 0; t < 30; t++) {
      double[] g = PARABOLA.apply(new double[] {p[0] + mu * v[0], p[1] + mu * v[1]});
      for (int i = 0; i < 2; i++) {
        v[i] = mu * v[i] - rate * g[i];
        p[i] += v[i];
      }
    }
    assertArrayEquals(new double[] {0.613074, 0.00589895}, p, 6e-7);
    float[] end = walk(spec("nesterov", "learning-rate", rate), PARABOLA, 30, -7, 2);
    assertArrayEquals(floats(p[0] + mu * v[0], p[1] + mu * v[1]), end, 2e-6f);
  }

  @Test
  void adaGradEndsWhereTheOracleSays() {
    OptimizerSpec s = spec("adagrad", "learning-rate", 1.5, "epsilon", 1e-7);
    float[] end = walk(s, PARABOLA, 30, -7, 2);
    double[] exact = Reference.walk(() -> Reference.adaGrad(0, 1e-7), PARABOLA, 30, 1.5, -7, 2);
    assertEquals(-0.120162, exact[0], 6e-7);
    assertEquals(2.486e-17, exact[1], 6e-21);
    assertEquals(-0.120162, end[0], 2e-6);
    assertEquals(2.486e-17, end[1], 6e-21);
  }

  @Test
  void adamEndsWhereTheOracleSaysWithEitherEpsilon() {
    endsAt(
        0.136007,
        0.318245,
        spec("adam", "learning-rate", 0.3, "epsilon", 1e-7, "epsilon-hat", true),
        () -> Reference.adam(0.9, 0.999, 1e-7, true));
    endsAt(
        0.136015,
        0.318245,
        spec("adam", "learning-rate", 0.3),
        () -> Reference.adam(0.9, 0.999, 1e-8, false));
  }

  /** 100 steps in the valley with Torch7's defaults: ten digits in double, five in float. */
  private static void valleyEndsAt(
      double x, double y, OptimizerSpec spec, Supplier<Reference> reference) {
    double rate = spec.learningRate();
    double[] exact = Reference.walk(reference, VALLEY, 100, rate, 1.5, 1.5);
    assertArrayEquals(new double[] {x, y}, exact, 5.1e-10);
    assertArrayEquals(floats(x, y), walk(spec, VALLEY, 100, 1.5, 1.5), 1e-5f);
  }

  @Test
  void theValleyIsWalkedAsTorch7Does() {
    valleyEndsAt(
        1.411295823, 1.588683222, spec("adam"), () -> Reference.adam(0.9, 0.999, 1e-8, false));
    valleyEndsAt(
        1.481798995,
        1.518200403,
        spec("adagrad", "learning-rate", 1e-3),
        () -> Reference.adaGrad(0, 1e-10));
    valleyEndsAt(
        1.314135938,
        1.685403840,
        spec("adadelta", "decay", 0.9),
        () -> Reference.adaDelta(0.9, 1e-6));
  }

  private static void oneStep(OptimizerSpec spec, double... end) {
    double[] g = {1, 6, 7, 2};
    assertArrayEquals(floats(end), walk(spec, p -> g, 1, 1, 2, 3, 4), 1e-4f);
  }

  @Test
  void oneStepOfFourNumbersIsAsPublished() {
    oneStep(spec("sgd", "learning-rate", 0.5), 0.5, -1, -0.5, 3);
    oneStep(spec("adam", "learning-rate", 0.5), 0.5, 1.5, 2.5, 3.5);
    oneStep(
        spec("adagrad", "learning-rate", 0.5, "initial-accumulator", 0.1),
        0.5233,
        1.5007,
        2.5005,
        3.5061);
    oneStep(spec("lamb", "learning-rate", 0.5, "weight-decay", 0), -0.3693, 0.6306, 1.6306, 2.6306);
  }

  @Test
  void theRatioOfLarsFollowsItsDenominator() {
    double paper = 0.003333;
    double optax = 0.004472;
    for (String denominator : List.of("norms", "sum")) {
      OptimizerSpec s =
          spec("lars", "weight-decay", 0.1, "denominator", denominator, "learning-rate", 1);
      float[] w = walk(s, p -> new double[] {0.8, -0.6}, 1, 3, 4);
      // One step from velocity 0 subtracts ratio · (g + β w), and g + β w = (1.1, −0.2).
      double ratio = denominator.equals("sum") ? optax : paper;
      assertEquals(ratio, (3 - w[0]) / 1.1, 5e-7);
      assertEquals(ratio, (4 - w[1]) / -0.2, 3e-6);
    }
  }

  @Test
  void aChangeOfRateTellsTheFormsOfMomentumApart() {
    assertEquals(-1.805, afterTheRateRises("inside", false), 5e-4);
    assertEquals(-4.000, afterTheRateRises("outside", false), 1e-6);
    assertEquals(-4.000, afterTheRateRises("inside", true), 1e-5);
  }

  /** Three steps at 0.1 and one at 1 under a constant gradient of 1. */
  private static float afterTheRateRises(String velocity, boolean corrected) {
    OptimizerSpec s = spec("momentum", "velocity", velocity, "momentum-correction", corrected);
    Optimizer o = s.open(Layout.flat(1), 1);
    float[] w = {0};
    double previous = 0.1;
    for (int t = 0; t < 4; t++) {
      double rate = t == 3 ? 1 : 0.1;
      o.step(w, new float[] {1}, new Step(t, rate, previous, Double.NaN));
      previous = rate;
    }
    return w[0];
  }

  @Test
  void theClassicSignErrorDivergesSoThatTheseTestsCanFail() {
    double[] end = Reference.walk(() -> Reference.signError(0.9), PARABOLA, 30, 0.1, -7, 2);
    assertEquals(-34.44, end[0], 0.005);
    assertEquals(2.56e5, end[1], 0.005e5);
  }
}
