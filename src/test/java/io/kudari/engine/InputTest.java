package io.kudari.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.data.Examples;
import io.kudari.data.FeatureStatistics;
import io.kudari.data.Normalizer;
import io.kudari.data.Normalizer.Method;
import io.kudari.data.Normalizer.Per;
import io.kudari.engine.dl4j.Dl4jModel;
import io.kudari.engine.program.ProgramModel;
import io.kudari.math.RandomStream;
import io.kudari.model.GradientFunction;
import io.kudari.model.MiniBatch;
import io.kudari.model.ModelSpec;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Scaling;
import io.kudari.model.Shape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What models make of bytes has the bits of what they make of normalised floats. */
@Slow
class InputTest {

  private static final int NETWORKS = 60;

  @Test
  void theProgramGivesTheSameBitsFromBytesAsFromTheirNormalisedFloats() {
    int convolutionsFirst = 0;
    int densesFirst = 0;
    for (int seed = 0; seed < NETWORKS; seed++) {
      RandomStream random = random(seed, 0);
      NetworkSpec network = RandomNetworks.of(random);
      String first = network.layers().get(0).getClass().getSimpleName();
      if (first.equals("Convolution")) convolutionsFirst++;
      if (first.equals("Dense")) densesFirst++;
      int[] sizes = {257, 1, 1 + random.below(257), 2 + random.below(255)};
      check(new ProgramModel(network), normalizers(network.input(), seed), sizes, seed);
    }
    assertTrue(convolutionsFirst > 3 && densesFirst > 3, convolutionsFirst + ", " + densesFirst);
  }

  @Test
  void deeplearning4jGivesTheSameBitsFromBytesAsFromTheirNormalisedFloats() {
    for (String name : List.of("dense relu", "dense on an image", "two convolutions")) {
      ModelSpec model = new Dl4jModel(Networks.all().get(name));
      check(model, normalizers(model.input(), 1), new int[] {5, 1, 33}, 1);
    }
  }

  /** One instance computes all, so that no batch may leave traces in the next. */
  private static void check(ModelSpec model, List<Normalizer> normalizers, int[] sizes, int seed) {
    float[] parameters = Networks.parameters(model, seed);
    try (GradientFunction fromBytes = model.open();
        GradientFunction fromFloats = model.open()) {
      for (Normalizer normalizer : normalizers) {
        for (int n : sizes) {
          MiniBatch raw = Networks.batch(model, n, seed + n, normalizer.scaling());
          MiniBatch floats = Networks.batch(model, n, seed + n);
          System.arraycopy(normalised(raw, normalizer), 0, floats.features(), 0, length(raw));
          String what = "seed " + seed + ", " + normalizer + ", " + n + " of " + model.input();
          // Deeplearning4j's engine leaves floats in the batch: outputs see what gradients saw.
          same(parameters, fromBytes, raw, fromFloats, floats, what);
          same(parameters, fromBytes, raw, fromFloats, floats, what + ", again");
        }
      }
    }
  }

  private static void same(
      float[] parameters,
      GradientFunction a,
      MiniBatch batchOfA,
      GradientFunction b,
      MiniBatch batchOfB,
      String what) {
    float[] sumOfA = new float[parameters.length];
    float[] sumOfB = new float[parameters.length];
    double loss = a.gradient(parameters, batchOfA, sumOfA);
    assertEquals(b.gradient(parameters, batchOfB, sumOfB), loss, what);
    assertArrayEquals(sumOfB, sumOfA, what);
    float[] outputsOfA = new float[100 * batchOfA.count()];
    float[] outputsOfB = outputsOfA.clone();
    a.outputs(parameters, batchOfA, outputsOfA);
    b.outputs(parameters, batchOfB, outputsOfB);
    assertArrayEquals(outputsOfB, outputsOfA, what);
  }

  /** {@code (x − shift) × factor}, each operation rounded to float, written out once more. */
  private static float[] normalised(MiniBatch raw, Normalizer normalizer) {
    float[] y = new float[length(raw)];
    Scaling scaling = normalizer.scaling();
    int size = raw.shape().size();
    for (int i = 0; i < y.length; i++) {
      int group = i % size * scaling.shift().length / size;
      float difference = (float) (raw.bytes()[i] & 0xff) - scaling.shift()[group];
      y[i] = difference * scaling.factor()[group];
    }
    return y;
  }

  private static int length(MiniBatch batch) {
    return batch.count() * batch.shape().size();
  }

  /** Of all methods and groupings. */
  private static List<Normalizer> normalizers(Shape shape, int seed) {
    RandomStream random = random(seed, 1);
    byte[] bytes = new byte[7 * shape.size()];
    for (int i = 0; i < bytes.length; i++) {
      // Some features are constant, and no two groups have the same statistics.
      bytes[i] = (byte) (i % 5 == 0 ? 9 : random.below(1 + (i * 37) % 256));
    }
    FeatureStatistics statistics =
        FeatureStatistics.of(new Examples(shape, bytes, null, new int[7], null, 7));
    List<Normalizer> all = new ArrayList<>(List.of(Normalizer.none(), Normalizer.scale(255)));
    for (Method method : new Method[] {Method.MIN_MAX, Method.Z_SCORE}) {
      for (Per per : Per.values()) all.add(Normalizer.fit(method, per, shape, statistics));
    }
    return all;
  }

  private static RandomStream random(int seed, int purpose) {
    return new RandomStream(seed, RandomStream.Purpose.TEST, 6, purpose);
  }
}
