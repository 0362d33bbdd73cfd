package io.kudari.math;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.math.RandomStream.Purpose;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExactSumTest {

  private static final long SEED = 20261130;

  @ParameterizedTest
  @ValueSource(ints = {0, 8, 60, 250})
  void aSumIsThatOfUnlimitedPrecisionRoundedOnce(int exponents) {
    RandomStream random = new RandomStream(SEED, Purpose.TEST, exponents, 0);
    for (int trial = 0; trial < 200; trial++) {
      double[] values = values(random, 1 + random.below(40), exponents);
      BigDecimal expected = BigDecimal.ZERO;
      for (double v : values) expected = expected.add(new BigDecimal(v));
      assertEquals(expected.doubleValue(), sum(values).value(), "seed " + SEED);
    }
  }

  /** Far more than fit a limb without passing carries on, also through long rows of ones. */
  @Test
  void carriesOfManyAdditionsAreNotLost() {
    for (double value : new double[] {0x1.fffffffffffffp0, -0x1.fffffffffffffp0, 1e-3, -1e9}) {
      ExactSum sum = new ExactSum();
      int count = 100_003;
      for (int i = 0; i < count; i++) sum.add(value);
      BigDecimal expected = new BigDecimal(value).multiply(BigDecimal.valueOf(count));
      assertEquals(expected.doubleValue(), sum.value());
      ExactSum doubled = sum(value);
      for (int i = 0; i < 17; i++) doubled.add(copy(doubled));
      assertEquals(Math.scalb(value, 17), doubled.value());
    }
  }

  private static ExactSum copy(ExactSum sum) {
    ExactSum copy = new ExactSum();
    copy.addWritten(written(sum), 0);
    return copy;
  }

  @Test
  void whatCancelsLeavesWhatIsSmall() {
    assertEquals(0x1p-250, sum(1e70, 1, 0x1p-250, -1e70, -1).value());
    assertEquals(0, sum(0.1, 0.2, -0.1, -0.2).value());
    assertEquals(-0x1p-319, sum(-0x1p-320, -0x1p-320).value());
    assertEquals(0, sum(0x1.8p-321, -0x1.8p-321, Double.MIN_VALUE, -0d).value());
  }

  @Test
  void noOrderAndNoPartsChangeABit() {
    RandomStream random = new RandomStream(SEED, Purpose.TEST, 1, 0);
    for (int trial = 0; trial < 100; trial++) {
      double[] values = values(random, 50, 100);
      double[] whole = written(sum(values));
      ExactSum[] parts = {new ExactSum(), new ExactSum(), new ExactSum()};
      for (int i = values.length - 1; i >= 0; i--) parts[random.below(3)].add(values[i]);
      ExactSum merged = new ExactSum();
      merged.addWritten(written(parts[2]), 0);
      merged.add(parts[0]);
      parts[1].add(merged);
      assertArrayEquals(whole, written(parts[1]), "seed " + SEED);
    }
  }

  @Test
  void aSumAsWrittenIsInWholeNumbersThatADoubleHolds() {
    for (double value : new double[] {-1, 1, -0x1p-320, 0x1.fffffffffffffp299, -1e70}) {
      double[] written = written(sum(value, value, value));
      ExactSum read = new ExactSum();
      read.addWritten(written, 0);
      assertEquals(3 * value, read.value(), Math.abs(value) * 1e-15);
      assertTrue(DoubleStream.of(written).allMatch(limb -> Math.abs(limb) < 0x1p53));
    }
  }

  @Test
  void whatIsNotFiniteOrTooLargeIsSummedAsDoublesAre() {
    double inf = Double.POSITIVE_INFINITY;
    assertEquals(inf, sum(1, inf, -1e80).value());
    assertEquals(-inf, sum(-inf, 5).value());
    assertEquals(Double.NaN, sum(inf, 1, -inf).value());
    assertEquals(Double.NaN, sum(Double.NaN, 1).value());
    assertEquals(inf, sum(0x1p300).value());
    assertEquals(-inf, sum(-Double.MAX_VALUE).value());
    ExactSum merged = sum(1);
    merged.add(sum(-inf));
    assertEquals(-inf, merged.value());
    assertEquals(Double.NaN, ExactSum.squaredDeviations(sum(inf), sum(inf), 1));
  }

  @Test
  void squaredDeviationsAreExactHoweverFarTheMeanIsFromZero() {
    RandomStream random = new RandomStream(SEED, Purpose.TEST, 2, 0);
    for (float offset : new float[] {0, 1, -1e4f, 1e8f, -3e30f}) {
      float[] values = new float[30];
      for (int i = 0; i < values.length; i++)
        values[i] = offset + Math.ulp(offset) * random.below(9) + (offset == 0 ? i * 1e-30f : 0);
      assertEquals(
          deviations(values), found(values), 1e-15 * found(values), offset + ", seed " + SEED);
    }
    assertEquals(0, found(16777215, 16777215, 16777215));
    assertEquals(0, found(1e-45f, 1e-45f));
    assertTrue(found(Float.MAX_VALUE, Math.nextDown(Float.MAX_VALUE)) > 0);
    assertTrue(found(0, Float.MIN_VALUE) > 0);
  }

  private static double found(float... values) {
    ExactSum sum = new ExactSum();
    ExactSum squares = new ExactSum();
    for (double v : values) {
      sum.add(v);
      squares.add(v * v);
    }
    return ExactSum.squaredDeviations(sum, squares, values.length);
  }

  private static double deviations(float... values) {
    BigDecimal mean = BigDecimal.ZERO;
    for (double v : values) mean = mean.add(new BigDecimal(v));
    mean = mean.divide(BigDecimal.valueOf(values.length), new MathContext(200));
    BigDecimal sum = BigDecimal.ZERO;
    for (double v : values) sum = sum.add(new BigDecimal(v).subtract(mean).pow(2));
    return sum.doubleValue();
  }

  /** Of either sign, with exponents of up to so much. */
  private static double[] values(RandomStream random, int count, int exponents) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      double mantissa = random.uniform() - 0.5 + random.uniform() * 0x1p-24;
      values[i] =
          Math.scalb(mantissa, exponents == 0 ? 0 : random.below(2 * exponents) - exponents);
    }
    return values;
  }

  private static ExactSum sum(double... values) {
    ExactSum sum = new ExactSum();
    for (double v : values) sum.add(v);
    return sum;
  }

  private static double[] written(ExactSum sum) {
    double[] all = new double[ExactSum.LENGTH];
    sum.write(all, 0);
    return all;
  }
}
