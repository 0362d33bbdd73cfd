package io.kudari.engine.program;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.kudari.data.Normalizer;
import io.kudari.engine.Networks;
import io.kudari.math.Segment;
import io.kudari.model.LayerSpec;
import io.kudari.model.MiniBatch;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Scaling;
import io.kudari.model.Shape;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

class ProgramTest {

  private static final int[] ODD_SIZES = {1, 2, 3, 5, 7, 31, 33, 100, 129, 257};

  /** Every kind of operation, with images of several channels. */
  private static final ProgramModel MODEL =
      new ProgramModel(
          Networks.classifier(
              new Shape(3, 12, 11),
              Networks.convolution(7, 3, 1, 1),
              Networks.batchNormalization(),
              Networks.RELU,
              Networks.maxPooling(2),
              Networks.convolution(5, 3, 2, 0),
              Networks.TANH,
              new LayerSpec.Dropout(0.25),
              Networks.pooling(LayerSpec.Pooling.Kind.AVERAGE, 2, 1),
              Networks.dense(67),
              Networks.RELU,
              Networks.dense(10),
              Networks.SOFTMAX));

  @Test
  void bitsDoNotDependOnTheInstanceOrOnEarlierBatches() {
    float[] parameters = Networks.parameters(MODEL, 1);
    try (Program used = MODEL.open()) {
      for (int[] sizes : new int[][] {ODD_SIZES, reversed(ODD_SIZES)}) {
        for (int n : sizes) {
          float[] expected = fresh(parameters, n);
          float[] sum = new float[parameters.length];
          Arrays.fill(sum, Float.NaN);
          used.gradient(parameters, Networks.batch(MODEL, n, n), sum);
          assertArrayEquals(expected, sum, "batch of " + n);
        }
      }
    }
  }

  @Test
  void programsInSeveralThreadsGiveTheSameBits() throws Exception {
    float[] parameters = Networks.parameters(MODEL, 1);
    List<float[]> expected = new ArrayList<>();
    for (int n : ODD_SIZES) expected.add(fresh(parameters, n));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<Void> check =
          () -> {
            for (int i = 0; i < ODD_SIZES.length; i++) {
              assertArrayEquals(expected.get(i), fresh(parameters, ODD_SIZES[i]));
            }
            return null;
          };
      List<Future<Void>> running =
          threads.invokeAll(Collections.nCopies(4, check), 60, TimeUnit.SECONDS);
      for (Future<Void> f : running) f.get();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void laterStepsAllocateNextToNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    float[] parameters = Networks.parameters(MODEL, 1);
    float[] sum = new float[parameters.length];
    Scaling scaling = Normalizer.scale(255).scaling();
    MiniBatch[] batches = {
      Networks.batch(MODEL, 64, 1),
      Networks.batch(MODEL, 64, 1, scaling),
      Networks.batch(MODEL, 63, 1),
      Networks.batch(MODEL, 63, 1, scaling)
    };
    try (Program program = MODEL.open()) {
      for (int i = 0; i < 6; i++) program.gradient(parameters, batches[i % 2], sum);
      long before = threads.getThreadAllocatedBytes(thread);
      for (int i = 0; i < 50; i++) program.gradient(parameters, batches[i % 4], sum);
      long perStep = (threads.getThreadAllocatedBytes(thread) - before) / 50;
      assertTrue(perStep < 1024, perStep + " bytes a step");
    }
  }

  @Test
  void closeFreesTheMemoryOutsideTheHeap() {
    ProgramModel wide =
        new ProgramModel(
            Networks.classifier(
                Shape.flat(4096), Networks.dense(2048), Networks.dense(3), Networks.SOFTMAX));
    float[] parameters = new float[wide.layout().size()];
    float[] sum = new float[parameters.length];
    MiniBatch batch = Networks.batch(wide, 2, 1);
    // Others' memory, which the collector may free at any time, is small against that of so many.
    List<Program> programs = Stream.generate(wide::open).limit(40).toList();
    System.gc();
    long before = Pointer.totalBytes();
    for (Program program : programs) program.gradient(parameters, batch, sum);
    long taken = Pointer.totalBytes() - before;
    long weights = 4096L * 2048 * Float.BYTES;
    assertTrue(taken > 40 * weights / 16 && taken < 40 * weights, "bytes taken: " + taken);
    for (Program program : programs) {
      program.close();
      program.close();
    }
    long left = Pointer.totalBytes() - before;
    assertTrue(left < taken / 4, "of " + taken + " bytes left after close: " + left);
  }

