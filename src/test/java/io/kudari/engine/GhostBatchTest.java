package io.kudari.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.Normalizer;
import io.kudari.engine.dl4j.Dl4jExport;
import io.kudari.engine.dl4j.Dl4jModel;
import io.kudari.engine.program.Program;
import io.kudari.engine.program.ProgramModel;
import io.kudari.math.Segment;
import io.kudari.model.LayerSpec;
import io.kudari.model.MiniBatch;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GhostBatchTest {

  private static NetworkSpec network(int ghostBatch) {
    return Networks.classifier(
        new Shape(2, 6, 5),
        Networks.convolution(3, 3, 1, 0),
        new LayerSpec.BatchNormalization(0.9, 1e-3, ghostBatch),
        Networks.TANH,
        Networks.dense(6),
        new LayerSpec.BatchNormalization(0.8, 1e-3, ghostBatch),
        Networks.TANH,
        Networks.dense(3),
        Networks.SOFTMAX);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5, 6, 7, 8, 9, 13, 64})
  void gradientsAgreeWithFiniteDifferences(int examples) {
    for (int size : new int[] {2, 3, 32}) {
      assertNull(ProgramDifferencesTest.disagreement(network(size), examples, 5));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 31, 32, 63})
  void oneGroupIsThePlainLayerBitForBit(int examples) {
    assertArrayEquals(gradient(network(0), examples), gradient(network(32), examples));
  }

  @Test
  void twoGroupsAreAnotherFunction() {
    assertFalse(Arrays.equals(gradient(network(0), 64), gradient(network(32), 64)));
  }

  @ParameterizedTest
  @CsvSource({"100,32,3,33", "64,32,2,32", "63,32,1,63", "5,2,2,2", "1,2,1,1", "7,0,1,7"})
  void groupsHoldAtLeastTheSizeAskedForAndDifferByOne(
      int examples, int size, int groups, int smallest) {
    var layer = new LayerSpec.BatchNormalization(0.9, 1e-5, size);
    assertEquals(groups, layer.groups(examples));
    assertEquals(0, layer.start(0, examples));
    assertEquals(examples, layer.start(groups, examples));
    for (int g = 0; g < groups; g++) {
      int length = layer.start(g + 1, examples) - layer.start(g, examples);
      assertTrue(length == smallest || length == smallest + 1, "group " + g + " of " + length);
    }
  }

  /** The first layer normalises the inputs, so its statistics are theirs. */
  @Test
  void runningStatisticsFollowTheMeanOfTheGroupsWeightedByExamples() {
    NetworkSpec network =
        Networks.classifier(
            Shape.flat(1),
            new LayerSpec.BatchNormalization(0.75, 1e-3, 2),
            Networks.dense(2),
            Networks.SOFTMAX);
    MiniBatch batch = MiniBatch.labelled(Shape.flat(1), 5);
    System.arraycopy(new float[] {1, 3, 10, 12, 17}, 0, batch.features(), 0, 5);
    batch.filled(5, new MiniBatch.Draw(0, 0, 0));
    float[] parameters = {1, 0, 8, 4, 0.5f, -0.5f, 0, 0};
    float[] sum = new float[8];
    try (Program program = new ProgramModel(network).open()) {
      program.gradient(parameters, batch, sum);
    }
    // Groups {1, 3} and {10, 12, 17}: means 2 and 13, variances 1 and 26/3.
    double mean = (2 * 2 + 3 * 13) / 5.0;
    double variance = (2 * 1 + 3 * 26 / 3.0) / 5;
    assertEquals((0.75 * 8 + 0.25 * mean) * 5, sum[2], 1e-5);
    assertEquals((0.75 * 4 + 0.25 * variance) * 5, sum[3], 1e-5);
  }

  @Test
  void earlierBatchesLeaveNoTrace() {
    NetworkSpec network = network(4);
    ProgramModel model = new ProgramModel(network);
    float[] parameters = Networks.parameters(model, 1);
    try (Program used = model.open()) {
      for (int n : new int[] {33, 4, 64, 1, 9, 8}) {
        float[] sum = new float[parameters.length];
        used.gradient(parameters, Networks.batch(model, n, n), sum);
        assertArrayEquals(gradient(network, n), sum, "batch of " + n);
      }
    }
  }

  @Test
  void deeplearning4jIsRefusedWithTheLayer() {
    var e = assertThrows(IllegalArgumentException.class, () -> new Dl4jModel(network(8)));
    assertEquals(
        "layer 1: Deeplearning4j has no ghost batches, use the engine program", e.getMessage());
  }

  @Test
  void anExportIsThatOfThePlainLayer() throws IOException {
    assertArrayEquals(export(network(0)), export(network(8)));
  }

  @Test
  void ghostsOfOneExampleAreRefused() {
    assertThrows(
        IllegalArgumentException.class, () -> new LayerSpec.BatchNormalization(0.9, 1e-5, 1));
  }

  private static byte[] export(NetworkSpec network) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Dl4jExport.write(network, network.initial(1), Normalizer.none(), out);
    return out.toByteArray();
  }

  private static float[] gradient(NetworkSpec network, int n) {
    ProgramModel model = new ProgramModel(network);
    float[] parameters = Networks.parameters(model, 1);
    float[] sum = new float[parameters.length];
    try (Program program = model.open()) {
      program.gradient(parameters, Networks.batch(model, n, n), sum);
    }
    for (Segment s : model.layout().segments()) assertTrue(Float.isFinite(sum[s.offset()]));
    return sum;
  }
}
