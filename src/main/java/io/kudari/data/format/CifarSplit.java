package io.kudari.data.format;

import io.kudari.data.ExampleSink;
import io.kudari.data.ExampleSource;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * Some small files of a set of CIFAR that follow each other, or a range of a large one.
 *
 * @param of the set
 * @param ranges at least one
 */
record CifarSplit(CifarSource of, List<CifarRange> ranges) implements ExampleSource {

  private static final long serialVersionUID = 1;

  CifarSplit {
    ranges = List.copyOf(ranges);
  }

  /**
   * All splits of a set, in its order.
   *
   * @param files its files
   * @param record bytes of a record
   * @param bytes of a split
   */
  static List<ExampleSource> of(CifarSource set, List<CifarRange> files, int record, long bytes) {
    return Splits.of(
        files,
        CifarRange::length,
        bytes,
        file -> file.length() > bytes ? cut(set, file, record, bytes) : List.of(),
        small -> new CifarSplit(set, small));
  }

  private static List<CifarSplit> cut(CifarSource set, CifarRange file, int record, long bytes) {
    if (!file.mayBeCut()) return List.of();
    return file.ranges(record, Math.max(1, bytes / record)).stream()
        .map(range -> new CifarSplit(set, List.of(range)))
        .toList();
  }

  @Override
  public String name() {
    return of.name();
  }

  @Override
  public void read(Configuration hadoop, ExampleSink into) throws IOException {
    of.read(hadoop, ranges, into);
  }
}
