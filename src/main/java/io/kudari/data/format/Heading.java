package io.kudari.data.format;

import io.kudari.data.DataException;
import io.kudari.data.file.InputPath;
import io.kudari.math.Fingerprint;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The names of columns that each file of a set begins with. It goes with every split, so it is
 * small, however many there are.
 *
 * @param file that was the first to have them
 * @param columns how many there are
 * @param hash of them
 * @param shown the names as far as a message has room
 */
record Heading(String file, int columns, String hash, String shown) implements Serializable {

  private static final long serialVersionUID = 1;

  /** Of files that have none, or of which none was read. */
  static final Heading NONE = new Heading("", 0, "", "");

  /** This one, which a file's first line must be, or where there is none yet that line. */
  Heading of(InputPath path, String[] names) {
    if (!equals(NONE)) {
      check(path, names);
      return this;
    }
    List<String> all = Arrays.stream(names).map(name -> name == null ? "" : name).toList();
    // Text has no character 0.
    String hash = Fingerprint.sha256(String.join("\0", all).getBytes(StandardCharsets.UTF_8));
    return new Heading(path.name(), names.length, hash, TextRows.shown(String.join(", ", all)));
  }

  /**
   * Checks the first line of another file.
   *
   * @throws DataException when it has other names, or the same in another order
   */
  void check(InputPath path, String[] names) {
    Heading other = NONE.of(path, names);
    if (other.columns == columns && other.hash.equals(hash)) return;
    throw path.error(
        String.format(
            Locale.ROOT,
            "has other columns than %s: %s of %d, there %s of %d; files of a set have the same ones"
                + " in the same order",
            file,
            other.shown,
            other.columns,
            shown,
            columns));
  }
}
