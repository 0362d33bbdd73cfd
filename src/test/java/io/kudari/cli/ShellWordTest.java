package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ShellWordTest {

  @Test
  void whatNoShellReadsAnythingIntoIsNotQuoted() {
    assertEquals("hdfs://h:8020/runs/a_1.b", ShellWord.of("hdfs://h:8020/runs/a_1.b"));
  }

  @Test
  void aShellGivesBackEveryWord() throws Exception {
    for (String word : List.of("", "a b", "it's", "$HOME", "`x`", "a;b", "*", "\"\\", "~", "ü")) {
      Process shell =
          new ProcessBuilder("sh", "-c", "printf %s " + ShellWord.of(word))
              .redirectErrorStream(true)
              .start();
      byte[] said = shell.getInputStream().readAllBytes();
      shell.waitFor(30, TimeUnit.SECONDS);
      assertEquals(word, new String(said, StandardCharsets.UTF_8));
    }
  }
}
