package io.kudari.data.format;

import io.kudari.data.ExampleSink;
import io.kudari.data.ExampleSource;
import java.io.IOException;
import java.util.ArrayList;
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
    List<ExampleSource> splits = new ArrayList<>();
    List<CifarRange> small = new ArrayList<>();
    long size = 0;
    for (CifarRange file : files) {
      if (!small.isEmpty() && size + file.length() > bytes) {
        splits.add(new CifarSplit(set, small));
        small.clear();
        size = 0;
      }
      List<CifarRange> ranges = file.ranges(record, Math.max(1, bytes / record));
      if (ranges.size() > 1) {
        for (CifarRange range : ranges) splits.add(new CifarSplit(set, List.of(range)));
      } else {
        small.add(file);
        size += file.length();
      }
    }
    if (!small.isEmpty()) splits.add(new CifarSplit(set, small));
    return splits;
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
