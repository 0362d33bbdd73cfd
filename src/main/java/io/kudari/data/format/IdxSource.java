package io.kudari.data.format;

import io.kudari.data.ClassNames;
import io.kudari.data.DataException;
import io.kudari.data.ExampleSink;
import io.kudari.data.ExampleSource;
import io.kudari.data.RangedSource;
import io.kudari.data.Schema;
import io.kudari.data.file.InputFile;
import io.kudari.data.file.InputPath;
import io.kudari.model.Shape;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
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
 * @param labels URI of the labels, or empty: such a set can be read only where labels are not
 *     needed. There the file is not looked at
 * @param classes number of classes, every label must be below it; 0 takes the highest label plus
 *     one
 * @param examples how many are read, the first; 0 reads all
 */
public record IdxSource(String images, String labels, int classes, int examples)
    implements RangedSource {

  private static final long serialVersionUID = 1;

  static final int UNSIGNED_BYTE = 8;

  public IdxSource {
    if (classes < 0 || classes == 1 || classes > 256) {
      throw new IllegalArgumentException("classes must be 0 or within 2..256, not " + classes);
    }
    if (examples < 0)
      throw new IllegalArgumentException("examples must be at least 0, not " + examples);
  }

  /** Of all examples. */
  public IdxSource(String images, String labels, int classes) {
    this(images, labels, classes, 0);
  }

  @Override
  public String name() {
    return labels.isEmpty() ? images : labels;
  }

  @Override
  public void read(Configuration hadoop, long from, long to, ExampleSink into) throws IOException {
    if (!into.needsLabels()) {
      readImages(hadoop, from, to, into);
      return;
    }
    if (labels.isEmpty())
      throw new DataException(
          images + ": has no `labels` beside it, which nothing but predict does without");
    int[] numbers = numbers(into.schema());
    try (InputFile pixels = InputPath.file(hadoop, images).open();
        InputFile marks = InputPath.file(hadoop, labels).open()) {
      Header header = header(pixels, marks);
      Shape shape = shape(header.sizes);
      into.begin(shape, true, classes, 0);
      int count = count(header, pixels.path());
      pixels.skip(from * shape.size(), "image " + from);
      marks.skip(from, "label " + from);
      byte[] row = new byte[shape.size()];
      for (long index = from; index < Math.min(to, count) && !into.finished(); index++)
        readExample(index, pixels, marks, row, numbers, into);
      if (!into.finished() && to >= count && count == header.all()) {
        pixels.requireEnd("the " + count + " images its header declares");
        marks.requireEnd("the " + count + " labels its header declares");
      }
    }
  }

  private void readImages(Configuration hadoop, long from, long to, ExampleSink into)
      throws IOException {
    try (InputFile pixels = InputPath.file(hadoop, images).open()) {
      Header header = new Header(header(pixels, "images", 2, 4));
      Shape shape = shape(header.sizes);
      into.begin(shape, true, classes, 0);
      int count = count(header, pixels.path());
      pixels.skip(from * shape.size(), "image " + from);
      byte[] row = new byte[shape.size()];
      for (long index = from; index < Math.min(to, count); index++) {
        pixels.readFully(row, 0, row.length, "image " + index);
        into.add(row);
      }
      if (to >= count && count == header.all())
        pixels.requireEnd("the " + count + " images its header declares");
    }
  }

  /** Sizes of all dimensions of the images, of which there are as many as labels. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Header(int[] sizes) {

    int all() {
      return sizes[0];
    }
  }

  private Header header(InputFile pixels, InputFile marks) throws IOException {
    int[] sizes = header(pixels, "images", 2, 4);
    int all = header(marks, "labels", 1, 1)[0];
    if (sizes[0] != all) {
      throw pixels.path().error(sizes[0] + " images, but " + labels + " has " + all);
    }
    return new Header(sizes);
  }

  private int count(Header header, InputPath path) {
    if (examples > header.all())
      throw path.error("examples = " + examples + ", but it has " + header.all());
    return examples == 0 ? header.all() : examples;
  }

  /** Gzipped files have no middle to begin at. */
  @Override
  public List<ExampleSource> splits(Configuration hadoop) throws IOException {
    if (labels.isEmpty()) return List.of(this);
    InputPath path = InputPath.file(hadoop, images);
    if (images.endsWith(".gz") || labels.endsWith(".gz")) return List.of(this);
    try (InputFile pixels = path.open();
        InputFile marks = InputPath.file(hadoop, labels).open()) {
      Header header = header(pixels, marks);
      int count = count(header, path);
      int size = shape(header.sizes).size();
      return ranges(count, Math.max(1, Splits.bytes((long) count * size) / size));
    }
  }

  /**
   * The number of the class that each byte stands for, −1 for none. In this format the name of a
   * class is its number, which the training set may write in another way.
   */
  private int[] numbers(Schema schema) {
    if (!schema.isKnown()) {
      return IntStream.range(0, 256).map(b -> classes > 0 && b >= classes ? -1 : b).toArray();
    }
    List<String> own = IntStream.range(0, classes).mapToObj(String::valueOf).toList();
    List<String> names = ClassNames.canonical(schema.numbering(labels, own).names());
    return IntStream.range(0, 256).map(b -> names.indexOf(String.valueOf(b))).toArray();
  }

  private void readExample(
      long index, InputFile pixels, InputFile marks, byte[] row, int[] numbers, ExampleSink into)
      throws IOException {
    int found = marks.read();
    if (found < 0) throw marks.path().error("ends within label " + index);
    int label = numbers[found];
    if (label < 0) {
      String rule =
          into.schema().isKnown()
              ? "the training set has the classes " + Schema.brief(into.schema().names())
              : "it must be below " + classes + " classes";
      throw marks.path().error("label " + index + " is " + found + ", " + rule);
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
}
