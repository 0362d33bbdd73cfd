package io.kudari.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
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
    AdaScale a = new AdaScale(8);
    // Eight equal gradients of squared norm 3: the mean has the same.
    assertEquals(1, a.gain(8 * 3, 3), 1e-5);
  }

  @Test
  void pureNoiseGainsTheWholeFactor() {
    AdaScale a = new AdaScale(8);
    // Independent gradients of squared norm 3 and no mean: E‖ḡ‖² = 3 / 8.
    assertEquals(8, a.gain(8 * 3, 3 / 8.0), 1e-9);
    assertEquals(8, a.progress(), 1e-9);
  }

  @Test
  void halfNoiseGainsWhatThePaperSays() {
    // σ² = 2 and μ² = 2 with S = 4: Σ‖gᵢ‖² = 4 (σ² + μ²), ‖ḡ‖² = μ² + σ² / 4.
    assertEquals((2 + 2) / (2 / 4.0 + 2), new AdaScale(4).gain(16, 2.5), 1e-12);
  }

  @Test
  void oneShardGainsNothing() {
    assertEquals(1, new AdaScale(1).gain(7, 7));
  }

  @Property(tries = 100)
  void theGainLiesBetweenOneAndTheNumberOfShards(
      @ForAll @IntRange(min = 1, max = 2000) int shards,
      @ForAll @DoubleRange(min = 0, max = 1e6) double each,
      @ForAll @DoubleRange(min = 0, max = 1) double share) {
    AdaScale a = new AdaScale(shards);
    for (int t = 0; t < 3; t++) {
      double gain = a.gain(shards * each, each * share);
      assertTrue(gain >= 1 - 1e-9 && gain <= shards + 1e-9, () -> "gain " + gain);
    }
  }

  @Test
  void aRestoredAdaScaleContinuesAlike() {
    AdaScale a = new AdaScale(16);
    assertTrue(a.gain(40, 1) > 1);
    AdaScale b = new AdaScale(16);
    b.restore(a.state());
    assertEquals(a.gain(30, 1.5), b.gain(30, 1.5));
    assertArrayEquals(a.state(), b.state());
  }
}
