package io.kudari.fuzz;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A kind of files that Kudari reads, as a valid example.
 *
 * @param name for messages
 * @param files by their path within a folder
 * @param forge makes what vouches for the files, such as a manifest, agree with the changed ones
 * @param reader has the project read them
 */
record Format(
    String name,
    Map<String, byte[]> files,
    UnaryOperator<Map<String, byte[]>> forge,
    Reader reader) {

  /** Reads files as the project does, and looks at what it makes of them. */
  interface Reader {

    /**
     * Returns when what was read is what the files say.
     *
     * @param files as they are in the folder
     * @throws AssertionError when it is something else
     * @throws Exception when the project refuses them
     */
    void read(Path folder, Map<String, byte[]> files) throws Exception;
  }

  Format {
    files = Map.copyOf(files);
  }

  /** Files for which nothing vouches, or which nobody forges. */
  Format(String name, Map<String, byte[]> files, Reader reader) {
    this(name, files, UnaryOperator.identity(), reader);
  }
}
