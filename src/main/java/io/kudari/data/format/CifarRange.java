package io.kudari.data.format;

import io.kudari.data.RangedSource;
import io.kudari.data.file.InputFile;
import io.kudari.data.file.InputPath;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
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

  /**
   * What may be read side by side: a gzipped file has no middle to begin at.
   *
   * @param each records of a range
   */
  List<CifarRange> ranges(int record, long each) {
    if (file.endsWith(".gz") || length <= each * record) return List.of(this);
    long count = length / record;
    List<CifarRange> ranges = new ArrayList<>();
    for (long at = 0; at < count; at += each)
      ranges.add(new CifarRange(file, length, at, at + each >= count ? to : at + each));
    return ranges;
  }

  /** Opens the file at the first of the records. */
  InputFile open(Configuration hadoop, int record) throws IOException {
    return InputPath.file(hadoop, file).openAt(from * record);
  }
}
