package io.kudari.data.format;

import io.kudari.data.DataException;
import io.kudari.data.Examples;
import io.kudari.data.file.Location;
import io.kudari.model.Shape;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Writes examples as the two files that {@link IdxSource} reads. */
public final class IdxWriter {

  private IdxWriter() {}

  /**
   * Writes both files, gzipped when the name ends in {@code .gz}. They get their names when both
   * are complete; until then, and if it fails, there are only temporary files beside them, which
   * are removed.
   *
   * @param examples with byte features and labels below 256
   * @param images URI of the images
   * @param labels URI of the labels
   * @throws DataException when one of the files exists
   * @throws IllegalArgumentException when IDX of bytes can't hold the examples
   */
  public static void write(Configuration hadoop, Examples examples, String images, String labels)
      throws IOException {
    write(hadoop, examples.count(), List.of(examples).iterator(), images, labels, false);
  }

  /**
   * As the other, of a set that need not be in memory as a whole.
   *
   * @param count how many examples there are
   * @param parts of one shape, one after another
   * @param replace whether files of these names are replaced, once the new ones are complete
   */
  public static void write(
      Configuration hadoop,
      int count,
      Iterator<Examples> parts,
      String images,
      String labels,
      boolean replace)
      throws IOException {
    Path first = replace ? Location.path(images) : free(hadoop, images);
    Path second = replace ? Location.path(labels) : free(hadoop, labels);
    Path firstTemporary = Location.child(first.getParent(), first.getName() + ".writing");
    Path secondTemporary = Location.child(second.getParent(), second.getName() + ".writing");
    try {
      try (DataOutputStream firstOut = create(hadoop, firstTemporary, first);
          DataOutputStream secondOut = create(hadoop, secondTemporary, second)) {
        writeParts(count, parts, firstOut, secondOut);
      }
      if (replace) {
        remove(hadoop, first);
        remove(hadoop, second);
      }
      rename(hadoop, firstTemporary, first);
      rename(hadoop, secondTemporary, second);
    } finally {
      remove(hadoop, firstTemporary);
      remove(hadoop, secondTemporary);
    }
  }

  private static void writeParts(
      int count, Iterator<Examples> parts, DataOutputStream images, DataOutputStream labels)
      throws IOException {
    int written = 0;
    do {
      Examples part = parts.next();
      check(part);
      if (written == 0) writeHeaders(count, part.shape(), images, labels);
      images.write(part.bytes());
      for (int label : part.labels()) labels.write(label);
      written += part.count();
    } while (parts.hasNext());
    if (written != count)
      throw new IllegalArgumentException(count + " examples are " + written + " in parts");
  }

  private static void check(Examples examples) {
    if (examples.bytes() == null || examples.labels() == null || examples.count() == 0) {
      throw new IllegalArgumentException("IDX holds at least one example of bytes with a label");
    }
    for (int label : examples.labels()) {
      if (label < 0 || label > 255) {
        throw new IllegalArgumentException("IDX labels are within 0..255, not " + label);
      }
    }
  }

  private static void writeHeaders(
      int count, Shape shape, DataOutputStream images, DataOutputStream labels) throws IOException {
    int[] sizes = dimensions(shape);
    images.writeInt(IdxHeader.UNSIGNED_BYTE << 8 | sizes.length + 1);
    images.writeInt(count);
    for (int size : sizes) images.writeInt(size);
    labels.writeInt(IdxHeader.UNSIGNED_BYTE << 8 | 1);
    labels.writeInt(count);
  }

  private static int[] dimensions(Shape shape) {
    if (shape.isFlat()) return new int[] {shape.channels()};
    if (shape.channels() == 1) return new int[] {shape.height(), shape.width()};
    return new int[] {shape.channels(), shape.height(), shape.width()};
  }

  private static Path free(Configuration hadoop, String name) throws IOException {
    Path path = Location.path(name);
    if (Location.fileSystem(path, hadoop).exists(path)) throw new DataException(name + ": exists");
    return path;
  }

  private static DataOutputStream create(Configuration hadoop, Path temporary, Path named)
      throws IOException {
    FileSystem files = Location.fileSystem(temporary, hadoop);
    OutputStream raw = new BufferedOutputStream(files.create(temporary, true));
    boolean gzip = named.getName().endsWith(".gz");
    return new DataOutputStream(gzip ? new GZIPOutputStream(raw) : raw);
  }

  private static void rename(Configuration hadoop, Path from, Path to) throws IOException {
    if (!Location.fileSystem(from, hadoop).rename(from, to)) {
      throw new IOException(from + " could not be renamed to " + to);
    }
  }

  private static void remove(Configuration hadoop, Path temporary) throws IOException {
    FileSystem files = Location.fileSystem(temporary, hadoop);
    if (files.exists(temporary) && !files.delete(temporary, false)) {
      throw new IOException(temporary + " could not be removed");
    }
  }
}
