package io.kudari.data.format;

import io.kudari.data.ExampleSink;
import io.kudari.data.ExampleSource;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * Some small files of a set of IDX files that follow each other, or a range of a large one.
 *
 * @param of the set
 * @param parts at least one
 * @param first what the set's first file of images begins with, whose shape is that of all
 */
record IdxSplit(IdxSource of, List<IdxPart> parts, IdxHeader first) implements ExampleSource {

  private static final long serialVersionUID = 1;

  IdxSplit {
    parts = List.copyOf(parts);
  }

  /**
   * All splits of a set, in its order.
   *
   * @param files its files, none of them a range but for its end
   * @param bytes of a split
   */
  static List<ExampleSource> of(IdxSource set, List<IdxPart> files, IdxHeader first, long bytes) {
    return Splits.of(
        files,
        file -> file.bytes(first),
        bytes,
        file -> file.bytes(first) > bytes ? cut(set, file, first, bytes) : List.of(),
        small -> new IdxSplit(set, small, first));
  }

  private static List<IdxSplit> cut(IdxSource set, IdxPart file, IdxHeader first, long bytes) {
    if (!file.mayBeCut()) return List.of();
    return file.ranges(first, Math.max(1, bytes / first.shape().size())).stream()
        .map(range -> new IdxSplit(set, List.of(range), first))
        .toList();
  }

  @Override
  public String name() {
    return of.name();
  }

  @Override
  public void read(Configuration hadoop, ExampleSink into) throws IOException {
    new IdxReader(of, first, into).read(hadoop, parts);
  }
}
