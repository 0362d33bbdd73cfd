package io.kudari.data.format;

import io.kudari.data.RangedSource;
import io.kudari.data.file.InputPath;
import java.util.List;

/**
 * Where lines of text are: in whole files, one after another, or in one of them, where they begin
 * within a range of bytes.
 *
 * @param files at least one; a single one where the range is not all of it
 * @param from first byte of the range; 0 where the file is gzipped
 * @param to byte after the last, or {@link RangedSource#END}
 * @param isPart whether the set has others
 * @param heading that the files must have, where that is known
 */
record TextRange(List<InputPath> files, long from, long to, boolean isPart, Heading heading) {

  /** All lines of a set. */
  static TextRange all(List<InputPath> files) {
    return new TextRange(files, 0, RangedSource.END, false, Heading.NONE);
  }

  /** This one where it begins with its file, else the file. */
  TextRange beginning() {
    return from == 0 ? this : new TextRange(files, 0, RangedSource.END, isPart, heading);
  }
}
