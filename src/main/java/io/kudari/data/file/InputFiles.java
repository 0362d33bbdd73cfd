package io.kudari.data.file;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * The files that a location names: a file; a folder's, without the hidden; or those that match a
 * pattern as Hadoop's {@code FileSystem.globStatus} has it, of {@code *}, {@code ?}, {@code [a-c]}
 * and {@code {a,b}}, where a folder that matches stands for its files. What has the name itself
 * wins over the pattern.
 */
public final class InputFiles {

  private InputFiles() {}

  /**
   * Finds them, in the order of their names.
   *
   * @param name as {@link Location} has it, or {@link InputPath#STANDARD_INPUT}
   * @throws io.kudari.data.DataException when there is none, or a folder among those of a folder;
   *     one line
   */
  public static List<InputPath> find(Configuration hadoop, String name) throws IOException {
    Optional<InputPath> named = InputPath.lookUp(hadoop, name);
    if (named.isEmpty() && InputPath.isPattern(name)) return matching(hadoop, name);
    InputPath found = named.orElseThrow(() -> InputPath.missing(name));
    return found.status().isDirectory() ? within(found) : List.of(found);
  }

  private static List<InputPath> matching(Configuration hadoop, String pattern) throws IOException {
    List<InputPath> files = new ArrayList<>();
    for (InputPath found : InputPath.matching(hadoop, pattern)) {
      if (found.status().isDirectory()) files.addAll(within(found));
      else files.add(found);
    }
    files.sort(Comparator.comparing(InputPath::name));
    return files;
  }

  private static List<InputPath> within(InputPath folder) throws IOException {
    List<InputPath> files = folder.children();
    if (files.isEmpty()) throw folder.error("holds no files");
    for (InputPath file : files)
      if (file.status().isDirectory())
        throw file.error("is a folder; partitioned sets are not read");
    return files;
  }
}
