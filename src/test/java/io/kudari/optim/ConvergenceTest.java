package io.kudari.optim;

import static io.kudari.optim.Walk.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.math.Layout;
import io.kudari.optim.fullbatch.Objective;
import io.kudari.optim.schedule.Schedule;
import io.kudari.optim.schedule.ScheduleSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recipe on every landscape. */
class ConvergenceTest {

  @SuppressWarnings("ArrayRecordComponent")
  record Landscape(
      String name,
      ToDoubleFunction<double[]> value,
      UnaryOperator<double[]> gradient,
      double[] start,
      double goal) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final List<Landscape> LANDSCAPES =
      List.of(
          new Landscape(
              "parabola",
              x -> x[0] * x[0] / 20 + x[1] * x[1],
              Walk.PARABOLA,
              new double[] {-7, 2},
              1e-3),
          new Landscape(
              "Rosenbrock",
              x -> 100 * sq(x[1] - x[0] * x[0]) + sq(1 - x[0]),
              x -> {
                double d = x[1] - x[0] * x[0];
                return new double[] {-400 * x[0] * d - 2 * (1 - x[0]), 200 * d};
              },
              new double[] {-1.2, 1},
              1e-2),
          // Escaped means well below 0, the value at the saddle.
          new Landscape(
              "saddle",
              x -> x[0] * x[0] - x[1] * x[1],
              x -> new double[] {2 * x[0], -2 * x[1]},
              new double[] {1, 1e-3},
              -0.5),
          new Landscape(
              "ill-conditioned",
              x -> (x[0] * x[0] + 1000 * x[1] * x[1]) / 2,
              x -> new double[] {x[0], 1000 * x[1]},
              new double[] {1, 1},
              1e-3));

  private static double sq(double x) {
    return x * x;
  }

  /** The recipe, its landscape and settings under which it gets there, if any. */
  record Case(String recipe, Landscape landscape) {
    @Override
    public String toString() {
      return recipe + " on " + landscape;
    }
  }

  static Stream<Case> firstOrder() {
    return OptimizerSpec.names().stream()
        .filter(n -> !spec(n).fullBatch())
        .flatMap(n -> LANDSCAPES.stream().map(l -> new Case(n, l)));
  }

  static Stream<Case> secondOrder() {
    return OptimizerSpec.names().stream()
        .filter(n -> spec(n).fullBatch())
        .flatMap(n -> LANDSCAPES.stream().map(l -> new Case(n, l)));
  }

  /** Rates tried, largest first: one of them must do, falling to 0 along a cosine. */
  private static final double[] RATES = {1, 0.3, 0.1, 0.03, 0.01, 0.003, 1e-3, 3e-4, 1e-4};

  @ParameterizedTest
  @MethodSource("firstOrder")
  void everyFirstOrderRecipeGetsThere(Case c) {
    List<String> seen = new ArrayList<>();
    for (double rate : RATES) {
      double least = least(c, rate);
      if (least <= c.landscape.goal) return;
      seen.add(rate + ": " + least);
    }
    throw new AssertionError(c + " stays above " + c.landscape.goal + " at every rate " + seen);
  }

  private static double least(Case c, double rate) {
    int steps = 8000;
    // Its ratio makes a step a thousandth of the weights' norm: for a toy it is taken as 1.
    OptimizerSpec spec =
        switch (c.recipe) {
          case "lars" -> spec("lars", "coefficient", 1, "weight-decay", 0);
          case "lamb", "adamw", "sgdw" -> spec(c.recipe, "weight-decay", 0);
          default -> spec(c.recipe);
        };
    Optimizer optimizer = spec.open(Layout.flat(2), 1);
    Schedule schedule =
        ScheduleSpec.parse(java.util.Map.of("kind", "cosine")).resolve(rate, 1, steps);
    float[] x = Walk.floats(c.landscape.start);
    for (int t = 0; t < steps; t++) {
      double[] p = Walk.doubles(x);
      double value = c.landscape.value.applyAsDouble(p);
      if (!Double.isFinite(value)) return Double.POSITIVE_INFINITY;
      if (value <= c.landscape.goal && c.landscape.goal < 0) return value;
      optimizer.step(x, Walk.floats(c.landscape.gradient.apply(p)), Step.of(t, schedule.at(t)));
    }
    return c.landscape.value.applyAsDouble(Walk.doubles(x));
  }

  @ParameterizedTest
  @MethodSource("secondOrder")
  void everySecondOrderRecipeGetsThere(Case c) {
    Objective f =
        (x, g) -> {
          System.arraycopy(c.landscape.gradient.apply(x.clone()), 0, g, 0, 2);
          return c.landscape.value.applyAsDouble(x);
        };
    double[] x = c.landscape.start.clone();
    // Coordinates of a narrow curved valley are searched in ever smaller steps.
    int most = c.recipe.equals("coordinate") ? 20_000 : 200;
    var end =
        spec(c.recipe)
            .minimizer()
            .minimize(f, x, i -> i.number() < most && i.value() > c.landscape.goal);
    assertTrue(end.value() <= c.landscape.goal, () -> c + " ended at " + end);
  }

  /** On x² / 2 with curvature h and gradients that are τ steps old. */
  @Test
  void staleGradientsLimitTheRateAsTheoryPredicts() {
    double h = 2;
    for (int delay = 0; delay <= 5; delay++) {
      double limit = 2 * Math.cos(delay * Math.PI / (2 * delay + 1)) / h;
      assertTrue(amplitude(0.98 * limit, h, delay) < 1e-3, "below the limit, delay " + delay);
      assertTrue(amplitude(1.02 * limit, h, delay) > 1e3, "above the limit, delay " + delay);
    }
    assertEquals(2, 2 * Math.cos(0), 0);
  }

  private static double amplitude(double rate, double h, int delay) {
    Optimizer sgd = spec("sgd").open(Layout.flat(1), 1);
    float[][] history = new float[delay + 1][];
    float[] x = {1};
    for (int t = 0; t <= delay; t++) history[t] = x.clone();
    double largest = 0;
    for (int t = 0; t < 6000; t++) {
      history[t % (delay + 1)] = x.clone();
      float old = history[(t + 1) % (delay + 1)][0];
      sgd.step(x, new float[] {(float) (h * old)}, Step.of(t, rate));
      if (!(Math.abs(x[0]) < 1e6)) return Double.POSITIVE_INFINITY;
      if (t >= 5900) largest = Math.max(largest, Math.abs(x[0]));
    }
    return largest;
  }
}
