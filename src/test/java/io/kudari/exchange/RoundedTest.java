package io.kudari.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.math.Layout;
import io.kudari.math.RandomStream;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What 16 bits lose, and what feedback keeps of it. */
class RoundedTest {

  private static final long SEED = 20261128;
  private static final Layout LAYOUT = Layout.flat(500);

  @ParameterizedTest
  @CsvSource({"fp16, 0x1p-11", "bf16, 0x1p-8"})
  void aVectorIsRoundedToItsSignificantBits(String name, double half) {
    float[] values = gradient(0);
    float[] rounded = values.clone();
    codec(name, false).code(0, 0, rounded);
    int changed = 0;
    for (int i = 0; i < values.length; i++) {
      assertEquals(values[i], rounded[i], half * Math.abs(values[i]) + 1e-7);
      if (values[i] != rounded[i]) changed++;
    }
    assertTrue(changed > 400, "lossy");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fp16", "bf16"})
  void whatIsSentAndWhatIsLeftAreTheSumOfTheGradients(String name) {
    Codec codec = codec(name, true);
    double[] open = new double[500];
    double[] sum = new double[500];
    for (int step = 0; step < 50; step++) {
      float[] values = gradient(step);
      for (int i = 0; i < 500; i++) sum[i] += values[i];
      for (int i = 0; i < 500; i++) open[i] += values[i];
      codec.code(3, step, values);
      for (int i = 0; i < 500; i++) open[i] -= values[i];
    }
    double error = 0;
    double norm = 0;
    for (int i = 0; i < 500; i++) {
      error += Math.pow(open[i] - codec.kept(3)[0][i], 2);
      norm += Math.pow(sum[i], 2);
    }
    assertTrue(Math.sqrt(error / norm) < 1e-6, error + " of " + norm + ", seed " + SEED);
  }

  @Test
  void whatIsTooLargeForHalfPrecisionIsNotFiniteAndNothingIsKeptOfIt() {
    Codec codec = codec("fp16", true);
    codec.code(0, 0, gradient(0));
    float[] before = codec.kept(0)[0];
    float[] large = gradient(1);
    large[7] = 70_000;
    codec.code(0, 1, large);
    assertEquals(Float.POSITIVE_INFINITY, large[7]);
    assertArrayEquals(before, codec.kept(0)[0]);
  }

  @Test
  void withoutFeedbackNothingIsKept() {
    GradientExchange exchange = Exchanges.parse(Map.of("name", "bf16"));
    assertFalse(codec("bf16", false).keeps());
    assertEquals(0, exchange.bytesOfWorker(LAYOUT));
    assertEquals(Map.of("error-feedback", false), exchange.settings());
    assertTrue(exchange.isLossy() && exchange.isExact());
  }

  private static Codec codec(String name, boolean feedback) {
    return Exchanges.parse(Map.of("name", name, "error-feedback", feedback)).codec(LAYOUT, SEED);
  }

  private static float[] gradient(int step) {
    RandomStream random = new RandomStream(SEED, RandomStream.Purpose.TEST, step, 0);
    float[] values = new float[500];
    for (int i = 0; i < 500; i++) values[i] = (float) (random.gaussian() + StrictMath.sin(i));
    return values;
  }
}
