package io.kudari.engine.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ExponentialTest {

  @Test
  void agreesWithStrictMath() {
    for (double x = -600; x < 600; x += 0.0371) {
      double expected = StrictMath.exp(x);
      assertEquals(expected, Exponential.exp(x), 1e-11 * expected, "exp " + x);
    }
    assertEquals(1, Exponential.exp(0));
    assertTrue(Double.isNaN(Exponential.exp(Double.NaN)));
    assertTrue(Exponential.exp(Double.NEGATIVE_INFINITY) < 1e-300);
  }

  @Test
  void tanhIsWithinOneUnitInTheLastPlace() {
    for (float x = 1e-12f; x < 50; x *= 1.0007f) {
      float expected = (float) StrictMath.tanh(x);
      assertEquals(expected, Exponential.tanh(x), Math.ulp(expected), "tanh " + x);
      assertEquals(-expected, Exponential.tanh(-x), Math.ulp(expected), "tanh -" + x);
    }
    assertTrue(Float.isNaN(Exponential.tanh(Float.NaN)));
  }
}
