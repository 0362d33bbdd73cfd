package io.kudari.data.format;

import static io.kudari.data.TestFiles.HADOOP;
import static io.kudari.data.TestFiles.assertRefused;
import static io.kudari.data.TestFiles.assertRefusedEvenInPart;
import static io.kudari.data.TestFiles.counting;
import static io.kudari.data.TestFiles.gzip;
import static io.kudari.data.TestFiles.idx;
import static io.kudari.data.TestFiles.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.DataException;
import io.kudari.data.Description;
import io.kudari.data.Examples;
import io.kudari.data.Schema;
import io.kudari.model.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxSourceTest {

  private static final byte[] IMAGES = idx(new int[] {0x803, 3, 2, 2}, counting(12));
  private static final byte[] LABELS = idx(new int[] {0x801, 3}, new byte[] {2, 0, 1});

  @TempDir Path folder;

  private IdxSource source(byte[] images, byte[] labels) {
    return new IdxSource(
        write(folder, "images", images), write(folder, "labels", labels), /* classes= */ 0);
  }

  private void assertImagesRefused(String message, byte[] images) {
    assertRefusedEvenInPart(folder, "%/images: " + message, source(images, LABELS));
  }

  private void assertGzipRefused(String message, byte[] images) {
    String labels = write(folder, "labels", LABELS);
    IdxSource source = new IdxSource(write(folder, "images.gz", images), labels, 0);
    assertRefused(folder, "%/images.gz: " + message, source);
  }

  @Test
  void imagesAndLabelsAreReadRawAndGzippedAlike() throws IOException {
    IdxSource raw = source(IMAGES, LABELS);
    IdxSource zipped =
        new IdxSource(write(folder, "i.gz", gzip(IMAGES)), write(folder, "l.gz", gzip(LABELS)), 0);
    Description description = raw.describe(HADOOP);
    assertEquals(description, zipped.describe(HADOOP));
    assertEquals(3, description.examples());
    assertEquals(new Shape(1, 2, 2), description.shape());
    assertEquals(3, description.classes());
    for (IdxSource source : new IdxSource[] {raw, zipped}) {
      Examples some = source.load(HADOOP, Schema.UNKNOWN, new int[] {0, 2});
      assertArrayEquals(new byte[] {0, 1, 2, 3, 8, 9, 10, 11}, some.bytes());
      assertArrayEquals(new int[] {2, 1}, some.labels());
      assertEquals(0, source.load(HADOOP, Schema.UNKNOWN, new int[0]).count());
    }
  }

  @Test
  void theFirstExamplesAreADataSetOfTheirOwn() throws IOException {
    IdxSource all = source(IMAGES, LABELS);
    IdxSource two = new IdxSource(all.images(), all.labels(), 3, 2);
    assertEquals(2, two.describe(HADOOP).examples());
    Examples last = two.load(HADOOP, Schema.UNKNOWN, new int[] {1});
    assertArrayEquals(new byte[] {4, 5, 6, 7}, last.bytes());
    assertEquals(3, new IdxSource(all.images(), all.labels(), 3, 3).describe(HADOOP).examples());
    assertRefused(
        folder,
        "%/images: examples = 4, but it has 3",
        new IdxSource(all.images(), all.labels(), 3, 4));
  }

  @Test
  void theFingerprintChangesWithAPixelALabelAndTheShape() throws IOException {
    String before = source(IMAGES, LABELS).describe(HADOOP).fingerprint();
    byte[] pixel = IMAGES.clone();
    pixel[20]++;
    byte[] label = LABELS.clone();
    label[8] = 1;
    byte[] wide = idx(new int[] {0x803, 3, 1, 4}, counting(12));
    assertEquals(64, before.length());
    assertEquals(
        4,
        java.util.Set.of(
                before,
                source(pixel, LABELS).describe(HADOOP).fingerprint(),
                source(IMAGES, label).describe(HADOOP).fingerprint(),
                source(wide, LABELS).describe(HADOOP).fingerprint())
            .size());
  }

  @Test
  void twoDimensionsAreFeaturesAndFourAreChannels() throws IOException {
    byte[] flat = idx(new int[] {0x802, 3, 4}, counting(12));
    byte[] colour = idx(new int[] {0x804, 3, 2, 1, 2}, counting(12));
    assertEquals(Shape.flat(4), source(flat, LABELS).describe(HADOOP).shape());
    assertEquals(new Shape(2, 1, 2), source(colour, LABELS).describe(HADOOP).shape());
  }

  @Test
  void emptyAndShortFilesAreRefused() {
    assertImagesRefused("is empty", new byte[0]);
    assertImagesRefused("ends within the magic number", Arrays.copyOf(IMAGES, 3));
    assertImagesRefused("ends within its dimensions", Arrays.copyOf(IMAGES, 14));
  }

  @Test
  void aWrongMagicNumberTypeOrDimensionCountIsRefused() {
    assertImagesRefused(
        "magic number 0x01020803, IDX starts with two zero bytes",
        idx(new int[] {0x01020803, 3, 2, 2}, counting(12)));
    assertImagesRefused(
        "IDX type 0x0d, only unsigned bytes (0x08) are read",
        idx(new int[] {0xd03, 3, 2, 2}, counting(48)));
    assertImagesRefused(
        "1 dimensions, IDX images have 2 to 4", idx(new int[] {0x801, 12}, counting(12)));
    byte[] imagesAsLabels = IMAGES;
    assertRefusedEvenInPart(
        folder, "%/labels: 3 dimensions, IDX labels have 1", source(IMAGES, imagesAsLabels));
  }

  @Test
  void countsThatTheFileDoesNotHaveAreRefused() {
    assertImagesRefused(
        "[4, 2, 2] images and the header are 32 bytes, but the file has 28",
        idx(new int[] {0x803, 4, 2, 2}, counting(12)));
    assertImagesRefused(
        "[2, 2, 2] images and the header are 24 bytes, but the file has 28",
        idx(new int[] {0x803, 2, 2, 2}, counting(12)));
    assertImagesRefused(
        "[2147483647, 2, 2] images and the header are 8589934604 bytes, but the file has 28",
        idx(new int[] {0x803, Integer.MAX_VALUE, 2, 2}, counting(12)));
  }

  @Test
  void negativeAndZeroDimensionsAndOverflowingProductsAreRefused() {
    assertImagesRefused(
        "dimension 0 is -3, it must be at least 1", idx(new int[] {0x803, -3, 2, 2}, counting(12)));
    assertImagesRefused(
        "dimension 1 is 0, it must be at least 1", idx(new int[] {0x803, 3, 0, 2}, counting(12)));
    assertImagesRefused(
        "[3, 65536, 65536] images and the header are 12884901904 bytes, but the file has 28",
        idx(new int[] {0x803, 3, 1 << 16, 1 << 16}, counting(12)));
    assertImagesRefused(
        "dimensions [2147483647, 2147483647, 2147483647] multiply to 2^63 or more",
        idx(
            new int[] {0x803, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE},
            counting(12)));
  }

  @Test
  void anEmptySetAndASetOfOneClassAreRefused() {
    assertImagesRefused("dimension 0 is 0, it must be at least 1", idx(new int[] {0x803, 0, 2, 2}));
    assertRefused(
        folder,
        "%/labels: all 3 examples are of class 7, a classification needs at least two",
        source(IMAGES, idx(new int[] {0x801, 3}, new byte[] {7, 7, 7})));
  }

  @Test
  void aLabelBeyondTheClassesIsRefused() throws IOException {
    IdxSource inferred = source(IMAGES, LABELS);
    IdxSource two = new IdxSource(inferred.images(), inferred.labels(), 2);
    assertRefusedEvenInPart(folder, "%/labels: label 0 is 2, it must be below 2 classes", two);
    IdxSource ten = new IdxSource(inferred.images(), inferred.labels(), 10);
    assertEquals(10, ten.describe(HADOOP).classes());
  }

  @Test
  void differentNumbersOfImagesAndLabelsAreRefused() {
    assertRefusedEvenInPart(
        folder,
        "%/images: 3 images, but " + folder + "/labels has 2",
        source(IMAGES, idx(new int[] {0x801, 2}, new byte[] {0, 1})));
  }

  @Test
  void gzipAndItsNameMustAgree() {
    assertImagesRefused("holds gzip, but its name does not end in .gz", gzip(IMAGES));
    assertGzipRefused("is named .gz, but its content is not gzip", IMAGES);
  }

  @Test
  void truncatedAndCorruptGzipIsRefused() {
    byte[] whole = gzip(idx(new int[] {0x803, 3, 20, 20}, noise(1200)));
    assertGzipRefused("is truncated gzip", Arrays.copyOf(whole, whole.length / 2));
    assertGzipRefused("is truncated gzip", Arrays.copyOf(whole, whole.length - 4));
    byte[] flipped = whole.clone();
    flipped[whole.length - 6] ^= 1;
    assertGzipRefused(
        "cannot be gunzipped: Gzip-compressed data is corrupt (CRC32 error)", flipped);
  }

  @Test
  void gzipThatHoldsMoreThanItsHeaderDeclaresIsNotReadFurther() {
    byte[] bomb = gzip(Arrays.copyOf(IMAGES, 50_000_000));
    assertGzipRefused("goes on after the 3 images its header declares", bomb);
  }

  @Test
  void gzipThatCannotHoldWhatItsHeaderDeclaresIsRefusedBeforeMemoryIsTaken() {
    byte[] liar = gzip(idx(new int[] {0x803, 3, 30_000, 20_000}, counting(12)));
    assertGzipRefused(
        "[3, 30000, 20000] images and the header are 1800000016 bytes, more than "
            + liar.length
            + " gzipped bytes can hold",
        liar);
    byte[] shorter = gzip(idx(new int[] {0x803, 3, 2, 3}, counting(17)));
    assertGzipRefused("ends within image 2", shorter);
  }

  @Test
  void aMissingFileAndAStrangeSchemeAreRefused() {
    String labels = write(folder, "labels", LABELS);
    assertRefused(
        folder,
        "%/none: no such file or folder",
        new IdxSource(folder.resolve("none").toString(), labels, 0));
    assertRefused(
        folder,
        "odd://x/y: Hadoop knows no file system of scheme odd",
        new IdxSource("odd://x/y", labels, 0));
    assertRefused(
        folder, ": is not a usable path: a path must not be empty", new IdxSource("", labels, 0));
  }

  @Test
  void aFileSystemWhoseClassIsMissingOrThatCannotBeReachedIsNamedWithTheFile() {
    String labels = write(folder, "labels", LABELS);
    for (String name : new String[] {"s3a://bucket/x", "http://localhost:1/x"}) {
      var refused =
          assertThrows(
              DataException.class,
              () -> new IdxSource(name, labels, 0).describe(HADOOP, Schema.UNKNOWN));
      String message = refused.getMessage();
      String rule = name.startsWith("s3a") ? ": its connector is missing: " : ": cannot be ";
      assertTrue(message.startsWith(name + rule), message);
    }
  }

  @Test
  void indicesBeyondTheSetAreRefused() {
    IdxSource source = source(IMAGES, LABELS);
    var gone =
        assertThrows(
            DataException.class, () -> source.load(HADOOP, Schema.UNKNOWN, new int[] {1, 3}));
    assertEquals(
        source.labels() + ": holds 3 examples; one that was described is no longer there",
        gone.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> source.load(HADOOP, Schema.UNKNOWN, new int[] {2, 1}));
  }

  private static byte[] noise(int length) {
    byte[] bytes = new byte[length];
    new java.util.SplittableRandom(1).nextBytes(bytes);
    return bytes;
  }
}
