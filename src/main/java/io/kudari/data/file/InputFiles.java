package io.kudari.data.file;

import io.kudari.data.DataException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/**
 * The files that a location names: a file; a folder's, without the hidden; or those that match a
 * pattern as Hadoop's {@code FileSystem.globStatus} has it, of {@code *}, {@code ?}, {@code [a-c]}
 * and {@code {a,b}}, where a folder that matches stands for its files, and what matches twice is
 * there once. What has the name itself wins over the pattern.
 */
public final class InputFiles {

  private InputFiles() {}

  /**
   * Finds them, in the order of their names.
   *
   * @param name as {@link Location} has it, or {@link InputPath#STANDARD_INPUT}
   * @throws DataException when there is none, or a folder, a pipe, a device or a link to nothing
   *     among those of a folder; one line
   */
  public static List<InputPath> find(Configuration hadoop, String name) throws IOException {
    Optional<InputPath> named = InputPath.lookUp(hadoop, name);
    if (named.isEmpty() && InputPath.isPattern(name)) return matching(hadoop, name);
    InputPath found = named.orElseThrow(() -> InputPath.missing(name));
    return found.status().isDirectory() ? within(found) : List.of(found);
  }

  /**
   * Finds those that hold something: of several, files of no bytes are passed over, which jobs
   * leave that had nothing to write. Where none has any, the first.
   *
   * @param name as of {@link #find}
   * @throws DataException as that
   */
  public static List<InputPath> filled(Configuration hadoop, String name) throws IOException {
    List<InputPath> all = find(hadoop, name);
    List<InputPath> filled = all.stream().filter(file -> file.status().getLen() > 0).toList();
    return filled.isEmpty() ? all.subList(0, 1) : filled;
  }

  private static List<InputPath> matching(Configuration hadoop, String pattern) throws IOException {
    SortedMap<String, InputPath> files = new TreeMap<>();
    for (InputPath found : InputPath.matching(hadoop, pattern))
      for (InputPath file : found.status().isDirectory() ? within(found) : List.of(found))
        files.put(file.name(), regular(file));
    return List.copyOf(files.values());
  }

  private static List<InputPath> within(InputPath folder) throws IOException {
    List<InputPath> files = folder.children();
    folder.checkLinks();
    if (files.isEmpty()) throw folder.error("holds no files");
    for (InputPath file : files) {
      if (file.status().isDirectory())
        throw file.error("is a folder; partitioned sets are not read");
      InputPath unused = regular(file);
    }
    return files;
  }

  /** One of no length would be passed over as empty. */
  private static InputPath regular(InputPath file) {
    if (!Location.isSpecial(file.status().getPath())) return file;
    throw new DataException(file.name() + LocalFiles.SPECIAL);
  }
}
