package io.kudari.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kudari.Slow;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import py4j.GatewayServer;

/**
 * {@code kudari.py} on the Java stages, behind the gateway that PySpark has to Java. The Python
 * side of PySpark and of the gateway are stand-ins: nothing here shows that it works with PySpark
 * itself.
 */
@Slow
class PythonTest {

  private static final Path STAND_INS = Path.of("src/test/resources/python");
  private static final String PYTHON = "/usr/bin/python3";

  @TempDir Path dir;

  @Test
  void theModuleFitsAppliesSavesAndTellsWhatTheJavaStagesDo() throws Exception {
    assumeTrue(Files.isExecutable(Path.of(PYTHON)), "there is no python3");
    SparkSession spark = Frames.session();
    Frames.clouds(spark, 60).createOrReplaceTempView("rows");
    GatewayServer gateway = new GatewayServer.GatewayServerBuilder().javaPort(0).build();
    try {
      gateway.start();
      String said = check(gateway.getListeningPort());
      assertTrue(said.endsWith("done\n"), said);
    } finally {
      gateway.shutdown();
      spark.stop();
    }
  }

  private String check(int port) throws Exception {
    Path out = dir.resolve("said");
    Process python =
        new ProcessBuilder(
                PYTHON,
                "-B",
                STAND_INS.resolve("check.py").toString(),
                jar().toString(),
                Integer.toString(port),
                program().toString(),
                dir.resolve("saved").toString())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    try {
      assertTrue(python.waitFor(300, TimeUnit.SECONDS), "it does not end");
    } finally {
      python.destroyForcibly();
    }
    String said = Files.readString(out);
    assertEquals(0, python.exitValue(), said);
    return said;
  }

  private Path jar() throws IOException {
    Path jar = dir.resolve("kudari.jar");
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("kudari.py"));
      Files.copy(Path.of("src/main/resources/kudari.py"), zip);
    }
    return jar;
  }

  /** What the document shows. */
  private Path program() throws IOException {
    Path document = Path.of("docs/spark-ml.md");
    Matcher block =
        Pattern.compile("```python\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(document));
    assertTrue(block.find(), document + " shows no Python");
    return Files.writeString(dir.resolve("program.py"), block.group(1));
  }
}
