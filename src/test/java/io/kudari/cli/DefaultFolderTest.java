package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a run's results go when nobody says. */
class DefaultFolderTest {

  @TempDir private Path out;

  private String of(String config) {
    return DefaultFolder.of(config, out.toFile());
  }

  private void make(String... names) throws IOException {
    for (String name : names) Files.createDirectory(out.resolve(name));
  }

  @Test
  void theFirstRunOfAConfigurationHasTheNumberOne() {
    assertEquals("out/digits-1", of("digits.conf"));
    assertEquals("out/digits-1", of("conf/digits.conf"));
    assertEquals("out/digits-1", of("hdfs://host/a.b/digits.json"));
    assertEquals("out/v1.2-1", of("v1.2.conf"));
    assertEquals("out/digits-1", DefaultFolder.of("digits.conf", out.resolve("none").toFile()));
  }

  @Test
  void aRunComesAfterTheLastOfItsConfigurationAndFillsNoGap() throws IOException {
    make("digits-1", "digits-9", "digits-10", "tabular-40");
    assertEquals("out/digits-11", of("conf/digits.conf"));
    assertEquals("out/tabular-41", of("conf/tabular.conf"));
  }

  @Test
  void namesThatOnlyLookAlikeDoNotCount() throws IOException {
    make(
        "digits",
        "digits-",
        "digits-x",
        "digits-07",
        "digits-2-old",
        "mydigits-5",
        "digits-wide-8");
    make("digits-9999999999");
    assertEquals("out/digits-1", of("digits.conf"));
    assertEquals("out/digits-wide-9", of("digits-wide.conf"));
  }

  @Test
  void aFileThatHasTheNameIsNotWrittenOver() throws IOException {
    Files.createFile(out.resolve("digits-3"));
    assertEquals("out/digits-4", of("digits.conf"));
  }
}
