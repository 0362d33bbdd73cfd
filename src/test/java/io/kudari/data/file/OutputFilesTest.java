package io.kudari.data.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFilesTest {

  /** As HDFS's client does it. */
  @Test
  void aStreamThatFailsWithOneErrorTwiceIsAFailureToWrite(@TempDir java.nio.file.Path dir)
      throws IOException {
    IOException lost = new IOException("the name node is away");
    LocalFileSystem local = FileSystem.getLocal(new Configuration());
    FileSystem failing =
        new FilterFileSystem(local.getRawFileSystem()) {
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
            return new FSDataOutputStream(new Failing(lost), null);
          }
        };
    Path path = new Path(dir.resolve("file").toUri());
    IOException e =
        assertThrows(IOException.class, () -> OutputFiles.write(failing, path, new byte[] {1}));
    assertEquals("the name node is away", e.getMessage());
  }

  private static final class Failing extends OutputStream {
    private final IOException error;

    Failing(IOException error) {
      this.error = error;
    }

    @Override
    public void write(int b) throws IOException {
      throw error;
    }

    @Override
    public void close() throws IOException {
      throw error;
    }
  }
}
