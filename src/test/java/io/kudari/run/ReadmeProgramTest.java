package io.kudari.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Slow
class ReadmeProgramTest {

  @TempDir Path dir;

  @Test
  void theProgramInTheReadmeCompilesAndRunsAsItStandsThere() throws Exception {
    Matcher program =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("README.md")));
    assertTrue(program.find(), "README.md shows a program");
    Path source = Files.writeString(dir.resolve("Program.java"), program.group(1));
    String path = System.getProperty("java.class.path");
    String[] arguments = {"-cp", path, "-d", dir.toString(), source.toString()};
    assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments));
    Path said = dir.resolve("said");
    Process process =
        new ProcessBuilder(
                List.of(
                    System.getProperty("java.home") + "/bin/java",
                    "@conf/jvm.options",
                    "-Dlog4j2.configurationFile=conf/log4j2.properties",
                    "-cp",
                    dir + ":" + path,
                    "Program"))
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      assertTrue(process.waitFor(180, TimeUnit.SECONDS), "it does not end");
    } finally {
      process.destroyForcibly();
    }
    List<String> lines = Files.readAllLines(said);
    assertEquals(0, process.exitValue(), lines::toString);
    assertTrue(lines.get(0).startsWith("Started["), lines.get(0));
    String last = lines.get(lines.size() - 1);
    assertTrue(last.matches("test accuracy [01]\\.\\d+"), last);
  }
}
