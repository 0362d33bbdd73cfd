package io.kudari.data.format;

import static io.kudari.data.TestFiles.HADOOP;
import static io.kudari.data.TestFiles.all;
import static io.kudari.data.TestFiles.assertRefused;
import static io.kudari.data.TestFiles.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.DataException;
import io.kudari.data.Description;
import io.kudari.data.ExampleSource;
import io.kudari.data.Examples;
import io.kudari.data.Schema;
import io.kudari.data.Unsplit;
import io.kudari.model.Shape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageFolderSourceTest {

  @TempDir Path folder;

  private static byte[] encoded(String format, BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      assertTrue(ImageIO.write(image, format, bytes), format);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static BufferedImage image(int type, int width, int height, int... rgb) {
    BufferedImage image = new BufferedImage(width, height, type);
    for (int i = 0; i < width * height; i++) {
      image.setRGB(i % width, i / width, rgb[i % rgb.length]);
    }
    return image;
  }

  /** Grey samples as they are: {@code setRGB} would convert them. */
  private static BufferedImage grey(int width, int height, int... samples) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < width * height; i++) {
      image.getRaster().setSample(i % width, i / width, 0, samples[i % samples.length]);
    }
    return image;
  }

  private static BufferedImage noise(int width, int height) {
    SplittableRandom random = new SplittableRandom(3);
    int[] rgb = random.ints((long) width * height).toArray();
    return image(BufferedImage.TYPE_INT_RGB, width, height, rgb);
  }

  private ImageFolderSource source(boolean grey, int width, int height) {
    return new ImageFolderSource(folder + "/set", width, height, grey, List.of());
  }

  private void put(String name, byte[] content) {
    assertTrue(Files.exists(Path.of(write(folder, "set/" + name, content))));
  }

  private void putTwo() {
    put("cat/a.png", encoded("png", grey(2, 2, 0, 50, 128, 255)));
    put("dog/a.png", encoded("png", grey(2, 2, 9)));
  }

  @Test
  void foldersAreClassesAndNamesGiveTheOrder() throws IOException {
    put("dog/b.bmp", encoded("bmp", image(BufferedImage.TYPE_INT_RGB, 1, 2, 0x010203)));
    put(
        "dog/a.png",
        encoded("png", image(BufferedImage.TYPE_INT_ARGB, 1, 2, 0xff102030, 0x80fefdfc)));
    put("cat/z.gif", encoded("gif", image(BufferedImage.TYPE_INT_RGB, 1, 2, 0xff0000, 0x0000ff)));
    put("cat/.hidden", new byte[] {1});
    Description description = source(false, 0, 0).describe(HADOOP);
    assertEquals(new Shape(3, 2, 1), description.shape());
    assertEquals(List.of("cat", "dog"), description.classNames());
    Examples read = source(false, 0, 0).load(HADOOP, Schema.UNKNOWN, all(description));
    assertArrayEquals(new int[] {0, 1, 1}, read.labels());
    byte[] expected = {-1, 0, 0, 0, 0, -1, 16, -2, 32, -3, 48, -4, 1, 1, 2, 2, 3, 3};
    assertArrayEquals(expected, read.bytes());
    Examples last = source(false, 0, 0).load(HADOOP, Schema.UNKNOWN, new int[] {2});
    assertArrayEquals(new byte[] {1, 1, 2, 2, 3, 3}, last.bytes());
    assertArrayEquals(new int[] {1}, last.labels());
    assertEquals(0, source(false, 0, 0).load(HADOOP, Schema.UNKNOWN, new int[0]).count());
  }

  @Test
  void greySamplesAreTakenAsTheyAreStored() throws IOException {
    putTwo();
    BufferedImage deep = new BufferedImage(2, 2, BufferedImage.TYPE_USHORT_GRAY);
    deep.getRaster().setSample(0, 0, 0, 65535);
    deep.getRaster().setSample(1, 1, 0, 257 * 77);
    put("dog/deep.png", encoded("png", deep));
    Examples one = source(true, 0, 0).load(HADOOP, Schema.UNKNOWN, new int[] {0, 2});
    assertEquals(new Shape(1, 2, 2), one.shape());
    assertArrayEquals(new byte[] {0, 50, (byte) 128, -1, -1, 0, 0, 77}, one.bytes());
    Examples three = source(false, 0, 0).load(HADOOP, Schema.UNKNOWN, new int[] {0});
    assertArrayEquals(
        new byte[] {0, 50, -128, -1, 0, 50, -128, -1, 0, 50, -128, -1}, three.bytes());
  }

  @Test
  void coloursBecomeTheirLuma() throws IOException {
    int[] rgb = {0xff0000, 0x00ff00, 0x0000ff, 0xffffff};
    put("a/a.png", encoded("png", image(BufferedImage.TYPE_INT_RGB, 2, 2, rgb)));
    put("b/a.png", encoded("png", grey(2, 2, 1)));
    Examples one = source(true, 0, 0).load(HADOOP, Schema.UNKNOWN, new int[] {0});
    assertArrayEquals(new byte[] {76, (byte) 150, 29, -1}, one.bytes());
  }

  @Test
  void scalingTakesTheMeanOfTheAreaCovered() throws IOException {
    put("a/a.png", encoded("png", grey(4, 2, 10, 20, 30, 40, 50, 60, 70, 80)));
    put("b/b.png", encoded("png", grey(1, 1, 99)));
    put("b/c.png", encoded("png", grey(3, 1, 0, 90, 240)));
    Examples scaled = source(true, 2, 1).load(HADOOP, Schema.UNKNOWN, new int[] {0, 1, 2});
    assertEquals(new Shape(1, 1, 2), scaled.shape());
    assertArrayEquals(new byte[] {35, 55, 99, 99, 30, (byte) 190}, scaled.bytes());
  }

  @Test
  void givenClassesAreKeptAndOtherFoldersRefused() throws IOException {
    putTwo();
    String set = folder + "/set";
    List<String> names = List.of("dog", "bird", "cat");
    ImageFolderSource given = new ImageFolderSource(set, 0, 0, true, names);
    assertEquals(names, given.describe(HADOOP).classNames());
    assertArrayEquals(
        new int[] {2, 0}, given.load(HADOOP, Schema.UNKNOWN, new int[] {0, 1}).labels());
    assertRefused(
        folder,
        "%/set/dog: found 'dog', a label must be one of the 2 classes cat, bird",
        new ImageFolderSource(set, 0, 0, true, List.of("cat", "bird")));
  }

  @Test
  void imagesOfDifferentSizesAreRefusedUnlessScaled() throws IOException {
    putTwo();
    put("dog/wide.png", encoded("png", grey(3, 2, 1)));
    assertRefused(
        folder, "%/set/dog/wide.png: has 3x2 pixels, the first image 2x2", source(true, 0, 0));
    assertEquals(3, source(true, 2, 2).describe(HADOOP).examples());
  }

  /** Seven images of 1 MB: some splits go from one folder into the next. */
  @Test
  void imagesReadBySplitsAreThoseOfTheWholeAndSoAreErrors() throws IOException {
    for (String name : List.of("ant/a", "bee/a", "bee/b", "bee/c", "bee/d", "cat/a", "dog/a"))
      put(name, encoded("bmp", image(BufferedImage.TYPE_INT_RGB, 600, 600, name.hashCode())));
    ImageFolderSource source = source(false, 0, 0);
    assertEquals(3, source.splits(HADOOP).size());
    Description whole = new Unsplit(source).describe(HADOOP);
    assertEquals(whole, source.describe(HADOOP));
    assertEquals(7, whole.examples());
    put("dog/b", encoded("bmp", grey(3, 2, 1)));
    assertRefused(folder, "%/set/dog/b: has 3x2 pixels, the first image 600x600", source);
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg", "gif", "bmp", "tiff"})
  void aTruncatedImageIsRefused(String format) throws IOException {
    putTwo();
    byte[] whole = encoded(format, noise(64, 64));
    put("dog/cut", whole);
    assertEquals(3, source(true, 4, 4).describe(HADOOP).examples());
    for (int part = 1; part < 8; part++) {
      put("dog/cut", Arrays.copyOf(whole, whole.length * part / 8));
      var e =
          assertThrows(
              DataException.class, () -> source(true, 4, 4).describe(HADOOP), format + part);
      assertTrue(e.getMessage().startsWith(folder + "/set/dog/cut: "), e.getMessage());
      assertEquals(1, e.getMessage().lines().count());
    }
  }

  /** A black picture of one pixel that declares more of them. */
  private static byte[] bomb(int width, int height) {
    byte[] bomb = encoded("png", grey(1, 1, 0));
    ByteBuffer header = ByteBuffer.wrap(bomb);
    header.putInt(16, width).putInt(20, height);
    CRC32 check = new CRC32();
    check.update(bomb, 12, 17);
    header.putInt(29, (int) check.getValue());
    return bomb;
  }

  @Test
  void anImageOfMorePixelsThanItsBytesHoldIsRefusedBeforeMemoryIsTaken() {
    putTwo();
    byte[] bomb = bomb(8000, 8000);
    put("dog/bomb.png", bomb);
    assertRefused(
        folder,
        "%/set/dog/bomb.png: declares 8000x8000 pixels, more than " + bomb.length + " bytes hold",
        source(true, 2, 2));
  }

  @Test
  void aDecompressionBombIsRefusedByItsHeader() {
    putTwo();
    put("dog/bomb.png", bomb(60_000, 60_000));
    String message =
        "%/set/dog/bomb.png: declares 60000x60000 pixels, images have 1 to 67108864 of them";
    assertRefused(folder, message, source(true, 2, 2));
    assertRefused(folder, message, source(true, 0, 0));
  }

  @Test
  void whatIsNoImageIsRefused() {
    putTwo();
    put("dog/notes.txt", "not an image".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertRefused(
        folder, "%/set/dog/notes.txt: is not an image of a known format", source(true, 0, 0));
    put("dog/notes.txt", new byte[0]);
    assertRefused(folder, "%/set/dog/notes.txt: is empty", source(true, 0, 0));
  }

  @Test
  void aFolderWithoutClassesImagesOrOrderIsRefused() throws IOException {
    assertRefused(folder, "%/set: no such file or folder", source(true, 0, 0));
    Files.createDirectories(folder.resolve("set/cat"));
    assertRefused(
        folder,
        "%/set: holds 1 class folders, a classification needs at least two",
        source(true, 0, 0));
    Files.createDirectories(folder.resolve("set/dog"));
    assertRefused(folder, "%/set/cat: holds no images", source(true, 0, 0));
    put("cat/a.png", encoded("png", grey(1, 1, 1)));
    put("dog/a/b.png", encoded("png", grey(1, 1, 1)));
    assertRefused(folder, "%/set/dog/a: is a folder, expected a file", source(true, 0, 0));
    put("eel", new byte[] {1});
    Files.move(folder.resolve("set/dog/a/b.png"), folder.resolve("set/dog/b.png"));
    Files.delete(folder.resolve("set/dog/a"));
    assertRefused(folder, "%/set/eel: is a file, expected a folder", source(true, 0, 0));
  }

  @Test
  void sizesThatMakeNoSenseAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> source(true, 0, 5));
    assertThrows(IllegalArgumentException.class, () -> source(true, -1, -1));
    assertThrows(IllegalArgumentException.class, () -> source(true, 1 << 20, 1 << 20));
  }

  @Test
  void aPngWithAChangedBitIsRefusedWhereverItIs() throws IOException {
    byte[] valid = encoded("png", noise(5, 4));
    put("a/1.png", valid);
    put("b/1.png", valid);
    ExampleSource source = source(false, 0, 0);
    assertEquals(2, source.describe(HADOOP).examples());
    for (int bit = 0; bit < 8 * valid.length; bit++) {
      byte[] changed = valid.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      put("b/1.png", changed);
      assertThrows(DataException.class, () -> source.describe(HADOOP), "bit " + bit);
    }
    put("b/1.png", Arrays.copyOf(valid, valid.length - 1));
    assertRefused(folder, "%/set/b/1.png: is truncated", source);
  }
}
