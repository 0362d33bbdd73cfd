package io.kudari.engine.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.math.RandomStream;
import org.junit.jupiter.api.Test;

class MatrixProductTest {

  /**
   * Those with a side of 1100 are copied in several parts, the last part being shorter, and sums of
   * 2100 terms are split. No side of the second half is narrow, except some last parts.
   */
  private static final int[][] SHAPES = {
    {1, 1, 1},
    {3, 5, 7},
    {17, 16, 33},
    {3, 1100, 601},
    {1100, 601, 3},
    {3, 601, 1100},
    {128, 10, 512},
    {10, 512, 128},
    {256, 512, 32},
    {32, 256, 512},
    {32, 32, 32},
    {33, 47, 65},
    {384, 128, 256},
    {35, 1100, 601},
    {1100, 601, 35},
    {35, 601, 1100},
    {40, 300, 2100}
  };

  private static final int BEFORE = 11;

  @Test
  void equalsTheSumOfProductsForEveryOrderAndShape() {
    try (MatrixProduct product = new MatrixProduct()) {
      for (int[] s : SHAPES) {
        for (int order = 0; order < 8; order++) {
          check(product, s[0], s[1], s[2], (order & 1) != 0, (order & 2) != 0, order / 4);
        }
      }
    }
  }

  @Test
  void theTransposedProductGoesToTheHeapFromItsLastRowsOn() {
    try (MatrixProduct product = new MatrixProduct()) {
      for (int[] s : SHAPES) {
        float[] a = random(BEFORE + s[0] * s[2], 1);
        float[] b = random(BEFORE + s[2] * s[1], 2);
        float[] c = random(BEFORE + s[0] * s[1], 3);
        float[] old = c.clone();
        Operand first = product.operand();
        Operand second = product.operand();
        first.copy(a, BEFORE, s[2], s[0]);
        second.copy(b, BEFORE, s[2], s[1]);
        int[] last = {c.length};
        product.multiply(
            s[0],
            s[1],
            s[2],
            first,
            second,
            c,
            BEFORE,
            from -> {
              assertTrue(from < last[0], "index " + from + " after " + last[0]);
              assertEquals(old[from - 1], c[from - 1], "the element before what is final");
              last[0] = from;
            });
        assertEquals(BEFORE, last[0], "where the last part begins");
        for (int i = 0; i < BEFORE; i++) assertEquals(old[i], c[i], "elements before the product");
        compare(s[0], s[1], s[2], true, false, 0, a, b, old, c);
      }
    }
  }

  private static void check(
      MatrixProduct product, int m, int n, int k, boolean ta, boolean tb, float beta) {
    float[] a = random(BEFORE + m * k, 1);
    float[] b = random(BEFORE + k * n, 2);
    float[] c = random(BEFORE + m * n, 3);
    if (beta == 0) java.util.Arrays.fill(c, BEFORE, c.length, Float.NaN);
    float[] old = c.clone();
    Operand first = product.operand();
    Operand second = product.operand();
    Operand third = product.operand();
    first.copy(a, BEFORE, ta ? k : m, ta ? m : k);
    if (ta && !tb) second.copy(b, BEFORE, k, n);
    else second.copyWeights(b, BEFORE, tb ? n : k, tb ? k : n);
    third.copy(c, BEFORE, 1, m * n);
    product.multiply(ta, tb, m, n, k, first, second, beta, third);
    third.read(0, c, BEFORE, m * n);
    compare(m, n, k, ta, tb, beta, a, b, old, c);
  }

  private static void compare(
      int m,
      int n,
      int k,
      boolean ta,
      boolean tb,
      float beta,
      float[] a,
      float[] b,
      float[] old,
      float[] c) {
    for (int i = 0; i < m; i += Math.max(1, m / 50)) {
      for (int j = n - 1; j >= 0; j -= Math.max(1, n / 50)) {
        double expected = beta == 0 ? 0 : old[BEFORE + i * n + j];
        for (int t = 0; t < k; t++) {
          double left = a[BEFORE + (ta ? t * m + i : i * k + t)];
          expected += left * b[BEFORE + (tb ? j * k + t : t * n + j)];
        }
        double found = c[BEFORE + i * n + j];
        assertTrue(
            Math.abs(expected - found) < 1e-5 * Math.sqrt(k) + 1e-6,
            () -> m + "x" + n + "x" + k + " " + ta + " " + tb + " " + beta);
      }
    }
  }

  private static float[] random(int length, int name) {
    RandomStream random = new RandomStream(5, RandomStream.Purpose.TEST, name, 0);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) values[i] = 2 * random.uniform() - 1;
    return values;
  }
}
