package io.kudari.data.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFilesTest {

  private static final Configuration HADOOP = new Configuration();

  @TempDir Path dir;

  private static org.apache.hadoop.fs.Path path(Path file) {
    return Location.path(file.toString());
  }

  @Test
  void aDiskThatIsFullIsAnExceptionThatNamesTheFile() throws IOException {
    Path full = Files.createSymbolicLink(dir.resolve("f:x"), Path.of("/dev/full"));
    FileSystem files = LocalFiles.open(HADOOP).getRawFileSystem();
    IOException refused =
        assertThrows(
            IOException.class,
            () -> {
              try (OutputStream out = files.create(path(full), true)) {
                out.write(new byte[1 << 20]);
              }
            });
    assertEquals(full + ": No space left on device", refused.getMessage());
  }

  @Test
  void checksumsAreComparedWhereThereAreSome() throws IOException {
    FileSystem files = Location.fileSystem(path(dir), HADOOP);
    for (String name : new String[] {"plain", "a:b"}) {
      Path file = dir.resolve(name);
      try (OutputStream out = files.create(path(file))) {
        out.write(new byte[1000]);
      }
      assertTrue(Files.exists(dir.resolve("." + name + ".crc")));
      Files.write(file, new byte[] {1, 2, 3});
      assertThrows(
          org.apache.hadoop.fs.ChecksumException.class,
          () -> files.open(path(file)).readAllBytes(),
          name);
    }
  }

  @Test
  void aColonMakesASchemeOnlyBeforeASlash() {
    for (String name : new String[] {"a:b", "c:\\x", "x:", ".a:/b", "ä:/b", "a b:/c"})
      assertTrue(!Location.isUri(name), name);
    for (String name : new String[] {"file:/x", "hdfs://h/x", "s3a://b/a:b\nc"})
      assertTrue(Location.isUri(name), name);
  }
}
