package io.kudari.data.digits;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.DataException;
import io.kudari.data.Description;
import io.kudari.data.Examples;
import io.kudari.data.Schema;
import io.kudari.model.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class DigitsSourceTest {

  private static final Configuration HADOOP = new Configuration(false);
  private static final int PIXELS = 28 * 28;

  private static Examples all(int examples, long seed) {
    return new DigitsSource(examples, seed)
        .load(HADOOP, Schema.UNKNOWN, IntStream.range(0, examples).toArray());
  }

  private static byte[] image(Examples of, int index) {
    return Arrays.copyOfRange(of.bytes(), index * PIXELS, (index + 1) * PIXELS);
  }

  @Test
  void imagesAreTheSameBytesOnEveryMachine() throws Exception {
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    sha.update(all(200, 42).bytes());
    sha.update(all(200, -7).bytes());
    assertEquals(
        "9aca0cc53d8070113d88d5db39be5a443e687a3906d18e641a3608d7302bfb70",
        HexFormat.of().formatHex(sha.digest()));
    assertArrayEquals(new int[] {0, 2, 1, 6, 9, 4, 8, 7, 5, 3}, all(10, 42).labels());
  }

  @Test
  void anExampleDependsOnSeedAndIndexOnly() {
    Examples full = all(500, 3);
    int[] wanted = {0, 9, 10, 123, 499};
    Examples some = new DigitsSource(1_000_000, 3).load(HADOOP, Schema.UNKNOWN, wanted);
    for (int i = 0; i < wanted.length; i++) {
      assertArrayEquals(image(full, wanted[i]), image(some, i));
      assertEquals(full.labels()[wanted[i]], some.labels()[i]);
    }
  }

  @Test
  void everyTenHoldEachDigitOnceInVaryingOrder() {
    int[] labels = all(300, 8).labels();
    for (int ten = 0; ten < 30; ten++) {
      int[] sorted = Arrays.copyOfRange(labels, ten * 10, ten * 10 + 10);
      Arrays.sort(sorted);
      assertArrayEquals(IntStream.range(0, 10).toArray(), sorted);
    }
    assertFalse(Arrays.equals(Arrays.copyOf(labels, 10), Arrays.copyOfRange(labels, 10, 20)));
  }

  @Test
  void noTwoImagesAreEqualWithinOrAcrossSeeds() {
    long distinct =
        IntStream.rangeClosed(1, 2)
            .boxed()
            .flatMap(
                seed -> {
                  Examples examples = all(1000, seed);
                  return IntStream.range(0, 1000).mapToObj(i -> image(examples, i));
                })
            .map(ByteBuffer::wrap)
            .distinct()
            .count();
    assertEquals(2000, distinct);
  }

  @Test
  void everyImageHasInkAwayFromItsRimAndMostlyPaper() {
    Examples examples = all(2000, 5);
    for (int i = 0; i < examples.count(); i++) {
      byte[] image = image(examples, i);
      int dark = 0;
      int rim = 0;
      for (int p = 0; p < PIXELS; p++) {
        if ((image[p] & 0xff) < 120) continue;
        dark++;
        int row = p / 28;
        int column = p % 28;
        if (row == 0 || row == 27 || column == 0 || column == 27) rim++;
      }
      String name = "image " + i + " of a " + examples.labels()[i] + ": " + dark + " dark, " + rim;
      assertTrue(dark >= 10 && dark < PIXELS / 2, name);
      assertTrue(rim < 12, name);
    }
  }

  @Test
  void theNearestMeanImageTellsDigitsApartButFarFromAlways() {
    double accuracy = nearestMean(all(3000, 1), all(1000, 2));
    assertTrue(accuracy > 0.5, "accuracy " + accuracy);
    assertTrue(accuracy < 0.9, "accuracy " + accuracy);
  }

  private static double nearestMean(Examples train, Examples test) {
    float[][] means = new float[10][PIXELS];
    for (int i = 0; i < train.count(); i++) {
      for (int p = 0; p < PIXELS; p++) {
        means[train.labels()[i]][p] +=
            (train.bytes()[i * PIXELS + p] & 0xff) / (train.count() / 10f);
      }
    }
    int right = 0;
    for (int i = 0; i < test.count(); i++) {
      int nearest = -1;
      double least = Double.POSITIVE_INFINITY;
      for (int digit = 0; digit < 10; digit++) {
        double distance = 0;
        for (int p = 0; p < PIXELS; p++) {
          double difference = (test.bytes()[i * PIXELS + p] & 0xff) - means[digit][p];
          distance += difference * difference;
        }
        if (distance < least) {
          least = distance;
          nearest = digit;
        }
      }
      if (nearest == test.labels()[i]) right++;
    }
    return (double) right / test.count();
  }

  @Test
  void theDescriptionSaysWhatLoadGives() throws IOException {
    DigitsSource source = new DigitsSource(25, 1);
    Description description = source.describe(HADOOP, Schema.UNKNOWN);
    assertEquals(25, description.examples());
    assertEquals(new Shape(1, 28, 28), description.shape());
    assertEquals(description.shape(), all(25, 1).shape());
    assertTrue(description.bytes());
    assertEquals(10, description.classes());
    assertEquals(10, description.classNames().size());
    assertEquals(description.fingerprint(), source.describe(HADOOP, Schema.UNKNOWN).fingerprint());
    for (DigitsSource other :
        new DigitsSource[] {new DigitsSource(25, 2), new DigitsSource(26, 1)}) {
      assertNotEquals(
          description.fingerprint(), other.describe(HADOOP, Schema.UNKNOWN).fingerprint());
    }
  }

  @Test
  void badSettingsAndIndicesAreRefused() {
    DataException error =
        assertThrows(
            DataException.class, () -> new DigitsSource(0, 1).describe(HADOOP, Schema.UNKNOWN));
    assertEquals("digits: examples must be at least 1, not 0", error.getMessage());
    DigitsSource source = new DigitsSource(5, 1);
    assertThrows(DataException.class, () -> source.load(HADOOP, Schema.UNKNOWN, new int[] {5}));
    assertThrows(
        IllegalArgumentException.class, () -> source.load(HADOOP, Schema.UNKNOWN, new int[] {-1}));
    assertEquals(0, source.load(HADOOP, Schema.UNKNOWN, new int[0]).count());
  }
}
