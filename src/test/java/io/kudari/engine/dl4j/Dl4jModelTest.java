package io.kudari.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.engine.Networks;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.model.GradientFunction;
import io.kudari.model.LayerSpec;
import io.kudari.model.MiniBatch;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;

class Dl4jModelTest {

  private static final NetworkSpec DROPOUT = Networks.all().get("dropout between convolutions");
  private static final NetworkSpec BATCH_NORMALIZATION =
      Networks.all().get("batch normalisation of channels");

  @Test
  void gradientsOfTwoHalvesAddUpToThatOfTheWhole() {
    Dl4jModel model = new Dl4jModel(Networks.all().get("two convolutions"));
    float[] parameters = Networks.parameters(model, 1);
    MiniBatch whole = Networks.batch(model, 9, 2);
    try (GradientFunction f = model.open()) {
      float[] sum = new float[parameters.length];
      float[] first = new float[parameters.length];
      float[] second = new float[parameters.length];
      double loss = f.gradient(parameters, whole, sum);
      double parts =
          f.gradient(parameters, part(whole, 0, 4), first)
              + f.gradient(parameters, part(whole, 4, 9), second);
      assertEquals(loss, parts, 1e-5 * loss);
      for (int i = 0; i < sum.length; i++) {
        assertEquals(sum[i], first[i] + second[i], 1e-5f * Math.max(1, Math.abs(sum[i])));
      }
    }
  }

  private static MiniBatch part(MiniBatch whole, int from, int to) {
    int size = whole.shape().size();
    MiniBatch part = MiniBatch.labelled(whole.shape(), to - from);
    System.arraycopy(whole.features(), from * size, part.features(), 0, (to - from) * size);
    System.arraycopy(whole.labels, from, part.labels, 0, to - from);
    part.filled(to - from, whole.draw());
    return part;
  }

  @Test
  void batchNormalizationHandsOverTheUpdatedStatisticsTimesTheCount() {
    Shape image = new Shape(3, 4, 5);
    LayerSpec.BatchNormalization layer = new LayerSpec.BatchNormalization(0.7, 1e-3);
    Dl4jModel model =
        new Dl4jModel(Networks.classifier(image, layer, Networks.dense(2), Networks.SOFTMAX));
    float[] parameters = Networks.parameters(model, 3);
    MiniBatch batch = Networks.batch(model, 6, 4);
    float[] sum = new float[parameters.length];
    try (GradientFunction f = model.open()) {
      f.gradient(parameters, batch, sum);
    }
    for (Segment s : model.layout().segments()) {
      if (s.role() != Role.STATISTIC) continue;
      for (int channel = 0; channel < 3; channel++) {
        double[] moments = moments(batch, channel, image);
        double seen = s.name().endsWith("mean") ? moments[0] : moments[1];
        double expected = 6 * (0.7 * parameters[s.offset() + channel] + (1 - 0.7) * seen);
        assertEquals(expected, sum[s.offset() + channel], 1e-5, s.name() + " " + channel);
      }
    }
  }

  /** Mean and biased variance of a channel. */
  private static double[] moments(MiniBatch batch, int channel, Shape image) {
    int area = image.height() * image.width();
    double n = (double) batch.count() * area;
    double mean = 0;
    double square = 0;
    for (int pass = 0; pass < 2; pass++) {
      for (int e = 0; e < batch.count(); e++) {
        for (int i = 0; i < area; i++) {
          double x = batch.features()[e * image.size() + channel * area + i];
          if (pass == 0) mean += x / n;
          else square += (x - mean) * (x - mean) / n;
        }
      }
    }
    return new double[] {mean, square};
  }