  @Test
  void whatIsReportedAsFinalIsFinalLayerByLayerFromTheLast() {
    float[] parameters = Networks.parameters(MODEL, 1);
    float[] expected = fresh(parameters, 9);
    float[] sum = new float[parameters.length];
    List<Integer> reported = new ArrayList<>();
    try (Program program = MODEL.open()) {
      program.gradient(
          parameters,
          Networks.batch(MODEL, 9, 9),
          sum,
          from -> {
            reported.add(from);
            assertArrayEquals(after(from, expected), after(from, sum), "from " + from);
          });
    }
    Map<String, Integer> layers = new TreeMap<>();
    for (Segment s : MODEL.layout().segments()) {
      layers.merge(s.name().substring(0, s.name().indexOf('.')), s.offset(), Math::min);
    }
    assertTrue(reported.containsAll(layers.values()), reported + " of " + layers);
    List<Integer> falling = reported.stream().sorted(Comparator.reverseOrder()).toList();
    assertEquals(falling, reported);
  }

  /** Deeplearning4j fails on this. Every normalised value is 0, so only the shift matters. */
  @Test
  void oneExampleIsNormalisedToTheShift() {
    NetworkSpec network =
        Networks.classifier(
            Shape.flat(4),
            Networks.dense(5),
            Networks.batchNormalization(),
            Networks.dense(3),
            Networks.SOFTMAX);
    ProgramModel model = new ProgramModel(network);
    NetworkSpec constant = Networks.classifier(Shape.flat(5), Networks.dense(3), Networks.SOFTMAX);
    float[] parameters = Networks.parameters(model, 1);
    float[] sum = new float[parameters.length];
    float[] expected = new float[constant.layout().size()];
    MiniBatch batch = Networks.batch(model, 1, 2);
    MiniBatch shift = Networks.batch(new ProgramModel(constant), 1, 2);
    shift.labels[0] = batch.labels[0];
    System.arraycopy(parameters, 30, shift.features(), 0, 5);
    try (Program program = model.open();
        Program rest = new ProgramModel(constant).open()) {
      double loss = program.gradient(parameters, batch, sum);
      float[] restParameters = Arrays.copyOfRange(parameters, 45, 63);
      assertEquals(rest.gradient(restParameters, shift, expected), loss);
    }
    assertArrayEquals(expected, Arrays.copyOfRange(sum, 45, 63));
    assertArrayEquals(new float[30], Arrays.copyOfRange(sum, 0, 30));
  }

  @Test
  void wrongArgumentsAreNamed() {
    float[] parameters = Networks.parameters(MODEL, 1);
    MiniBatch batch = Networks.batch(MODEL, 2, 1);
    Program program = MODEL.open();
    assertThrows(
        IllegalArgumentException.class,
        () -> program.gradient(new float[3], batch, new float[parameters.length]));
    assertThrows(
        IllegalArgumentException.class,
        () -> program.gradient(parameters, batch, new float[parameters.length + 1]));
    MiniBatch other = MiniBatch.labelled(Shape.flat(5), 1);
    other.filled(1, new MiniBatch.Draw(0, 0, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> program.gradient(parameters, other, new float[parameters.length]));
    program.close();
    assertThrows(
        IllegalStateException.class,
        () -> program.gradient(parameters, batch, new float[parameters.length]));
  }

  private static float[] fresh(float[] parameters, int n) {
    float[] sum = new float[parameters.length];
    try (Program program = MODEL.open()) {
      program.gradient(parameters, Networks.batch(MODEL, n, n), sum);
    }
    return sum;
  }

  private static int[] reversed(int[] values) {
    int[] reversed = new int[values.length];
    for (int i = 0; i < values.length; i++) reversed[i] = values[values.length - 1 - i];
    return reversed;
  }

  private static float[] after(int from, float[] values) {
    return Arrays.copyOfRange(values, from, values.length);
  }
}
