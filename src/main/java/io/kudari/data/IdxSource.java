package io.kudari.data;

import io.kudari.model.Shape;
import java.io.IOException;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;

/**
 * Images and labels in two IDX files, the format of MNIST; each raw, or gzipped when its name ends
 * in {@code .gz}. All numbers have the highest byte first.
 *
 * <pre>
 * offset  bytes  images                          labels
 * 0       2      0                               0
 * 2       1      8: the type, unsigned bytes     8
 * 3       1      2, 3 or 4: dimensions           1
 * 4       4      number of images                number of labels
 * 8       4 × …  the other dimensions            (none)
 * then           the pixels, row by row          one class a byte
 * </pre>
 *
 * <p>Other dimensions: {@code features}; {@code rows, columns}; or {@code channels, rows, columns}.
 *
 * @param images URI of the images
 * @param labels URI of the labels
 * @param classes number of classes, every label must be below it; 0 takes the highest label plus
 *     one
 */
public record IdxSource(String images, String labels, int classes) implements ExampleSource {

  private static final long serialVersionUID = 1;

  static final int UNSIGNED_BYTE = 8;

  public IdxSource {
    if (classes < 0 || classes == 1 || classes > 256) {
      throw new IllegalArgumentException("classes must be 0 or within 2..256, not " + classes);
    }
  }

  @Override
  public Description describe(Configuration hadoop) throws IOException {
    return Collector.describe(labels, into -> read(hadoop, into));
  }

  @Override
  public Survey survey(Configuration hadoop) throws IOException {
    return Collector.survey(labels, into -> read(hadoop, into));
  }

  @Override
  public Examples load(Configuration hadoop, int[] wanted) throws IOException {
    return Collector.load(images, wanted, into -> read(hadoop, into));
  }

  private void read(Configuration hadoop, Collector into) throws IOException {
    try (InputFile pixels = InputPath.file(hadoop, images).open();
        InputFile marks = InputPath.file(hadoop, labels).open()) {
      int[] sizes = header(pixels, "images", 2, 4);
      int count = header(marks, "labels", 1, 1)[0];
      if (sizes[0] != count) {
        throw pixels.path().error(sizes[0] + " images, but " + labels + " has " + count);
      }
      Shape shape = shape(sizes);
      into.begin(shape, true, classes, 0);
      byte[] row = new byte[shape.size()];
      while (into.count() < count && !into.finished()) readExample(pixels, marks, row, into);
      if (!into.finished()) {
        pixels.requireEnd("the " + count + " images its header declares");
        marks.requireEnd("the " + count + " labels its header declares");
      }
    }
  }

  private void readExample(InputFile pixels, InputFile marks, byte[] row, Collector into)
      throws IOException {
    int index = into.count();
    int label = marks.read();
    if (label < 0) throw marks.path().error("ends within label " + index);
    if (classes > 0 && label >= classes) {
      throw marks
          .path()
          .error("label " + index + " is " + label + ", it must be below " + classes + " classes");
    }
    if (into.wantsNext()) {
      pixels.readFully(row, 0, row.length, "image " + index);
      into.add(row, label);
    } else {
      pixels.skip(row.length, "image " + index);
      into.skip();
    }
  }

  /** Reads a header, and checks it against the file's length: the dimensions. */
  private static int[] header(InputFile file, String what, int fewest, int most)
      throws IOException {
    int magic = file.readInt("the magic number");
    int dimensions = magic & 0xff;
    InputPath path = file.path();
    if (magic >>> 16 != 0) {
      throw path.error(String.format("magic number 0x%08x, IDX starts with two zero bytes", magic));
    }
    if (magic >>> 8 != UNSIGNED_BYTE) {
      throw path.error(
          String.format("IDX type 0x%02x, only unsigned bytes (0x08) are read", magic >>> 8));
    }
    if (dimensions < fewest || dimensions > most) {
      String allowed = fewest == most ? "" + most : fewest + " to " + most;
      throw path.error(dimensions + " dimensions, IDX " + what + " have " + allowed);
    }
    int[] sizes = new int[dimensions];
    long content = 1;
    for (int i = 0; i < dimensions; i++) {
      sizes[i] = file.readInt("its dimensions");
      if (sizes[i] < 1) {
        throw path.error("dimension " + i + " is " + sizes[i] + ", it must be at least 1");
      }
      try {
        content = Math.multiplyExact(content, sizes[i]);
      } catch (ArithmeticException e) {
        throw path.error("dimensions " + Arrays.toString(sizes) + " multiply to 2^63 or more");
      }
    }
    file.requireLength(
        content + 4 + 4L * dimensions, Arrays.toString(sizes) + " " + what + " and the header");
    return sizes;
  }

  private Shape shape(int[] sizes) {
    long size = 1;
    for (int i = 1; i < sizes.length; i++) size *= sizes[i];
    if (size > Integer.MAX_VALUE) {
      throw new DataException(images + ": an image of " + size + " bytes is too big");
    }
    return switch (sizes.length) {
      case 2 -> Shape.flat(sizes[1]);
      case 3 -> new Shape(1, sizes[1], sizes[2]);
      default -> new Shape(sizes[1], sizes[2], sizes[3]);
    };
  }

  @Override
  public IdxSource like(Description training) {
    return classes > 0 ? this : new IdxSource(images, labels, training.classes());
  }
}
