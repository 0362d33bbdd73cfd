package io.kudari.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.Examples;
import io.kudari.data.format.CifarSource;
import io.kudari.data.format.IdxSource;
import io.kudari.data.format.ImageFolderSource;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** IDX, CIFAR, and folders of images in the usual formats. */
final class PixelFormats {

  private static final List<String> CIFAR =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private PixelFormats() {}

  static List<Format> all() throws IOException {
    List<Format> all = new ArrayList<>();
    byte[] images = idx(new int[] {0x803, 5, 4, 3}, noise(60, 256));
    byte[] labels = idx(new int[] {0x801, 5}, new byte[] {0, 2, 1, 1, 0});
    all.add(idx("idx", "i", images, "l", labels));
    all.add(
        idx("idx gzipped", "i.gz", TableFormats.gzip(images), "l.gz", TableFormats.gzip(labels)));
    byte[] cifar = noise(3 * 3073, 256);
    for (int i = 0; i < 3; i++) cifar[i * 3073] = (byte) (3 * i);
    all.add(new Format("cifar", Map.of("c.bin", cifar), PixelFormats::cifar));
    all.add(folder("png", 3));
    all.add(folder("jpg", 16));
    all.add(folder("gif", 256));
    all.add(folder("bmp", 256));
    all.add(folder("tiff", 256));
    return all;
  }

  private static byte[] noise(int length, int below) {
    RandomStream random = new RandomStream(5, Purpose.TEST, length, 0);
    byte[] noise = new byte[length];
    for (int i = 0; i < length; i++) noise[i] = (byte) random.below(below);
    return noise;
  }

  private static byte[] idx(int[] header, byte[] content) {
    ByteBuffer file = ByteBuffer.allocate(4 * header.length + content.length);
    for (int word : header) file.putInt(word);
    return file.put(content).array();
  }

  private static Format idx(String name, String images, byte[] i, String labels, byte[] l) {
    return new Format(
        name,
        Map.of(images, i, labels, l),
        (folder, files) -> {
          String at = folder.resolve(images).toString();
          IdxSource source = new IdxSource(at, folder.resolve(labels).toString(), 0);
          byte[] pixels = TableFormats.plain(images, files);
          byte[] marks = TableFormats.plain(labels, files);
          Truth truth = Truth.empty();
          if (pixels.length >= 16 && marks.length >= 8) {
            ByteBuffer in = ByteBuffer.wrap(pixels);
            int dimensions = in.getInt(0) & 0xff;
            int header = 4 + 4 * dimensions;
            int count = in.getInt(4);
            int size = count < 1 ? 0 : (pixels.length - header) / count;
            for (int k = 0; k < Math.min(count, marks.length - 8); k++) {
              float[] row = new float[Math.max(0, size)];
              for (int j = 0; j < row.length; j++) row[j] = pixels[header + k * size + j] & 0xff;
              truth.add(row, String.valueOf(marks[8 + k] & 0xff));
            }
          }
          truth.check(source);
        });
  }

  private static void cifar(Path folder, Map<String, byte[]> files) throws Exception {
    byte[] bytes = files.get("c.bin");
    Truth truth = Truth.empty();
    for (int at = 0; at + 3073 <= bytes.length; at += 3073) {
      float[] row = new float[3072];
      for (int j = 0; j < row.length; j++) row[j] = bytes[at + 1 + j] & 0xff;
      int label = bytes[at];
      truth.add(row, label >= 0 && label < 10 ? CIFAR.get(label) : null);
    }
    assertTrue(bytes.length % 3073 == 0 || refused(folder), "whole records");
    truth.check(new CifarSource(List.of(folder.resolve("c.bin").toString())));
  }

  private static boolean refused(Path folder) throws Exception {
    Truth.read(new CifarSource(List.of(folder.resolve("c.bin").toString())));
    return false;
  }

  /** Two classes of two images each. */
  private static Format folder(String kind, int below) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    for (int i = 0; i < 4; i++) {
      BufferedImage image = new BufferedImage(12, 9, BufferedImage.TYPE_INT_RGB);
      byte[] pixels = noise(12 * 9 * 3 + i, below);
      for (int p = 0; p < 12 * 9; p++)
        image.setRGB(
            p % 12, p / 12, (pixels[p] << 16) + ((pixels[p] + i & 0xff) << 8) + (i * 60 & 0xff));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      assertTrue(ImageIO.write(image, kind, bytes), kind);
      files.put((i < 2 ? "cat" : "dog") + "/" + i + "." + kind, bytes.toByteArray());
    }
    return new Format(kind, files, PixelFormats::images);
  }

  private static void images(Path folder, Map<String, byte[]> files) throws Exception {
    Examples read = Truth.read(new ImageFolderSource(folder.toString(), 0, 0, false, List.of()));
    assertEquals(4, read.count());
    assertArrayEquals(new int[] {0, 0, 1, 1}, read.labels());
    assertEquals(3, read.shape().channels());
    for (byte[] file : files.values()) {
      int[] size = size(file);
      if (size == null) continue;
      assertEquals(size[0], read.shape().width(), "width");
      assertEquals(size[1], read.shape().height(), "height");
    }
  }

  private static void assertArrayEquals(int[] expected, int[] found) {
    assertEquals(Arrays.toString(expected), Arrays.toString(found));
  }

  /** Width and height as the file's header has them; of a PNG, whose checksums must be right. */
  private static int[] size(byte[] file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(file);
    if (file[0] == 'B') {
      bytes.order(ByteOrder.LITTLE_ENDIAN);
      return new int[] {bytes.getInt(18), Math.abs(bytes.getInt(22))};
    }
    // GIF's picture may be smaller than its screen, TIFF's size may be anywhere.
    if (file[0] == 'G' || file[0] == 'M' || file[0] == 'I') return null;
    if (file[1] == 'P') return png(file);
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(file));
    in.readUnsignedShort();
    while (true) {
      int marker = in.readUnsignedByte();
      while (marker != 0xff) marker = in.readUnsignedByte();
      while (marker == 0xff) marker = in.readUnsignedByte();
      if (marker == 0 || marker == 1 || (marker >= 0xd0 && marker <= 0xd9)) continue;
      int length = in.readUnsignedShort();
      if (marker >= 0xc0 && marker <= 0xc2) {
        in.readUnsignedByte();
        int height = in.readUnsignedShort();
        return new int[] {in.readUnsignedShort(), height};
      }
      in.skipNBytes(Math.max(0, length - 2));
    }
  }

  private static int[] png(byte[] file) {
    ByteBuffer in = ByteBuffer.wrap(file).position(8);
    int[] size = {in.getInt(16), in.getInt(20)};
    String type = "";
    while (!type.equals("IEND")) {
      int length = in.getInt();
      byte[] chunk = new byte[4 + length];
      in.get(chunk);
      type = new String(chunk, 0, 4, StandardCharsets.US_ASCII);
      CRC32 crc = new CRC32();
      crc.update(chunk);
      assertEquals((int) crc.getValue(), in.getInt(), "the checksum of chunk " + type);
    }
    return size;
  }
}
