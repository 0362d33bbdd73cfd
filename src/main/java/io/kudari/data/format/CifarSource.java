package io.kudari.data.format;

import io.kudari.data.ClassNames;
import io.kudari.data.ExampleSink;
import io.kudari.data.ExampleSource;
import io.kudari.data.Schema;
import io.kudari.data.file.InputFile;
import io.kudari.data.file.InputFiles;
import io.kudari.data.file.InputPath;
import io.kudari.model.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * CIFAR-10 in its binary version: several files, each raw, or gzipped when its name ends in {@code
 * .gz}, one after another; of a folder or a pattern, those of no bytes are passed over. A file is a
 * row of records without a header:
 *
 * <pre>
 * bytes  what
 * 1      class, 0..9
 * 1024   red of the 32 × 32 pixels, row by row
 * 1024   green
 * 1024   blue
 * </pre>
 *
 * @param files URIs of files, folders of them, or patterns as {@link InputFiles} has them, at least
 *     one, in the order of their examples
 */
public record CifarSource(List<String> files) implements ExampleSource {

  private static final long serialVersionUID = 1;

  private static final Shape SHAPE = new Shape(3, 32, 32);
  private static final int RECORD = 1 + SHAPE.size();

  /** As the set's {@code batches.meta.txt} names them. */
  private static final List<String> CLASSES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  public CifarSource {
    files = List.copyOf(files);
    if (files.isEmpty()) throw new IllegalArgumentException("CIFAR needs at least one file");
  }

  @Override
  public String name() {
    return files.get(0);
  }

  @Override
  public void read(Configuration hadoop, ExampleSink into) throws IOException {
    read(hadoop, whole(hadoop), into);
  }

  /** Small files together, ranges of large ones that are not gzipped. */
  @Override
  public List<ExampleSource> splits(Configuration hadoop) throws IOException {
    List<CifarRange> whole = whole(hadoop);
    long bytes = Splits.bytes(whole.stream().mapToLong(CifarRange::length).sum());
    List<ExampleSource> splits = CifarSplit.of(this, whole, RECORD, bytes);
    return splits.size() < 2 ? List.of(this) : splits;
  }

  private List<CifarRange> whole(Configuration hadoop) throws IOException {
    List<CifarRange> whole = new ArrayList<>();
    for (String name : files)
      for (InputPath path : InputFiles.filled(hadoop, name)) whole.add(CifarRange.of(path));
    return whole;
  }

  /** Reads some of its records. */
  void read(Configuration hadoop, List<CifarRange> ranges, ExampleSink into) throws IOException {
    into.begin(SHAPE, true, CLASSES.size(), 0);
    ClassNames classes = into.numbering(into.schema().isKnown() ? List.of() : CLASSES);
    byte[] pixels = new byte[SHAPE.size()];
    for (CifarRange range : ranges) {
      if (into.finished()) break;
      try (InputFile file = range.open(hadoop, RECORD)) {
        read(file, range, pixels, classes, into);
      }
    }
    into.end(classes);
  }

  private static void read(
      InputFile file, CifarRange range, byte[] pixels, ClassNames classes, ExampleSink into)
      throws IOException {
    file.requireMultiple(RECORD, "CIFAR records");
    for (long record = range.from(); record < range.to() && !into.finished(); record++) {
      int label = file.read();
      if (label < 0) return;
      if (label >= CLASSES.size()) {
        throw file.path().error("record " + record + " is of class " + label + ", not of 0..9");
      }
      if (into.wantsNext()) {
        file.readFully(pixels, 0, pixels.length, "record " + record);
        into.add(pixels, number(label, record, classes, file, into.schema()));
      } else {
        file.skip(pixels.length, "record " + record);
        into.skip();
      }
    }
  }

  /** A training set whose classes have no names has those of this format's numbers. */
  private static int number(
      int label, long record, ClassNames classes, InputFile file, Schema schema) {
    boolean unnamed = schema.isKnown() && schema.classNames().isEmpty();
    try {
      return classes.number(unnamed ? String.valueOf(label) : CLASSES.get(label));
    } catch (IllegalArgumentException e) {
      throw file.path()
          .error("record " + record + " is of class " + CLASSES.get(label) + ", " + e.getMessage());
    }
  }
}
