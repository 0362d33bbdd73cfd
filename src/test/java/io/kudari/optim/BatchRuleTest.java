package io.kudari.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.math.RandomStream;
import io.kudari.optim.noise.AdaScale;
import io.kudari.optim.noise.GradientNoise;
import io.kudari.setting.SettingException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class BatchRuleTest {

  @Test
  void theRateFollowsTheBatchAsTheRuleSays() {
    assertEquals(1, BatchRule.of("none").factor(1024, 256));
    assertEquals(4, BatchRule.of("linear").factor(1024, 256));
    assertEquals(2, BatchRule.of("square-root").factor(1024, 256));
    assertEquals(2, BatchRule.of("legw").factor(1024, 256));
    assertEquals(1, BatchRule.of("adascale").factor(1024, 256));
    assertEquals(4, BatchRule.LEGW.warmupStretch(1024, 256));
    assertEquals(1, BatchRule.LINEAR.warmupStretch(1024, 256));
    assertThrows(SettingException.class, () -> BatchRule.of("linar"));
  }

  @Test
  void withoutVarianceThereIsNoGain() {
    assertEquals(1, new AdaScale(8).gain(new GradientNoise(0, 3), 512, 64));
    assertEquals(1, new AdaScale(8).gain(new GradientNoise(1e-9, 3), 512, 64), 1e-9);
  }

  @Test
  void pureNoiseGainsTheWholeFactor() {
    AdaScale a = new AdaScale(8);
    assertEquals(8, a.gain(new GradientNoise(3, 0), 512, 64), 1e-12);
    assertEquals(8, a.progress(), 1e-12);
  }

  @Test
  void halfNoiseGainsWhatThePaperSays() {
    // σ² = 2 of a base batch of 32 and μ² = 2, with S = 4.
    assertEquals(
        (2 + 2) / (2 / 4.0 + 2), new AdaScale(4).gain(new GradientNoise(64, 2), 128, 32), 1e-12);
  }

  @Test
  void theGainFollowsFromTheNoiseScaleOfTheSameAverages() {
    double batch = 384;
    double baseBatch = 100;
    double scale = batch / baseBatch;
    AdaScale a = new AdaScale(scale);
    RandomStream random = new RandomStream(5, RandomStream.Purpose.TEST, 0, 0);
    double smoothing = 1 - scale / 1000;
    double variance = 0;
    double squaredNorm = 0;
    for (int t = 0; t < 40; t++) {
      var noise = new GradientNoise(900 * random.uniformDouble(), 3 * random.uniformDouble() - 0.3);
      variance = smoothing * variance + noise.variance();
      squaredNorm = smoothing * squaredNorm + noise.squaredNorm();
      double noiseScale = variance / squaredNorm;
      double gain = a.gain(noise, batch, baseBatch);
      double expected = scale * (noiseScale + batch / scale) / (noiseScale + batch);
      if (squaredNorm > 0) assertEquals(expected, gain, 1e-6 * expected);
      else assertEquals(scale, gain, 1e-12);
    }
  }

  @Test
  void theGainIsOneUntilSomethingHasBeenMeasured() {
    AdaScale a = new AdaScale(4);
    assertEquals(1, a.gain(null, 128, 32));
    assertEquals(1, a.gain(new GradientNoise(Double.NaN, 1), 128, 32));
    double measured = a.gain(new GradientNoise(64, 2), 128, 32);
    assertEquals(measured, a.gain(null, 128, 32));
    assertEquals(2 + 2 * measured, a.progress(), 1e-12);
  }

  @Property(tries = 100)
  void theGainLiesBetweenOneAndTheScale(
      @ForAll @DoubleRange(min = 0.1, max = 2000) double scale,
      @ForAll @DoubleRange(min = -1e3, max = 1e6) double variance,
      @ForAll @DoubleRange(min = -1e2, max = 1e3) double squaredNorm) {
    AdaScale a = new AdaScale(scale);
    for (int t = 0; t < 3; t++) {
      double gain = a.gain(new GradientNoise(variance, squaredNorm), 64 * scale, 64);
      double low = Math.min(1, scale);
      double high = Math.max(1, scale);
      assertTrue(gain >= low - 1e-9 && gain <= high + 1e-9, () -> "gain " + gain);
    }
  }

  @Test
  void aRestoredAdaScaleContinuesAlike() {
    AdaScale a = new AdaScale(16);
    assertTrue(a.gain(new GradientNoise(40, 1), 512, 32) > 1);
    AdaScale b = new AdaScale(16);
    b.restore(a.state());
    GradientNoise next = new GradientNoise(30, 1.5);
    assertEquals(a.gain(next, 512, 32), b.gain(next, 512, 32));
    assertArrayEquals(a.state(), b.state());
  }
}
