package io.kudari.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.model.Initializer.Kind;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NetworkSpecTest {

  private static final LayerSpec SOFTMAX = new LayerSpec.Activate(Activation.SOFTMAX);

  private static LayerSpec dense(int units, Kind kind) {
    return new LayerSpec.Dense(units, Initializer.of(kind));
  }

  private static NetworkSpec lenet(Kind kind) {
    return new NetworkSpec(
        new Shape(1, 28, 28),
        List.of(
            new LayerSpec.Convolution(20, 5, 1, 0, Initializer.of(kind)),
            new LayerSpec.BatchNormalization(0.9, 1e-5),
            new LayerSpec.Pooling(LayerSpec.Pooling.Kind.MAX, 2, 2),
            dense(300, kind),
            dense(10, kind),
            SOFTMAX),
        Loss.CROSS_ENTROPY);
  }

  @Test
  void shapesAndSegmentsFollowFromTheLayers() {
    NetworkSpec network = lenet(Kind.HE_NORMAL);
    assertEquals(new Shape(20, 24, 24), network.shapes().get(0));
    assertEquals(new Shape(20, 12, 12), network.shapes().get(2));
    assertEquals(10, network.outputs());
    assertEquals(
        List.of(
            "0.bias",
            "0.weight",
            "1.scale",
            "1.shift",
            "1.mean",
            "1.variance",
            "3.weight",
            "3.bias",
            "4.weight",
            "4.bias"),
        network.layout().segments().stream().map(Segment::name).toList());
    assertEquals(20 + 500 + 80 + 300 * 2880 + 300 + 3000 + 10, network.layout().size());
  }

  @ParameterizedTest
  @EnumSource(names = {"HE_NORMAL", "HE_UNIFORM", "XAVIER_NORMAL", "XAVIER_UNIFORM"})
  void startValuesHaveTheVarianceOfTheirRule(Kind kind) {
    NetworkSpec network = lenet(kind);
    float[] start = network.initial(7);
    boolean he = kind == Kind.HE_NORMAL || kind == Kind.HE_UNIFORM;
    assertEquals(
        he ? 2.0 / 25 : 2.0 / (25 + 500),
        variance(start, network, "0.weight"),
        he ? 0.012 : 0.0006);
    assertEquals(
        he ? 2.0 / 2880 : 2.0 / (2880 + 300), variance(start, network, "3.weight"), 0.00001);
  }

  @Test
  void lecunsStartValuesHaveTheVarianceOfTheFanIn() {
    NetworkSpec network = lenet(Kind.LECUN_NORMAL);
    float[] start = network.initial(7);
    assertEquals(1.0 / 25, variance(start, network, "0.weight"), 0.006);
    assertEquals(1.0 / 2880, variance(start, network, "3.weight"), 0.000005);
  }

  @Test
  void theFirstLayersHaveAPrefixOfTheParameters() {
    NetworkSpec network = lenet(Kind.HE_NORMAL);
    NetworkSpec first = network.first(4);
    float[] all = network.initial(7);
    assertEquals(300, first.outputs());
    assertArrayEquals(Arrays.copyOf(all, first.layout().size()), first.initial(7));
    assertThrows(IllegalArgumentException.class, () -> network.first(2));
  }

  @Test
  void biasesStartAtZeroAndBatchNormalisationAsIdentity() {
    NetworkSpec network = lenet(Kind.HE_NORMAL);
    float[] start = network.initial(7);
    for (Segment s : network.layout().segments()) {
      float expected = s.role() == Role.SCALE || s.name().endsWith("variance") ? 1 : 0;
      if (s.role() == Role.WEIGHT) continue;
      for (int i = s.offset(); i < s.end(); i++) assertEquals(expected, start[i], s.name());
    }
  }

  @Test
  void orthogonalRowsAreOrthonormal() {
    NetworkSpec network =
        new NetworkSpec(
            Shape.flat(50),
            List.of(dense(20, Kind.ORTHOGONAL), dense(3, Kind.ZERO), SOFTMAX),
            Loss.CROSS_ENTROPY);
    float[] w = network.initial(3);
    for (int r = 0; r < 20; r++) {
      for (int s = 0; s < 20; s++) {
        double dot = 0;
        for (int c = 0; c < 50; c++) dot += (double) w[r * 50 + c] * w[s * 50 + c];
        assertEquals(r == s ? 1 : 0, dot, 1e-6);
      }
    }
  }

  @Test
  void anotherRuleOfOneLayerLeavesTheOthersNumbers() {
    NetworkSpec plain =
        new NetworkSpec(
            Shape.flat(5),
            List.of(dense(4, Kind.HE_NORMAL), dense(3, Kind.HE_NORMAL), SOFTMAX),
            Loss.CROSS_ENTROPY);
    NetworkSpec other =
        new NetworkSpec(
            Shape.flat(5),
            List.of(dense(4, Kind.ZERO), dense(3, Kind.HE_NORMAL), SOFTMAX),
            Loss.CROSS_ENTROPY);
    Segment second = plain.layout().segments().get(2);
    assertArrayEquals(
        Arrays.copyOfRange(plain.initial(1), second.offset(), second.end()),
        Arrays.copyOfRange(other.initial(1), second.offset(), second.end()));
    assertTrue(!Arrays.equals(plain.initial(1), plain.initial(2)));
  }

  @Test
  void aNetworkThatCannotBeIsRefusedWithTheRule() {
    assertRefused("cross-entropy needs softmax as the last layer", List.of(dense(3, Kind.ZERO)));
    assertRefused(
        "softmax can only be the last layer", List.of(SOFTMAX, dense(3, Kind.ZERO), SOFTMAX));
    assertRefused(
        "the last layer before the output activation must be dense",
        List.of(new LayerSpec.Dropout(0.5), SOFTMAX));
    assertRefused(
        "layer 0: a window of 5 does not fit into its input of 4",
        List.of(
            new LayerSpec.Convolution(1, 5, 1, 0, Initializer.of(Kind.ZERO)),
            dense(3, Kind.ZERO),
            SOFTMAX));
    assertRefused("a network needs at least one layer", List.of());
  }

  private static void assertRefused(String message, List<LayerSpec> layers) {
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new NetworkSpec(Shape.flat(4), layers, Loss.CROSS_ENTROPY));
    assertEquals(message, e.getMessage());
  }

  private static double variance(float[] values, NetworkSpec network, String name) {
    Segment s =
        network.layout().segments().stream()
            .filter(x -> x.name().equals(name))
            .findFirst()
            .orElseThrow();
    double sum = 0;
    double squares = 0;
    for (int i = s.offset(); i < s.end(); i++) {
      sum += values[i];
      squares += (double) values[i] * values[i];
    }
    double mean = sum / s.size();
    return squares / s.size() - mean * mean;
  }
}
