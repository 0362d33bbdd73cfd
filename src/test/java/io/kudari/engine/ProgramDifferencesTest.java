package io.kudari.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.kudari.engine.program.Program;
import io.kudari.engine.program.ProgramModel;
import io.kudari.math.RandomStream;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.model.Loss;
import io.kudari.model.MiniBatch;
import io.kudari.model.NetworkSpec;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The program's gradients against central differences of {@link ReferenceLoss}, which shares
 * nothing with it but the random numbers of dropout.
 */
class ProgramDifferencesTest {

  private static final double STEP = 1e-6;

  /** Parameters of a segment that are moved. */
  private static final int TRIED = 7;

  @TestFactory
  Stream<DynamicTest> everyGradientAgreesWithFiniteDifferences() {
    return Networks.all().entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> check(e)));
  }

  @TestFactory
  Stream<DynamicTest> everyGradientOfWeightedExamplesAgreesWithFiniteDifferences() {
    return Networks.all().entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> checkWeighted(e.getValue())));
  }

  private static void checkWeighted(NetworkSpec network) {
    MiniBatch batch = Networks.weightedBatch(new ProgramModel(network), 9, 3);
    assertNull(disagreement(network, batch, 3));
  }

  /**
   * Units are for the loss that is told: the gradient is that of outputs and targets as they are.
   */
  @Test
  void unitsOfTheLossChangeNeitherGradientNorWhatMakesIt() {
    NetworkSpec network =
        Networks.all().values().stream()
            .filter(n -> n.loss() == Loss.MEAN_SQUARED_ERROR && n.outputs() > 1)
            .findFirst()
            .orElseThrow();
    ProgramModel model = new ProgramModel(network);
    float[] parameters = Networks.parameters(model, 3);
    MiniBatch batch = Networks.weightedBatch(model, 9, 3);
    float[] plain = new float[parameters.length];
    float[] told = new float[parameters.length];
    float[] units = new float[network.outputs()];
    try (Program program = model.open()) {
      double loss = program.gradient(parameters, batch, plain);
      Arrays.fill(units, 3);
      batch.tellIn(units);
      assertEquals(9 * loss, program.gradient(parameters, batch, told), 1e-12 * loss);
      assertArrayEquals(plain, told);
      Arrays.fill(units, 0);
      double sum = 0;
      for (int o = 0; o < units.length; o++) {
        units[o] = 1;
        sum += program.gradient(parameters, batch, told);
        units[o] = 0;
      }
      assertEquals(loss, sum, 1e-12 * loss);
    }
  }

  private static void check(Map.Entry<String, NetworkSpec> named) {
    for (int n : new int[] {2, 9}) assertNull(disagreement(named.getValue(), n, 3));
  }

  /** Another batch decides where a value came within rounding of a kink. */
  @Property(tries = 80, seed = "6")
  void gradientsOfRandomNetworksAgreeWithFiniteDifferences(
      @ForAll @LongRange(min = 0, max = 1_000_000) long seed,
      @ForAll @IntRange(min = 2, max = 20) int n) {
    NetworkSpec network =
        RandomNetworks.withGhostBatches(new RandomStream(seed, RandomStream.Purpose.TEST, 0, 0));
    if (disagreement(network, n, seed) != null) {
      assertNull(disagreement(network, n, seed + 1), network.toString());
    }
  }

  /** What differs, or null. */
  static String disagreement(NetworkSpec network, int n, long seed) {
    return disagreement(network, Networks.batch(new ProgramModel(network), n, seed), seed);
  }

  private static String disagreement(NetworkSpec network, MiniBatch batch, long seed) {
    ProgramModel model = new ProgramModel(network);
    float[] parameters = Networks.parameters(model, seed);
    float[] sum = new float[parameters.length];
    double[] at = new double[parameters.length];
    for (int i = 0; i < at.length; i++) at[i] = parameters[i];
    try (Program program = model.open()) {
      double loss = program.gradient(parameters, batch, sum);
      assertEquals(ReferenceLoss.of(network, at, batch), loss, 1e-5 * Math.abs(loss), "loss");
    }
    double largest = largest(sum, 0, sum.length);
    for (Segment s : network.layout().segments()) {
      if (s.role() == Role.STATISTIC) continue;
      double allowed = Math.max(3e-6 * largest, 1e-5 * largest(sum, s.offset(), s.end()));
      for (int i = s.offset(); i < s.end(); i += Math.max(1, s.size() / TRIED)) {
        double expected = difference(network, at, i, batch);
        if (!(Math.abs(expected - sum[i]) <= allowed + 1e-7)) {
          return s.name() + "[" + (i - s.offset()) + "] is " + sum[i] + ", expected " + expected;
        }
      }
    }
    return null;
  }

  private static double difference(NetworkSpec network, double[] at, int i, MiniBatch batch) {
    double kept = at[i];
    at[i] = kept + STEP;
    double above = ReferenceLoss.of(network, at, batch);
    at[i] = kept - STEP;
    double below = ReferenceLoss.of(network, at, batch);
    at[i] = kept;
    return (above - below) / (2 * STEP);
  }

  private static double largest(float[] values, int from, int to) {
    double largest = 0;
    for (int i = from; i < to; i++) largest = Math.max(largest, Math.abs(values[i]));
    return largest;
  }
}
