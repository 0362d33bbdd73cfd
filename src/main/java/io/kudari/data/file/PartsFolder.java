package io.kudari.data.file;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A folder of files that processes write beside its place: it gets its name when all are there, and
 * before that nothing is left of it when it is closed, or the process is ended.
 */
public final class PartsFolder implements AutoCloseable {

  /** What Spark leaves in a folder that is whole. */
  public static final String SUCCESS = "_SUCCESS";

  private static final Pattern PART = Pattern.compile("part-[0-9]+\\.parquet");

  private final FileSystem files;
  private final Path folder;
  private final Path temporary;
  private final Unfinished unfinished;

  private final boolean replaces;

  private PartsFolder(FileSystem files, Path folder, boolean replaces) {
    this.files = files;
    this.replaces = replaces;
    this.folder = folder;
    this.temporary = OutputFiles.temporary(folder);
    this.unfinished = new Unfinished(files, temporary);
  }

  /**
   * Makes an empty one.
   *
   * @param replaces whether it is to replace a file, or a folder that holds nothing but parts
   */
  public static PartsFolder begin(Path folder, boolean replaces, Configuration hadoop)
      throws IOException {
    // A path made of a URI may end with a slash, and then its name is empty.
    Path named = new Path(folder.toString());
    PartsFolder parts = new PartsFolder(OutputFiles.fileSystem(named, hadoop), named, replaces);
    try {
      if (parts.files.exists(parts.temporary)) OutputFiles.delete(parts.files, parts.temporary);
      return parts.unfinished.begin(
          () -> {
            OutputFiles.makeFolder(parts.files, parts.temporary);
            return parts;
          });
    } catch (IOException e) {
      parts.unfinished.close();
      throw e;
    }
  }

  /** Whether a folder holds what this leaves, and nothing else, so that it may be replaced. */
  public static boolean isOne(FileSystem files, Path folder) throws IOException {
    return Arrays.stream(files.listStatus(folder)).allMatch(PartsFolder::isOurs);
  }

  private static boolean isOurs(FileStatus child) {
    String name = child.getPath().getName();
    return name.equals(SUCCESS) || PART.matcher(name).matches();
  }

  /** Where parts are written. */
  public Path temporary() {
    return temporary;
  }

  /** What begins to write the file of a part. */
  public interface Opening<T> {
    T of(Path file) throws IOException;
  }

  /**
   * Begins to write a part by this process.
   *
   * @throws IOException when the process is ending
   */
  public <T> T open(int part, Opening<T> opening) throws IOException {
    return unfinished.begin(() -> opening.of(Location.child(temporary, name(part))));
  }

  /** What the file of a part is called, so that the order of names is that of numbers. */
  public static String name(int part) {
    return String.format(Locale.ROOT, "part-%05d.parquet", part);
  }

  /**
   * Gives the folder its name. What attempts at a part have left that were lost is deleted before.
   *
   * @param parts how many there must be
   * @throws IOException when one is not there, or the file system fails; one line
   */
  public void finish(int parts) throws IOException {
    for (int part = 0; part < parts; part++)
      if (!files.exists(Location.child(temporary, name(part))))
        throw new IOException(
            Location.shown(folder)
                + ": "
                + name(part)
                + " is not there: all machines must reach the folder by the same path or URI");
    try (OutputStream unused = OutputFiles.create(files, new Path(temporary, SUCCESS), true)) {
      // It is empty.
    }
    for (FileStatus child : files.listStatus(temporary))
      if (!isOurs(child)) OutputFiles.delete(files, child.getPath());
    unfinished.close(); // From here on it holds what the old one held.
    if (files.exists(folder)) deleteOld();
    OutputFiles.rename(files, temporary, folder);
  }

  /** It may be another one than when the work began. */
  private void deleteOld() throws IOException {
    boolean parts = !files.getFileStatus(folder).isDirectory() || isOne(files, folder);
    if (!replaces || !parts)
      throw new IOException(
          Location.shown(folder) + ": has been made meanwhile, and is not replaced");
    OutputFiles.delete(files, folder);
  }

  @Override
  public void close() throws IOException {
    try (unfinished) {
      if (files.exists(temporary)) OutputFiles.delete(files, temporary);
    }
  }
}
