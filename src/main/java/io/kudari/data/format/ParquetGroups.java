package io.kudari.data.format;

import io.kudari.data.ExampleSink;
import io.kudari.data.ExampleSource;
import io.kudari.data.file.InputPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.metadata.BlockMetaData;

/**
 * Neighbouring row groups of one file of a set.
 *
 * @param first the set's first file, whose columns are those of all
 * @param file that they are of
 */
record ParquetGroups(ParquetSource of, String first, String file, Range range)
    implements ExampleSource {

  private static final long serialVersionUID = 1;

  /** A whole file. */
  static final Range ALL = new Range(0, Long.MAX_VALUE, 0);

  /**
   * Where row groups are.
   *
   * @param from byte that the first begins at
   * @param to byte that the next one begins at
   * @param firstRow of all in the file
   */
  record Range(long from, long to, long firstRow) implements java.io.Serializable {}

  /**
   * All of a file.
   *
   * @param bytes that row groups are put together for
   */
  static List<ParquetGroups> of(ParquetSource set, String first, InputPath file, long bytes) {
    List<ParquetGroups> all = new ArrayList<>();
    long row = 0;
    long rows = 0;
    long size = 0;
    long from = 0;
    for (BlockMetaData group : ParquetFooter.of(file).getBlocks()) {
      if (size > 0 && size + group.getCompressedSize() > bytes) {
        all.add(
            new ParquetGroups(
                set, first, file.name(), new Range(from, group.getStartingPos(), row)));
        from = group.getStartingPos();
        row = rows;
        size = 0;
      }
      size += group.getCompressedSize();
      rows += group.getRowCount();
    }
    if (size > 0)
      all.add(new ParquetGroups(set, first, file.name(), new Range(from, Long.MAX_VALUE, row)));
    return all;
  }

  @Override
  public String name() {
    return of.name();
  }

  @Override
  public void read(Configuration hadoop, ExampleSink into) throws IOException {
    InputPath path = InputPath.file(hadoop, file);
    InputPath named = first.equals(file) ? path : InputPath.file(hadoop, first);
    of.read(named, path, range, into);
  }
}
