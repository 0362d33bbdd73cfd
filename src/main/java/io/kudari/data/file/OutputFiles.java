package io.kudari.data.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.Syncable;

/** How a run's files are written, so that a reader never sees half of one. */
public final class OutputFiles {

  private OutputFiles() {}

  /**
   * The file system of a path. A local one comes without Hadoop's checksums, which would lie as
   * hidden {@code .crc} files beside every file.
   */
  public static FileSystem fileSystem(Path path, Configuration hadoop) throws IOException {
    FileSystem files = Location.fileSystem(path, hadoop);
    return files instanceof LocalFileSystem local ? local.getRawFileSystem() : files;
  }

  /** Where something is written before it gets its name. */
  public static Path temporary(Path path) {
    return Location.child(path.getParent(), "." + path.getName() + ".tmp");
  }

  /** What a file is to hold. */
  @FunctionalInterface
  public interface Content {
    /** Writes all of it. */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Writes a file of these bytes, as the other. */
  public static void write(FileSystem files, Path path, byte[] content) throws IOException {
    write(files, path, out -> out.write(content));
  }

  /**
   * Writes a file under a temporary name and renames it. A file of that name is replaced: in one
   * step on a local file system, elsewhere by deleting it first. When it fails, or the process is
   * ended meanwhile, nothing is left.
   *
   * @throws IOException also when there is a folder of that name
   */
  public static void write(FileSystem files, Path path, Content content) throws IOException {
    make(
        files,
        path,
        temporary -> {
          try (OutputStream out = create(files, temporary, true)) {
            content.writeTo(out);
          }
        });
  }

  /** What makes a file. */
  @FunctionalInterface
  public interface Making {
    /** Writes all of it to a path; a file that is there is replaced. */
    void at(Path path) throws IOException;
  }

  /** As {@link #write(FileSystem, Path, Content)}, of a file that is not written as a stream. */
  public static void make(FileSystem files, Path path, Making making) throws IOException {
    Path temporary = temporary(path);
    boolean exists = files.exists(path);
    if (exists && files.getFileStatus(path).isDirectory())
      throw new IOException(path + " is a folder");
    if (Location.isSpecial(path))
      throw new IOException(Location.shown(path) + " is a pipe or a device");
    try (Unfinished unused = new Unfinished(files, temporary)) {
      making.at(temporary);
    } catch (IOException | RuntimeException e) {
      discard(files, temporary, e);
      throw e;
    }
    if (exists && !isLocal(files)) delete(files, path);
    rename(files, temporary, path);
  }

  /** Removes what was half-written when something failed, if it can be. */
  public static void discard(FileSystem files, Path temporary, Exception failure) {
    try {
      if (files.exists(temporary)) delete(files, temporary);
    } catch (IOException second) {
      failure.addSuppressed(second);
    }
  }

  /**
   * Makes a folder, and those above it, where they are not there.
   *
   * @throws IOException with the reason, which Hadoop does not tell of a local file system
   */
  public static void makeFolder(FileSystem files, Path folder) throws IOException {
    if (files.mkdirs(folder)) return;
    String shown = "cannot make " + Location.shown(folder);
    if (!isLocal(files)) throw new IOException(shown);
    try {
      Files.createDirectories(java.nio.file.Path.of(folder.toUri().getPath()));
    } catch (FileSystemException e) {
      throw new IOException(shown + ": " + reason(e), e);
    }
  }

  private static String reason(FileSystemException e) {
    if (e.getReason() != null) return e.getReason();
    if (e instanceof AccessDeniedException) return "permission denied";
    if (e instanceof FileAlreadyExistsException)
      return Files.isSymbolicLink(java.nio.file.Path.of(e.getFile()))
          ? e.getFile() + " is a link to what is not there"
          : e.getFile() + " is a file";
    return "no folder can be made in " + java.nio.file.Path.of(e.getFile()).getParent();
  }

  /**
   * Creates a file.
   *
   * @param replace whether one of that name is replaced; otherwise it is an error
   */
  public static FSDataOutputStream create(FileSystem files, Path path, boolean replace)
      throws IOException {
    int buffer = files.getConf().getInt("io.file.buffer.size", 4096);
    short replication = files.getDefaultReplication(path);
    return new Closing(
        files.create(path, replace, buffer, replication, files.getDefaultBlockSize(path), null));
  }

  /**
   * Lets readers see what has been written, while more comes. An object store shows a file when it
   * is closed.
   */
  public static void flush(OutputStream out) throws IOException {
    try {
      if (out instanceof Syncable file) file.hflush();
      else out.flush();
    } catch (UnsupportedOperationException e) {
      out.flush();
    }
  }

  /**
   * Once HDFS has failed to write, it throws the same error again when the stream is closed, which
   * Java's way of closing refuses with an error of its own: an error cannot be added to itself.
   */
  private static final class Closing extends FSDataOutputStream {

    Closing(FSDataOutputStream out) throws IOException {
      super(out, null);
    }

    @Override
    public void close() throws IOException {
      try {
        super.close();
      } catch (IOException e) {
        throw new IOException(e.getMessage(), e);
      }
    }
  }

  /**
   * Makes sure that a file's content or a folder's entries outlive a loss of power. Only local ones
   * need it: another file system's own {@code hsync} does it, and its folders need nothing.
   */
  public static void force(FileSystem files, Path path) throws IOException {
    if (!isLocal(files)) return;
    var local = java.nio.file.Path.of(path.toUri().getPath());
    try (FileChannel channel = FileChannel.open(local, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Whether files lie on this machine's own file system. */
  public static boolean isLocal(FileSystem files) {
    return files.getUri().getScheme().equals("file");
  }

  /** Renames, or throws: Hadoop's own method answers false when it failed. */
  public static void rename(FileSystem files, Path from, Path to) throws IOException {
    if (!files.rename(from, to)) throw new IOException("cannot rename " + from + " to " + to);
  }

  /** Deletes a file or folder, or throws. What somebody else has removed meanwhile is no error. */
  public static void delete(FileSystem files, Path path) throws IOException {
    if (!files.delete(path, true) && files.exists(path))
      throw new IOException("cannot delete " + path);
  }
}
