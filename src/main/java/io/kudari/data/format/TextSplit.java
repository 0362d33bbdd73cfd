package io.kudari.data.format;

import io.kudari.data.ExampleSink;
import io.kudari.data.ExampleSource;
import io.kudari.data.RangedSource;
import io.kudari.data.file.InputPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * Some small files of a set of text that follow each other, or a range of a large one, as {@link
 * TextRange} has them.
 *
 * @param of the set
 * @param files their names
 */
record TextSplit(TextSource of, List<String> files, long from, long to, Heading heading)
    implements ExampleSource {

  private static final long serialVersionUID = 1;

  /** How a set becomes splits. */
  interface Cut {

    /**
     * All splits of a set, in its order.
     *
     * @param heading of each file
     * @param bytes of a split
     */
    List<ExampleSource> of(TextSource set, List<InputPath> files, Heading heading, long bytes);
  }

  /** As {@link Cut}; a gzipped file is never cut. */
  static List<ExampleSource> of(
      TextSource set, List<InputPath> files, Heading heading, long bytes) {
    return of(set, files, heading, bytes, bytes);
  }

  /** As {@link Cut}, where no file is cut. */
  static List<ExampleSource> uncut(
      TextSource set, List<InputPath> files, Heading heading, long bytes) {
    return of(set, files, heading, bytes, Long.MAX_VALUE);
  }

  /** The largest file that is not cut may be larger than a split is to be. */
  private static List<ExampleSource> of(
      TextSource set, List<InputPath> files, Heading heading, long bytes, long uncut) {
    return Splits.of(
        files,
        file -> file.status().getLen(),
        bytes,
        file -> file.status().getLen() > uncut ? cut(set, file, heading, bytes) : List.of(),
        small -> whole(set, small, heading));
  }

  private static TextSplit whole(TextSource set, List<InputPath> files, Heading heading) {
    List<String> names = files.stream().map(InputPath::name).toList();
    return new TextSplit(set, names, 0, RangedSource.END, heading);
  }

  private static List<TextSplit> cut(TextSource set, InputPath file, Heading heading, long bytes) {
    if (file.name().endsWith(".gz")) return List.of();
    return RangedSource.cut(
        file.status().getLen(),
        bytes,
        (from, to) -> new TextSplit(set, List.of(file.name()), from, to, heading));
  }

  @Override
  public String name() {
    return of.name();
  }

  @Override
  public void read(Configuration hadoop, ExampleSink into) throws IOException {
    List<InputPath> found = new ArrayList<>();
    for (String file : files) found.add(InputPath.file(hadoop, file));
    of.read(hadoop, new TextRange(found, from, to, true, heading), into);
  }
}
