package io.kudari.data.format;

import io.kudari.data.RangedSource;
import io.kudari.data.file.InputFile;
import io.kudari.data.file.InputPath;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * Some records of a file of CIFAR.
 *
 * @param file its name
 * @param length its bytes
 * @param from the first of the records
 * @param to behind the last, or {@link RangedSource#END} where the file ends
 */
record CifarRange(String file, long length, long from, long to) implements Serializable {

  private static final long serialVersionUID = 1;

  /** All of a file. */
  static CifarRange of(InputPath file) {
    return new CifarRange(file.name(), file.status().getLen(), 0, RangedSource.END);
  }

  /** Whether there are ranges of it: gzipped files have no middle to begin at. */
  boolean mayBeCut() {
    return !file.endsWith(".gz");
  }

  /**
   * The ranges of a whole file that may be cut.
   *
   * @param record bytes of a record
   * @param each records of a range
   */
  List<CifarRange> ranges(int record, long each) {
    return RangedSource.cut(
        length / record, each, (from, end) -> new CifarRange(file, length, from, end));
  }

  /** Opens the file at the first of the records. */
  InputFile open(Configuration hadoop, int record) throws IOException {
    return InputPath.file(hadoop, file).openAt(from * record);
  }
}
