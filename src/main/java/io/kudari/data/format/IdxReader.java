package io.kudari.data.format;

import io.kudari.data.ClassNames;
import io.kudari.data.DataException;
import io.kudari.data.ExampleSink;
import io.kudari.data.RangedSource;
import io.kudari.data.Schema;
import io.kudari.data.file.InputFile;
import io.kudari.data.file.InputPath;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/** Reads parts of a set of IDX files, one after another, into one sink. */
final class IdxReader {

  private final IdxSource set;
  private final ExampleSink into;
  private final int[] numbers;

  /** Of the set, null while no file was read that tells it. */
  private IdxHeader first;

  /** An image; null while there was none. */
  private byte[] row;

  /**
   * Of a set.
   *
   * @param firstOrNull what its first file of images begins with, where that is known
   * @throws DataException when labels are needed, and the set has none, or other classes than the
   *     schema
   */
  IdxReader(IdxSource set, IdxHeader firstOrNull, ExampleSink into) {
    if (into.needsLabels() && set.labels().isEmpty())
      throw new DataException(
          set.images() + ": has no `labels` beside it, which nothing but predict does without");
    this.set = set;
    this.first = firstOrNull;
    this.into = into;
    this.numbers = into.needsLabels() ? numbers(into.schema()) : null;
  }

  /**
   * The number of the class that each byte stands for, −1 for none. In this format the name of a
   * class is its number, which the training set may write in another way.
   */
  private int[] numbers(Schema schema) {
    int classes = set.classes();
    if (!schema.isKnown()) {
      return IntStream.range(0, 256).map(b -> classes > 0 && b >= classes ? -1 : b).toArray();
    }
    List<String> own = IntStream.range(0, classes).mapToObj(String::valueOf).toList();
    List<String> names = ClassNames.canonical(schema.numbering(set.labels(), own).names());
    return IntStream.range(0, 256).map(b -> names.indexOf(String.valueOf(b))).toArray();
  }

  /** Reads as many of them as the sink wants, the first in any case. */
  void read(Configuration hadoop, List<IdxPart> parts) throws IOException {
    for (IdxPart part : parts) {
      if (row != null && into.finished()) return;
      try (InputFile pixels = InputPath.file(hadoop, part.images()).open()) {
        if (into.needsLabels()) readBoth(hadoop, part, pixels);
        else readImages(part, pixels);
      }
    }
  }

  private void readImages(IdxPart part, InputFile pixels) throws IOException {
    IdxHeader header = IdxHeader.ofImages(pixels);
    begin(header, part, pixels);
    for (long index = part.from(); index < end(part, header); index++) {
      pixels.readFully(row, 0, row.length, "image " + index);
      into.add(row);
    }
    if (part.to() == RangedSource.END) requireEnd(pixels, header.count() + " images");
  }

  private void readBoth(Configuration hadoop, IdxPart part, InputFile pixels) throws IOException {
    try (InputFile marks = InputPath.file(hadoop, part.labels()).open()) {
      IdxHeader header = IdxHeader.ofImages(pixels);
      int all = IdxHeader.ofLabels(marks).count();
      if (header.count() != all)
        throw pixels.path().error(header.count() + " images, but " + part.labels() + " has " + all);
      begin(header, part, pixels);
      marks.skip(part.from(), "label " + part.from());
      for (long index = part.from(); index < end(part, header) && !into.finished(); index++)
        readExample(index, pixels, marks);
      if (!into.finished() && part.to() == RangedSource.END) {
        requireEnd(pixels, all + " images");
        requireEnd(marks, all + " labels");
      }
    }
  }

  private static long end(IdxPart part, IdxHeader header) {
    return Math.min(part.to(), header.count());
  }

  private static void requireEnd(InputFile file, String declared) throws IOException {
    file.requireEnd("the " + declared + " its header declares");
  }

  /** Goes to the first image of a part. */
  private void begin(IdxHeader header, IdxPart part, InputFile pixels) throws IOException {
    if (first == null) first = header;
    first.check(header);
    if (row == null) {
      row = new byte[header.shape().size()];
      into.begin(header.shape(), true, set.classes(), 0);
    }
    pixels.skip(part.from() * row.length, "image " + part.from());
  }

  private void readExample(long index, InputFile pixels, InputFile marks) throws IOException {
    int found = marks.read();
    if (found < 0) throw marks.path().error("ends within label " + index);
    int label = numbers[found];
    if (label < 0) {
      String rule =
          into.schema().isKnown()
              ? "the training set has the classes " + Schema.brief(into.schema().names())
              : "it must be below " + set.classes() + " classes";
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
}
