package io.kudari.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildTest {

  private static final List<String> FILES =
      List.of("io/kudari/run/A.class", "io/kudari/B.class", "io/kudari/words.txt", "org/C.class");

  @TempDir private Path dir;

  @Test
  void aBuildIsNamedByItsVersionAndItsClasses() {
    assertTrue(Build.name().matches("development [0-9a-f]{12}"), Build.name());
    assertEquals(Build.name(), Build.name());
  }

  @Test
  void aJarAndAFolderOfTheSameClassesAreTheSameBuild() throws Exception {
    assertEquals(Build.classes(folder("a", 7, 0)), Build.classes(jar("a", 7, 0)));
  }

  @Test
  void onlyAClassOfOursMakesAnotherBuild() throws Exception {
    String one = Build.classes(folder("a", 7, 0));
    assertEquals(one, Build.classes(folder("b", 7, 9)));
    assertNotEquals(one, Build.classes(folder("c", 8, 0)));
    assertNotEquals(one, Build.classes(jar("d", 8, 0)));
  }

  private static byte[] bytes(String file, int ours, int others) {
    boolean counts = file.startsWith("io/") && file.endsWith(".class");
    return new byte[] {(byte) (counts ? ours : others)};
  }

  private Path folder(String name, int ours, int others) throws IOException {
    for (String file : FILES) {
      Path path = dir.resolve(name).resolve(file);
      Files.createDirectories(path.getParent());
      Files.write(path, bytes(file, ours, others));
    }
    return dir.resolve(name);
  }

  private Path jar(String name, int ours, int others) throws IOException {
    Path jar = dir.resolve(name + ".jar");
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String file : FILES) {
        zip.putNextEntry(new ZipEntry(file));
        zip.write(bytes(file, ours, others));
      }
    }
    return jar;
  }
}
