package io.kudari.data;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * Hadoop's file system of this machine's own files, without processes. Hadoop's starts {@code
 * chmod} for every file and folder that it makes, which takes longer than the file itself and fails
 * where no process can be started just then, for want of memory or of a process number.
 *
 * <p>Not taken from Hadoop's cache, whose local file system may be that of whoever asked first.
 */
final class LocalFiles extends RawLocalFileSystem {

  private static final URI ROOT = URI.create("file:///");

  private LocalFiles() {}

  /** A file system that checks what it reads, as Hadoop's does. It needs no closing. */
  static LocalFileSystem open(Configuration hadoop) throws IOException {
    LocalFileSystem files = new LocalFileSystem(new LocalFiles());
    files.initialize(ROOT, hadoop);
    return files;
  }

  /** Whether a path is one of this machine's own files, by its scheme. */
  static boolean isLocal(Path path) {
    return ROOT.getScheme().equals(path.toUri().getScheme());
  }

  @Override
  public void setPermission(Path path, FsPermission permission) throws IOException {
    String mode =
        permission.getUserAction().SYMBOL
            + permission.getGroupAction().SYMBOL
            + permission.getOtherAction().SYMBOL;
    try {
      var unused =
          Files.setPosixFilePermissions(
              pathToFile(path).toPath(), PosixFilePermissions.fromString(mode));
    } catch (UnsupportedOperationException e) {
      // A file system without such permissions: Hadoop has ways of its own.
      super.setPermission(path, permission);
    }
  }
}
