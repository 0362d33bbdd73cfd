package io.kudari.cli;

import io.kudari.train.OutputFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The folder a run writes to: {@code config.conf}, {@code events.jsonl}, {@code summary.json},
 * {@code model/}, {@code report.html}.
 */
final class RunFolder {

  private final Path folder;
  private final FileSystem files;

  private RunFolder(Path folder, FileSystem files) {
    this.folder = folder;
    this.files = files;
  }

  /**
   * Checks that a run may write there. Nothing is written yet.
   *
   * @param overwrite whether a folder that holds something may be replaced
   */
  static RunFolder check(String location, boolean overwrite, Configuration hadoop)
      throws IOException {
    Path folder =
        new Path(location.contains(":") ? location : new java.io.File(location).getAbsolutePath());
    FileSystem files = OutputFiles.fileSystem(folder, hadoop);
    if (exists(files, folder)) {
      if (!files.getFileStatus(folder).isDirectory()) {
        throw new CommandException(ExitCode.OUTPUT, location + " exists and is not a folder");
      }
      boolean empty = files.listStatus(folder).length == 0;
      if (!empty && !overwrite) {
        throw new CommandException(
            ExitCode.OUTPUT, location + " exists and is not empty; --overwrite replaces it");
      }
      if (!empty && !files.exists(new Path(folder, "events.jsonl"))) {
        throw new CommandException(
            ExitCode.OUTPUT,
            location + " is not the output of a run: it has no events.jsonl; it is not replaced");
      }
    }
    checkParents(location, folder, files);
    return new RunFolder(folder, files);
  }

  /** The folder can't be made beneath a file. */
  private static void checkParents(String location, Path folder, FileSystem files)
      throws IOException {
    Path parent = folder.getParent();
    while (parent != null && !exists(files, parent)) parent = parent.getParent();
    if (parent != null && !files.getFileStatus(parent).isDirectory()) {
      throw new CommandException(
          ExitCode.OUTPUT, location + " cannot be made: " + parent + " is a file");
    }
  }

  /** What is beneath a file does not exist, which some file systems call an error. */
  private static boolean exists(FileSystem files, Path path) throws IOException {
    try {
      return files.exists(path);
    } catch (org.apache.hadoop.fs.ParentNotDirectoryException e) {
      return false;
    }
  }

  /** Makes the folder, without what it held. */
  void create(String config) {
    try {
      if (files.exists(folder) && !files.delete(folder, true))
        throw new IOException("it cannot be deleted");
      if (!files.mkdirs(folder)) throw new IOException("it cannot be made");
      OutputFiles.write(files, file("config.conf"), config.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.OUTPUT, folder + " cannot be written: " + e.getMessage(), e);
    }
  }

  /** A folder or URI of the command line; a relative one is within the working folder. */
  static Path path(String location) {
    return new Path(
        location.contains(":") ? location : new java.io.File(location).getAbsolutePath());
  }

  /** The folder itself. */
  Path root() {
    return folder;
  }

  /** A file of the folder. */
  Path file(String name) {
    return new Path(folder, name);
  }

  /** Its location. */
  @Override
  public String toString() {
    return folder.toUri().getScheme() == null ? folder.toUri().getPath() : folder.toString();
  }
}
