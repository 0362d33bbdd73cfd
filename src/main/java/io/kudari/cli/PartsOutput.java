package io.kudari.cli;

import io.kudari.data.file.Location;
import io.kudari.data.file.OutputFiles;
import io.kudari.data.file.PartsFolder;
import io.kudari.run.RunFolder;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Where a command writes a folder of parts. */
final class PartsOutput {

  private PartsOutput() {}

  /**
   * Checks that it can be written, before the work that makes it.
   *
   * @param overwrite whether a folder that holds nothing but parts, or a file, may be replaced
   * @throws CommandException when it cannot, or its file system cannot be used
   */
  static void check(String location, boolean overwrite, Configuration hadoop) {
    try {
      checkFolder(location, overwrite, hadoop);
    } catch (IOException e) {
      throw new CommandException(ExitCode.OUTPUT, e.getMessage(), e);
    }
  }

  private static void checkFolder(String location, boolean overwrite, Configuration hadoop)
      throws IOException {
    Path folder = RunFolder.path(location);
    FileSystem files = OutputFiles.fileSystem(folder, hadoop);
    if (!Location.exists(files, folder) || !files.getFileStatus(folder).isDirectory()) {
      RunFolder.checkFile(location, overwrite, hadoop);
      return;
    }
    if (!PartsFolder.isOne(files, folder))
      throw new CommandException(
          ExitCode.OUTPUT, location + " is a folder of other files, which is not replaced");
    if (!overwrite)
      throw new CommandException(
          ExitCode.OUTPUT, location + " exists already; --overwrite replaces it");
  }
}