  @Test
  void outputsUseTheRunningStatisticsAndNoDropout() {
    Dl4jModel model =
        new Dl4jModel(
            Networks.regression(
                Shape.flat(2),
                new LayerSpec.Dropout(0.5),
                new LayerSpec.BatchNormalization(0.9, 1e-3),
                Networks.dense(1)));
    // scale, shift, mean, variance of two features, then weight and bias
    float[] parameters = {2, 3, 0.5f, -1, 1, 2, 4, 9, 1, -2, 0.25f};
    MiniBatch batch = MiniBatch.targeted(model.input(), 1, 1);
    batch.features()[0] = 5;
    batch.features()[1] = -1;
    batch.filled(1, new MiniBatch.Draw(1, 1, 1));
    float[] outputs = new float[1];
    try (GradientFunction f = model.open()) {
      f.outputs(parameters, batch, outputs);
    }
    double first = 2 * (5 - 1) / Math.sqrt(4 + 1e-3) + 0.5;
    double second = 3 * (-1 - 2) / Math.sqrt(9 + 1e-3) - 1;
    assertEquals(first - 2 * second + 0.25, outputs[0], 1e-5);
  }

  @Test
  void dropoutDependsOnSeedStepAndWorkerAlone() {
    Dl4jModel model = new Dl4jModel(DROPOUT);
    float[] parameters = Networks.parameters(model, 5);
    MiniBatch batch = Networks.batch(model, 4, 6);
    try (GradientFunction f = model.open();
        GradientFunction other = model.open()) {
      float[] first = gradient(f, parameters, batch, new MiniBatch.Draw(1, 2, 3));
      for (MiniBatch.Draw draw :
          List.of(
              new MiniBatch.Draw(9, 2, 3),
              new MiniBatch.Draw(1, 9, 3),
              new MiniBatch.Draw(1, 2, 9))) {
        assertFalse(Arrays.equals(first, gradient(f, parameters, batch, draw)), draw.toString());
      }
      MiniBatch.Draw same = new MiniBatch.Draw(1, 2, 3);
      assertArrayEquals(first, gradient(f, parameters, batch, same));
      assertArrayEquals(first, gradient(other, parameters, batch, same));
    }
  }

  private static float[] gradient(
      GradientFunction f, float[] parameters, MiniBatch batch, MiniBatch.Draw draw) {
    batch.filled(batch.count(), draw);
    float[] sum = new float[parameters.length];
    f.gradient(parameters, batch, sum);
    return sum;
  }

  @Test
  void instancesInFourThreadsGiveTheBitsOfOneAlone() throws Exception {
    List<NetworkSpec> networks =
        List.of(DROPOUT, BATCH_NORMALIZATION, Networks.all().get("two convolutions"), DROPOUT);
    List<float[]> alone = new ArrayList<>();
    for (int i = 0; i < networks.size(); i++) alone.add(steps(networks.get(i), i));
    ExecutorService threads = Executors.newFixedThreadPool(networks.size());
    try {
      List<Future<float[]>> running = new ArrayList<>();
      for (int i = 0; i < networks.size(); i++) {
        int job = i;
        running.add(threads.submit(() -> steps(networks.get(job), job)));
      }
      for (int i = 0; i < networks.size(); i++) {
        assertArrayEquals(alone.get(i), running.get(i).get(60, TimeUnit.SECONDS));
      }
    } finally {
      threads.shutdownNow();
      assertTrue(threads.awaitTermination(60, TimeUnit.SECONDS));
    }
  }

  /** Parameters after a few steps with batches of different sizes. */
  private static float[] steps(NetworkSpec network, int seed) {
    Dl4jModel model = new Dl4jModel(network);
    float[] parameters = Networks.parameters(model, seed);
    float[] sum = new float[parameters.length];
    float[] outputs = new float[40 * model.outputs()];
    try (GradientFunction f = model.open()) {
      for (int step = 0; step < 25; step++) {
        MiniBatch batch = Networks.batch(model, 1 + (step * 7) % 33, 100 + step);
        f.gradient(parameters, batch, sum);
        for (int i = 0; i < sum.length; i++) parameters[i] -= 1e-3f * sum[i] / batch.count();
        f.outputs(parameters, batch, outputs);
      }
    }
    return parameters;
  }

