package io.kudari.checkpoint;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.Syncable;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * A file system whose n-th change goes wrong. Every create, write, sync, close, rename, delete and
 * mkdirs is one change.
 */
final class FaultyFiles extends FilterFileSystem {

  /** What becomes of the change. */
  enum Fault {
    /** It is refused, and all after it work. */
    FAILS,
    /**
     * It is refused, and so is everything after it: the process has died. A write is cut in two.
     */
    CRASHES_BEFORE,
    /** It is done, and everything after it is refused. */
    CRASHES_AFTER,
    /** Something happens elsewhere first. */
    HAPPENS
  }

  private final Fault fault;
  private final int at;
  private final Runnable happening;
  final List<String> changes = new ArrayList<>();

  /** The change numbered {@code at}, from 0, goes wrong; −1 for none. */
  FaultyFiles(FileSystem files, Fault fault, int at) {
    this(files, fault, at, () -> {});
  }

  /** Before the change numbered {@code at}, something happens. */
  static FaultyFiles happens(FileSystem files, int at, Runnable happening) {
    return new FaultyFiles(files, Fault.HAPPENS, at, happening);
  }

  private FaultyFiles(FileSystem files, Fault fault, int at, Runnable happening) {
    super(files);
    this.happening = happening;
    this.fault = fault;
    this.at = at;
  }

  @FunctionalInterface
  private interface Change<T> {
    T run() throws IOException;
  }

  /** Makes a change, or does not. */
  private <T> T change(String name, Change<T> change) throws IOException {
    int number = changes.size();
    changes.add(name);
    boolean now = number == at && fault != Fault.HAPPENS;
    if (number == at) happening.run();
    boolean dead = at >= 0 && number > at && fault.name().startsWith("CRASHES");
    if (dead || (now && fault != Fault.CRASHES_AFTER)) throw new IOException(name + " was refused");
    T result = change.run();
    if (now) throw new IOException(name + " was the last");
    return result;
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int buffer,
      short replication,
      long block,
      Progressable progress)
      throws IOException {
    String name = path.getName();
    FSDataOutputStream out =
        change(
            "create " + name,
            () -> fs.create(path, overwrite, buffer, replication, block, progress));
    return new FSDataOutputStream(new Faulty(out, name), null);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    return change("rename to " + to.getName(), () -> super.rename(from, to));
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    return change("delete " + path.getName(), () -> super.delete(path, recursive));
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) throws IOException {
    return change("mkdirs " + path.getName(), () -> super.mkdirs(path, permission));
  }

  @Override
  public boolean mkdirs(Path path) throws IOException {
    return change("mkdirs " + path.getName(), () -> super.mkdirs(path));
  }

  private final class Faulty extends OutputStream implements Syncable {

    private final FSDataOutputStream out;
    private final String name;

    Faulty(FSDataOutputStream out, String name) {
      this.out = out;
      this.name = name;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      try {
        Object unused =
            change(
                "write " + name,
                () -> {
                  out.write(bytes, from, length);
                  return null;
                });
      } catch (IOException e) {
        if (fault == Fault.CRASHES_BEFORE && changes.size() == at + 1)
          out.write(bytes, from, length / 2);
        throw e;
      }
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void hflush() throws IOException {
      hsync();
    }

    @Override
    public void hsync() throws IOException {
      Object unused =
          change(
              "sync " + name,
              () -> {
                out.hsync();
                return null;
              });
    }

    @Override
    public void close() throws IOException {
      try {
        Object unused =
            change(
                "close " + name,
                () -> {
                  out.close();
                  return null;
                });
      } finally {
        out.close();
      }
    }
  }
}
