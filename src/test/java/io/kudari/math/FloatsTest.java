package io.kudari.math;

import static org.junit.jupiter.api.Assertions.assertEquals;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class FloatsTest {

  @Property(tries = 100)
  void sumsAgreeWithPlainLoopsAtEveryLengthAndOffset(
      @ForAll @IntRange(min = 0, max = 70) int length,
      @ForAll @IntRange(min = 0, max = 9) int from,
      @ForAll long seed) {
    RandomStream random = new RandomStream(seed, RandomStream.Purpose.TEST, 0, 0);
    float[] a = new float[from + length + 3];
    float[] b = new float[a.length];
    for (int i = 0; i < a.length; i++) {
      a[i] = (float) random.gaussian();
      b[i] = (float) random.gaussian();
    }
    double dot = 0;
    double squares = 0;
    double sum = 0;
    for (int i = from; i < from + length; i++) {
      dot += (double) a[i] * b[i];
      squares += (double) a[i] * a[i];
      sum += a[i];
    }
    assertEquals(dot, Floats.dot(a, b, from, from + length), 1e-12);
    assertEquals(squares, Floats.sumOfSquares(a, from, from + length), 1e-12);
    assertEquals(sum, Floats.sum(a, from, from + length), 1e-12);
  }

  @Property(tries = 30)
  void theFastSumOfSquaresIsThatOfDoublesToSixDigits(
      @ForAll @IntRange(min = 0, max = 80_000) int length,
      @ForAll @IntRange(min = 0, max = 9) int from,
      @ForAll long seed) {
    RandomStream random = new RandomStream(seed, RandomStream.Purpose.TEST, 0, 0);
    float[] a = new float[from + length + 3];
    for (int i = 0; i < a.length; i++) a[i] = (float) random.uniformDouble();
    double exact = Floats.sumOfSquares(a, from, from + length);
    assertEquals(exact, Floats.fastSumOfSquares(a, from, from + length), 1e-6 * exact);
  }
}