  @Test
  void whatRanBeforeDoesNotMatter() {
    Dl4jModel model = new Dl4jModel(BATCH_NORMALIZATION);
    float[] parameters = Networks.parameters(model, 7);
    MiniBatch batch = Networks.batch(model, 5, 8);
    float[] fresh = new float[parameters.length];
    float[] used = new float[parameters.length];
    try (GradientFunction f = model.open()) {
      f.gradient(parameters, batch, fresh);
    }
    try (GradientFunction f = model.open()) {
      f.gradient(Networks.parameters(model, 9), Networks.batch(model, 31, 10), used);
      f.outputs(parameters, Networks.batch(model, 64, 11), new float[64 * 3]);
      f.gradient(parameters, batch, used);
    }
    assertArrayEquals(fresh, used);
  }

  @Test
  void manyInstancesAndBatchSizesLeaveNoNativeMemoryBehind() throws InterruptedException {
    Dl4jModel model =
        new Dl4jModel(
            Networks.classifier(
                Shape.flat(200),
                Networks.dense(300),
                Networks.RELU,
                Networks.dense(3),
                Networks.SOFTMAX));
    float[] parameters = Networks.parameters(model, 12);
    // the thread's workspaces reach their size in the first rounds
    for (int round = 0; round < 5; round++) openAndUse(model, parameters, round);
    long settled = nativeBytes();
    for (int round = 0; round < 40; round++) openAndUse(model, parameters, round);
    long instance = 2L * Float.BYTES * parameters.length;
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (nativeBytes() > settled + instance && System.nanoTime() < deadline) {
      // small temporary arrays are freed after the collector found them
      System.gc();
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertTrue(nativeBytes() <= settled + instance, settled + " became " + nativeBytes());
  }

  private static void openAndUse(Dl4jModel model, float[] parameters, int seed) {
    float[] sum = new float[parameters.length];
    try (GradientFunction f = model.open()) {
      for (int count : new int[] {64, 3, 31}) {
        MiniBatch batch = Networks.batch(model, count, seed);
        f.gradient(parameters, batch, sum);
        f.outputs(parameters, batch, new float[count * 3]);
      }
    }
  }

  /** What ND4J's native library counts as allocated. */
  private static long nativeBytes() {
    return Nd4j.getEnvironment().getDeviceCouner(0);
  }

  @Test
  void theLossOfLargeLogitsIsExact() {
    Dl4jModel model =
        new Dl4jModel(Networks.classifier(Shape.flat(1), Networks.dense(2), Networks.SOFTMAX));
    float[] parameters = {500, -500, 0, 0};
    MiniBatch batch = MiniBatch.labelled(model.input(), 1);
    batch.features()[0] = 3;
    batch.labels[0] = 1;
    batch.filled(1, new MiniBatch.Draw(0, 0, 0));
    float[] sum = new float[4];
    try (GradientFunction f = model.open()) {
      assertEquals(3000, f.gradient(parameters, batch, sum), 1e-9);
    }
    assertArrayEquals(new float[] {3, -3, 1, -1}, sum, 1e-6f);
  }

  @Test
  void wrongArgumentsAreNamed() {
    Dl4jModel model = new Dl4jModel(Networks.all().get("softmax regression"));
    GradientFunction f = model.open();
    float[] p = Networks.parameters(model, 1);
    float[] sum = new float[p.length];
    MiniBatch batch = Networks.batch(model, 2, 1);
    batch.labels[1] = 4;
    assertError("label 4 is not within 0..3", () -> f.gradient(p, batch, sum));
    assertError("parameters, not 3", () -> f.gradient(new float[3], batch, sum));
    MiniBatch empty = MiniBatch.labelled(model.input(), 1);
    assertError("at least 1 example", () -> f.gradient(p, empty, sum));
    MiniBatch wide = MiniBatch.labelled(Shape.flat(8), 1);
    wide.filled(1, batch.draw());
    assertError("examples of 7 values, not 8", () -> f.gradient(p, wide, sum));
    f.close();
    f.close();
    MiniBatch good = Networks.batch(model, 2, 1);
    assertThrows(IllegalStateException.class, () -> f.gradient(p, good, sum));
  }

  private static void assertError(String part, org.junit.jupiter.api.function.Executable call) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message.contains(part), message);
  }
}
