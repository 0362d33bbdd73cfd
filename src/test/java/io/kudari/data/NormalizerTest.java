package io.kudari.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kudari.data.Normalizer.Method;
import io.kudari.data.Normalizer.Per;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.model.MiniBatch;
import io.kudari.model.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NormalizerTest {

  private static final Shape SHAPE = new Shape(2, 3, 5);
  private static final int COUNT = 40;

  private static Examples floats() {
    RandomStream random = new RandomStream(3, Purpose.TEST, 0, 0);
    float[] values = new float[COUNT * SHAPE.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (10 * (i % SHAPE.size()) + 2 * random.gaussian());
    }
    return new Examples(SHAPE, null, values, new int[COUNT], null, COUNT);
  }

  private static Examples pixels() {
    RandomStream random = new RandomStream(3, Purpose.TEST, 0, 1);
    byte[] values = new byte[COUNT * SHAPE.size()];
    for (int i = 0; i < values.length; i++) values[i] = (byte) random.nextInt();
    return new Examples(SHAPE, values, null, new int[COUNT], null, COUNT);
  }

  private static float[] normalized(Normalizer normalizer, Examples examples) {
    MiniBatch all = MiniBatch.labelled(examples.shape(), examples.count());
    int[] rows = IntStream.range(0, examples.count()).toArray();
    new Batches(examples, normalizer).fill(all, rows, 0, rows.length, new MiniBatch.Draw(0, 0, 0));
    return all.features();
  }

  private static FeatureStatistics statistics(float[] values) {
    return FeatureStatistics.of(new Examples(SHAPE, null, values, new int[COUNT], null, COUNT));
  }

  @ParameterizedTest
  @EnumSource
  void zScoreGivesMeanZeroAndDeviationOneInEveryGroup(Per per) {
    for (Examples examples : new Examples[] {floats(), pixels()}) {
      Normalizer fitted =
          Normalizer.fit(Method.Z_SCORE, per, SHAPE, FeatureStatistics.of(examples));
      FeatureStatistics after =
          statistics(normalized(fitted, examples)).pooled(fitted.scaling().shift().length);
      for (int g = 0; g < fitted.scaling().shift().length; g++) {
        assertEquals(0, after.mean()[g], 1e-5);
        assertEquals(1, after.deviation()[g] / after.count(), 1e-5);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void minMaxGivesMinimumZeroAndMaximumOneInEveryGroup(Per per) {
    for (Examples examples : new Examples[] {floats(), pixels()}) {
      Normalizer fitted =
          Normalizer.fit(Method.MIN_MAX, per, SHAPE, FeatureStatistics.of(examples));
      FeatureStatistics after =
          statistics(normalized(fitted, examples)).pooled(fitted.scaling().shift().length);
      for (int g = 0; g < fitted.scaling().shift().length; g++) {
        assertEquals(0, after.min()[g]);
        assertEquals(1, after.max()[g], 1e-6);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void bytesGiveTheSameBitsAsTheFloatsTheyStandFor(Per per) {
    Examples pixels = pixels();
    float[] values = normalized(Normalizer.none(), pixels);
    Examples same = new Examples(SHAPE, null, values, new int[COUNT], null, COUNT);
    Normalizer fitted = Normalizer.fit(Method.Z_SCORE, per, SHAPE, FeatureStatistics.of(pixels));
    assertArrayEquals(normalized(fitted, same), normalized(fitted, pixels));
    assertEquals(pixels.bytes()[7] & 0xff, values[7]);
  }

  @Test
  void noneIsExactAndScaleMultipliesByTheRoundedInverse() {
    Examples examples = floats();
    assertArrayEquals(examples.floats(), normalized(Normalizer.none(), examples));
    float[] scaled = normalized(Normalizer.scale(255), pixels());
    for (int i = 0; i < scaled.length; i++) {
      assertEquals((pixels().bytes()[i] & 0xff) * (float) (1 / 255.0), scaled[i]);
    }
  }

  @Test
  void aConstantFeatureMapsToZeroEvenWhereItVariesLater() {
    Examples constant = new Examples(Shape.flat(1), null, new float[] {7, 7}, new int[2], null, 2);
    Examples later = new Examples(Shape.flat(1), null, new float[] {7, 9}, new int[2], null, 2);
    for (Method method : new Method[] {Method.MIN_MAX, Method.Z_SCORE}) {
      Normalizer fitted =
          Normalizer.fit(method, Per.FEATURE, Shape.flat(1), FeatureStatistics.of(constant));
      assertArrayEquals(new float[2], normalized(fitted, later));
    }
  }

  @Test
  void equalityIsOfContentAndSurvivesSerialisation() throws Exception {
    FeatureStatistics statistics = FeatureStatistics.of(floats());
    Normalizer one = Normalizer.fit(Method.Z_SCORE, Per.CHANNEL, SHAPE, statistics);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(one);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      Object copy = in.readObject();
      assertEquals(one, copy);
      assertEquals(one.hashCode(), copy.hashCode());
    }
    assertNotEquals(one, Normalizer.fit(Method.MIN_MAX, Per.CHANNEL, SHAPE, statistics));
    assertNotEquals(Normalizer.scale(255), Normalizer.scale(256));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Normalizer channels =
        Normalizer.fit(Method.Z_SCORE, Per.CHANNEL, SHAPE, FeatureStatistics.of(floats()));
    channels.check(SHAPE);
    assertThrows(IllegalArgumentException.class, () -> channels.check(new Shape(3, 3, 5)));
    assertThrows(
        IllegalArgumentException.class,
        () ->
            Normalizer.fit(Method.Z_SCORE, Per.ALL, SHAPE, FeatureStatistics.empty(SHAPE.size())));
    assertThrows(IllegalArgumentException.class, () -> Normalizer.scale(0));
    assertThrows(IllegalArgumentException.class, () -> Normalizer.scale(Double.NaN));
  }
}
