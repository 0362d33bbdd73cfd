package io.kudari.data.file;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.fs.Syncable;
import org.apache.hadoop.fs.permission.FsPermission;

/**
 * Hadoop's file system of this machine's own files, without four of its surprises:
 *
 * <ul>
 *   <li>it starts {@code chmod} for every file and folder that it makes, which takes longer than
 *       the file itself and fails where no process can be started just then, for want of memory or
 *       of a process number;
 *   <li>a disk that is full or fails is an {@link Error} that names no file; here it is an {@code
 *       IOException} that does;
 *   <li>it opens what is no regular file, and waits for ever for a writer of a named pipe;
 *   <li>it cannot name the checksums of a file that has a colon in its name.
 * </ul>
 *
 * <p>Not taken from Hadoop's cache, whose local file system may be that of whoever asked first.
 */
final class LocalFiles extends RawLocalFileSystem {

  private static final URI ROOT = URI.create("file:///");

  /** What is said of one that is refused. */
  static final String SPECIAL = ": is a pipe or a device, expected a file";

  private LocalFiles() {}

  /** A file system that checks what it reads, as Hadoop's does. It needs no closing. */
  static LocalFileSystem open(Configuration hadoop) throws IOException {
    LocalFileSystem files = new Checked(new LocalFiles());
    files.initialize(ROOT, hadoop);
    return files;
  }

  /** With the files of checksums beside those that have some. */
  private static final class Checked extends LocalFileSystem {

    Checked(LocalFiles files) {
      super(files);
    }

    @Override
    public Path getChecksumFile(Path file) {
      return Location.child(file.getParent(), "." + file.getName() + ".crc");
    }
  }

  /** Whether a path is one of this machine's own files, by its scheme. */
  static boolean isLocal(Path path) {
    return ROOT.getScheme().equals(path.toUri().getScheme());
  }

  /**
   * Whether a path is a named pipe, a device or a socket of this machine, which has no length and
   * may never end.
   */
  static boolean isSpecial(Path path) {
    if (!isLocal(path)) return false;
    File file = new File(path.toUri().getPath());
    return file.exists() && !file.isFile() && !file.isDirectory();
  }

  /** The names of what a folder of this machine links to that is not there, sorted. */
  static List<String> brokenLinks(Path folder) throws IOException {
    if (!isLocal(folder)) return List.of();
    try (var all = Files.list(Paths.get(folder.toUri().getPath()))) {
      return all.filter(one -> Files.isSymbolicLink(one) && !Files.exists(one))
          .map(one -> one.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  @Override
  public FSDataInputStream open(Path path, int buffer) throws IOException {
    if (isSpecial(path)) throw new IOException(Location.shown(path) + SPECIAL);
    return super.open(path, buffer);
  }

  @Override
  protected OutputStream createOutputStream(Path path, boolean append) throws IOException {
    return new Told(path, super.createOutputStream(path, append));
  }

  @Override
  protected OutputStream createOutputStreamWithMode(
      Path path, boolean append, FsPermission permission) throws IOException {
    return new Told(path, super.createOutputStreamWithMode(path, append, permission));
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

  /** A stream whose errors are exceptions that name the file. */
  private static final class Told extends OutputStream implements Syncable, StreamCapabilities {

    private final Path path;
    private final OutputStream out;

    Told(Path path, OutputStream out) {
      this.path = path;
      this.out = out;
    }

    private interface Change {
      void run() throws IOException;
    }

    private void change(Change change) throws IOException {
      try {
        change.run();
      } catch (FSError e) {
        Throwable reason = e.getCause() == null ? e : e.getCause();
        throw new IOException(Location.shown(path) + ": " + reason.getMessage(), e);
      }
    }

    @Override
    public void write(int b) throws IOException {
      change(() -> out.write(b));
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      change(() -> out.write(bytes, from, length));
    }

    @Override
    public void flush() throws IOException {
      change(out::flush);
    }

    @Override
    public void hflush() throws IOException {
      change(out instanceof Syncable file ? file::hflush : out::flush);
    }

    @Override
    public void hsync() throws IOException {
      change(out instanceof Syncable file ? file::hsync : out::flush);
    }

    @Override
    public boolean hasCapability(String capability) {
      return out instanceof StreamCapabilities file && file.hasCapability(capability);
    }

    @Override
    public void close() throws IOException {
      change(out::close);
    }
  }
}
