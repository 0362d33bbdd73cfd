package io.kudari.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

/** A disk of scheme {@code full} on which so many bytes can be written, {@code full.bytes}. */
public final class FullFiles extends RawLocalFileSystem {

  private static final URI ROOT = URI.create("full:///");

  private final AtomicLong left = new AtomicLong();

  @Override
  public void initialize(URI uri, Configuration hadoop) throws IOException {
    super.initialize(ROOT, hadoop);
    left.set(hadoop.getLong("full.bytes", 0));
  }

  @Override
  public URI getUri() {
    return ROOT;
  }

  @Override
  protected OutputStream createOutputStream(Path path, boolean append) throws IOException {
    return limited(super.createOutputStream(path, append));
  }

  @Override
  protected OutputStream createOutputStreamWithMode(
      Path path, boolean append, FsPermission permission) throws IOException {
    return limited(super.createOutputStreamWithMode(path, append, permission));
  }

  private OutputStream limited(OutputStream disk) {
    return new FilterOutputStream(disk) {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        if (left.addAndGet(-length) < 0) throw new IOException("No space left on device");
        disk.write(bytes, from, length);
      }
    };
  }
}
