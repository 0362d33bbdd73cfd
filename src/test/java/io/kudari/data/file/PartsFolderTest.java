package io.kudari.data.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartsFolderTest {

  private static final Configuration HADOOP = new Configuration();

  @TempDir private Path folder;

  private PartsFolder begun(boolean replaces) throws IOException {
    var out = new org.apache.hadoop.fs.Path(folder.resolve("out").toUri());
    PartsFolder parts = PartsFolder.begin(out, replaces, HADOOP);
    Path temporary = Path.of(parts.temporary().toUri().getPath());
    Files.writeString(temporary.resolve(PartsFolder.name(0)), "rows");
    return parts;
  }

  private String[] names() {
    String[] names = folder.resolve("out").toFile().list((in, name) -> !name.endsWith(".crc"));
    Arrays.sort(names);
    return names;
  }

  @Test
  void whatLostAttemptsHaveLeftIsNotInTheFolder() throws IOException {
    try (PartsFolder parts = begun(false)) {
      Path temporary = Path.of(parts.temporary().toUri().getPath());
      Files.writeString(temporary.resolve("_17-" + PartsFolder.name(0)), "half of them");
      parts.finish(1);
    }
    assertArrayEquals(new String[] {PartsFolder.SUCCESS, PartsFolder.name(0)}, names());
  }

  @Test
  void whatSomebodyMakesMeanwhileIsNotReplacedUnlessItIsSuchAFolder() throws IOException {
    for (boolean replaces : new boolean[] {false, true}) {
      try (PartsFolder parts = begun(replaces)) {
        Path other = Files.createDirectories(folder.resolve("out")).resolve("notes.txt");
        Files.writeString(other, "of somebody");
        IOException e = assertThrows(IOException.class, () -> parts.finish(1));
        String shown = folder.resolve("out") + ": has been made meanwhile, and is not replaced";
        assertEquals(shown, e.getMessage());
        assertEquals("of somebody", Files.readString(other));
      }
    }
    Files.delete(folder.resolve("out/notes.txt"));
    try (PartsFolder parts = begun(true)) {
      parts.finish(1);
    }
    assertArrayEquals(new String[] {PartsFolder.SUCCESS, PartsFolder.name(0)}, names());
  }
}
