package io.kudari.optim;

import static io.kudari.optim.Walk.spec;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.kudari.math.Layout;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.math.Slice;
import io.kudari.math.VectorSource;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptimizerTest {

  /** One segment of two elements for each role; the last six are not optimised. */
  private static Layout ofAllRoles() {
    List<Segment> segments = new ArrayList<>();
    for (Role r : Role.values()) {
      segments.add(new Segment(r.name(), 2 * segments.size(), List.of(1, 2), r));
    }
    return new Layout(segments);
  }

  private static float[] stepped(OptimizerSpec spec, float gradient) {
    float[] p = new float[12];
    float[] g = new float[12];
    Arrays.fill(p, 2);
    Arrays.fill(g, gradient);
    spec.open(ofAllRoles(), 1).step(p, g, Step.of(0, 0.5));
    return p;
  }

  @Test
  void decayTouchesWeightsOnlyAndStatisticsAreLeftAlone() {
    String[] decays = {"weight-decay", "l2", "l1"};
    float[] left = {1.9f, 1.9f, 1.95f};
    for (int i = 0; i < 3; i++) {
      float w = left[i];
      assertArrayEquals(
          new float[] {w, w, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2},
          stepped(spec("sgd", decays[i], 0.1), 0),
          decays[i]);
    }
    assertArrayEquals(new float[] {1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2}, stepped(spec("sgd"), 2));
  }

  @Test
  void trustRatiosTouchWeightsOnly() {
    // |w| / |g| = 1 for gradients of 2, times the coefficient.
    float[] p = stepped(spec("lars", "coefficient", 0.25, "weight-decay", 0), 2);
    assertArrayEquals(new float[] {1.75f, 1.75f, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2}, p);
    // Adam's first direction is 1: weights move by half their norm, the others by half of 1.
    float[] q = stepped(spec("lamb", "weight-decay", 0), 2);
    assertArrayEquals(new float[] {1, 1, 1.5f, 1.5f, 1.5f, 1.5f, 2, 2, 2, 2, 2, 2}, q, 1e-5f);
  }

  @Test
  void clippingByNormCountsEverythingThatIsOptimised() {
    // Six elements of 2 have norm √24; statistics do not count.
    float[] p = stepped(spec("sgd", "clip-norm", Math.sqrt(6)), 2);
    assertArrayEquals(new float[] {1.5f, 1.5f, 1.5f, 1.5f, 1.5f, 1.5f, 2, 2, 2, 2, 2, 2}, p, 1e-6f);
    float[] free = stepped(spec("sgd", "clip-norm", 5), 2);
    assertArrayEquals(stepped(spec("sgd"), 2), free);
  }

  @Test
  void aScheduledMomentumTakesTheRecipesPlace() {
    for (String name : List.of("momentum", "nesterov", "lars", "sgdw")) {
      OptimizerSpec s = spec(name, "weight-decay", 0);
      assertEquals(0.9, s.momentum());
      float[] scheduled = {1, 1};
      float[] set = {1, 1};
      Optimizer a = s.open(Layout.flat(2), 1);
      Optimizer b = spec(name, "weight-decay", 0, "momentum", 0.5).open(Layout.flat(2), 1);
      for (int t = 0; t < 4; t++) {
        a.step(scheduled, new float[] {1, 2}, new Step(t, 0.1, 0.1, 0.5));
        b.step(set, new float[] {1, 2}, Step.of(t, 0.1));
      }
      assertArrayEquals(set, scheduled, name);
    }
    assertTrue(Double.isNaN(spec("adam").momentum()));
  }

  @Test
  void clippingByValueLimitsEachElement() {
    assertArrayEquals(
        new float[] {1.5f, 1.5f, 1.5f, 1.5f, 1.5f, 1.5f, 2, 2, 2, 2, 2, 2},
        stepped(spec("sgd", "clip-value", 1), 2));
    assertEquals(2.5f, stepped(spec("sgd", "clip-value", 1), -3)[0]);
  }

  @Test
  void centralisationTakesTheMeanOfEachUnitAcrossBlocks() {
    int fanIn = 5000;
    Layout layout = new Layout(List.of(new Segment("w", 0, List.of(3, fanIn), Role.WEIGHT)));
    float[] p = new float[3 * fanIn];
    float[] g = new float[3 * fanIn];
    for (int i = 0; i < g.length; i++) g[i] = i / fanIn * 10 + (i % 2 == 0 ? 1 : -1);
    spec("sgd", "gradient-centralization", true).open(layout, 1).step(p, g, Step.of(0, 1));
    for (int i = 0; i < p.length; i++) assertEquals(i % 2 == 0 ? -1 : 1, p[i], 1e-6f);
  }

  @Test
  void noiseHasTheVarianceOfItsStepAndFollowsTheSeed() {
    int n = 40_000;
    OptimizerSpec noisy = spec("sgd", "gradient-noise", 0.3);
    float[] p = new float[n];
    noisy.open(Layout.flat(n), 1).step(p, new float[n], Step.of(9, 1));
    double squares = 0;
    for (float x : p) squares += x * x;
    assertEquals(0.3 / Math.pow(10, 0.55), squares / n, 0.003);
    float[] same = new float[n];
    noisy.open(Layout.flat(n), 1).step(same, new float[n], Step.of(9, 1));
    assertArrayEquals(p, same);
    noisy.open(Layout.flat(n), 2).step(same, new float[n], Step.of(9, 1));
    assertNotEquals(p[0], same[0]);
  }

  @Test
  void theMovingAverageIsEvaluatedAndTrainingGoesOn() {
    Optimizer o = spec("sgd", "ema", 0.5).open(Layout.flat(1), 1);
    float[] p = {0};
    float[] out = new float[1];
    for (int t = 0; t < 3; t++) o.step(p, new float[] {-1}, Step.of(t, 1));
    o.evaluation(p, out, 3);
    assertEquals(3, p[0]);
    // 0, then halfway to 1, 2 and 3.
    assertEquals((0.5f + 2) / 2 / 2 + 1.5f, out[0]);
    assertTrue(o.averages(3));
    assertFalse(o.needsStatistics(3));
  }

  @Test
  void stochasticWeightAveragingIsTheMeanFromItsStartOn() {
    Optimizer o = spec("sgd", "swa-start", 2, "swa-every", 3).open(Layout.flat(1), 1);
    float[] p = {0};
    float[] out = new float[1];
    for (int t = 0; t < 9; t++) {
      o.step(p, new float[] {-1}, Step.of(t, 1));
      o.evaluation(p, out, t + 1);
      assertEquals(t + 1 >= 2, o.needsStatistics(t + 1));
      // Counted after 2, 5 and 8 steps.
      assertEquals(new float[] {1, 2, 2, 2, 3.5f, 3.5f, 3.5f, 5, 5}[t], out[0], 1e-6f);
    }
  }

  @Test
  void lookaheadGoesBackToTheSlowWeights() {
    Optimizer o =
        spec("sgd", "lookahead-steps", 2, "lookahead-alpha", 0.25).open(Layout.flat(1), 1);
    float[] p = {0};
    float[] after = new float[4];
    for (int t = 0; t < 4; t++) {
      o.step(p, new float[] {-1}, Step.of(t, 1));
      after[t] = p[0];
    }
    assertArrayEquals(new float[] {1, 0.5f, 1.5f, 1}, after);
  }

  @Test
  void aRestoredOptimizerContinuesWithTheSameBits() {
    for (String name : OptimizerSpec.names()) {
      if (spec(name).fullBatch()) continue;
      OptimizerSpec s = spec(name, "ema", 0.9, "lookahead-steps", 3);
      Layout layout = ofAllRoles();
      float[] p = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
      Optimizer o = s.open(layout, 1);
      assertEquals(0, o.slots().length);
      for (int t = 0; t < 5; t++) o.step(p, gradient(t), Step.of(t, 0.1));
      float[] q = p.clone();
      Optimizer restored = s.open(layout, 1);
      restored.restore(o.slots());
      for (int t = 5; t < 9; t++) {
        o.step(p, gradient(t), Step.of(t, 0.1));
        restored.step(q, gradient(t), Step.of(t, 0.1));
      }
      assertArrayEquals(p, q, name);
    }
  }

  private static float[] gradient(int t) {
    float[] g = new float[12];
    for (int i = 0; i < 8; i++) g[i] = (float) Math.sin(3 * t + i);
    return g;
  }

  @Test
  void slotsOfAnotherRecipeAreRefused() {
    Optimizer adam = spec("adam").open(Layout.flat(3), 1);
    var count = assertThrows(IllegalArgumentException.class, () -> adam.restore(new float[1][3]));
    assertEquals("the recipe keeps 2 slots, not 1", count.getMessage());
    var length = assertThrows(IllegalArgumentException.class, () -> adam.restore(new float[2][4]));
    assertEquals("slot 0 has 4 values, the slice 3", length.getMessage());
  }

  @Test
  void aSliceThatCutsABlockIsRefused() {
    Layout layout = Layout.flat(10_000);
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> spec("sgd").open(layout, new Slice(0, 5000), PartialSums.WHOLE, 1));
    assertTrue(e.getMessage().contains("none starts at 5000"), e.getMessage());
  }

  @Test
  void aVectorOfAnotherLengthIsRefused() {
    Optimizer o = spec("sgd").open(Layout.flat(3), 1);
    assertThrows(
        IllegalArgumentException.class, () -> o.step(new float[2], new float[3], Step.of(0, 1)));
  }

  @Test
  void aStepAllocatesNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Layout layout =
        new Layout(
            List.of(
                new Segment("w", 0, List.of(20, 500), Role.WEIGHT),
                new Segment("b", 10_000, List.of(20), Role.BIAS)));
    float[] p = new float[layout.size()];
    VectorSource g = VectorSource.of(new float[layout.size()]);
    for (String name : OptimizerSpec.names()) {
      if (spec(name).fullBatch()) continue;
      OptimizerSpec s =
          spec(name, "clip-norm", 1, "gradient-centralization", true, "ema", 0.9, "l2", 0.1);
      Optimizer o = s.open(layout, 1);
      Step[] at = new Step[40];
      for (int t = 0; t < 40; t++) at[t] = Step.of(t, 0.01);
      for (int t = 0; t < 20; t++) o.step(p, g, at[t]);
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int t = 20; t < 40; t++) o.step(p, g, at[t]);
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      // The measurement itself may count some bytes; twenty steps over three blocks may not.
      assertTrue(allocated < 200, name + " allocated " + allocated + " bytes in 20 steps");
    }
  }
}
