package io.kudari.train;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/** How a run's files are written, so that a reader never sees half of one. */
public final class OutputFiles {

  private OutputFiles() {}

  /**
   * The file system of a path. A local one comes without Hadoop's checksums, which would lie as
   * hidden {@code .crc} files beside every file.
   */
  public static FileSystem fileSystem(Path path, Configuration hadoop) throws IOException {
    FileSystem files = path.getFileSystem(hadoop);
    return files instanceof LocalFileSystem local ? local.getRawFileSystem() : files;
  }

  /** Where something is written before it gets its name. */
  static Path temporary(Path path) {
    return new Path(path.getParent(), "." + path.getName() + ".tmp");
  }

  /**
   * Writes a file under a temporary name and renames it. A file of that name is replaced: in one
   * step on a local file system, elsewhere by deleting it first.
   */
  public static void write(FileSystem files, Path path, byte[] content) throws IOException {
    Path temporary = temporary(path);
    try (OutputStream out = files.create(temporary, true)) {
      out.write(content);
    }
    if (files.getUri().getScheme().equals("file")) {
      rename(files, temporary, path);
      return;
    }
    if (files.exists(path)) delete(files, path);
    rename(files, temporary, path);
  }

  /** Renames, or throws: Hadoop's own method answers false when it failed. */
  static void rename(FileSystem files, Path from, Path to) throws IOException {
    if (!files.rename(from, to)) throw new IOException("cannot rename " + from + " to " + to);
  }

  /** Deletes a file or folder, or throws. */
  static void delete(FileSystem files, Path path) throws IOException {
    if (!files.delete(path, true)) throw new IOException("cannot delete " + path);
  }
}
