package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kudari.Slow;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs compute without ND4J and Deeplearning4j, and what needs a jar says so. */
@Slow
class WithoutNd4jTest {

  private static final String FOREIGN = "org/(nd4j|deeplearning4j)/";

  @TempDir Path dir;

  @Test
  void aProgramIsTrainedByOneThreadAndByARankOfAllWithTheirJarsAbsent() throws Exception {
    String without = classPathWithout(FOREIGN);
    byte[] serial = train(without, "serial");
    assertArrayEquals(serial, train(without, "all-reduce"));
    assertFalse(
        Files.readString(dir.resolve("classes")).contains(" org.apache.spark.SparkContext "),
        "one rank waits for Spark");
    String out = dir.resolve("out").toString();
    for (String[] asked :
        List.of(
            new String[] {"--set", "model.engine=dl4j"},
            new String[] {"--export-dl4j", dir.resolve("x.zip").toString()})) {
      String said = run(without, "train", "conf/digits.conf", "--out", out, asked[0], asked[1]);
      assertTrue(said.contains(" needs the jars of Deeplearning4j and ND4J, which are not"), said);
      assertEquals(1, said.lines().count(), said);
      assertFalse(Files.exists(dir.resolve("out")));
    }
    String compared = run(without, "compare", "dl4j", "conf/digits.conf", "--out", out);
    assertTrue(compared.contains("or set KUDARI_DL4J=1 for scripts/kudari"), compared);
    assertEquals(1, compared.lines().count(), compared);
    assertFalse(Files.exists(dir.resolve("out")));
  }

  @Test
  void yarnNeedsItsModule() throws Exception {
    String out = dir.resolve("out").toString();
    String without = classPathWithout("org/apache/spark/spark-yarn");
    String said = run(without, "train", "conf/digits.conf", "--master", "yarn", "--out", out);
    assertTrue(said.contains("yarn needs Spark's module spark-yarn, which is missing"), said);
    assertEquals(1, said.lines().count(), said);
    assertFalse(Files.exists(dir.resolve("out")));
  }

  private static String classPathWithout(String jars) {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.replace('\\', '/').matches(".*/" + jars + ".*"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  @Test
  void aProgramIsTrainedWithoutLoadingAClassOfTheirs() throws Exception {
    train(System.getProperty("java.class.path"), "serial");
    List<String> loaded =
        Files.readAllLines(dir.resolve("classes")).stream()
            .filter(line -> line.replace('.', '/').matches(".*[\\] ]" + FOREIGN + ".*"))
            .toList();
    assertEquals(List.of(), loaded);
    assertFalse(Files.readString(dir.resolve("classes")).isEmpty());
  }

  /** The parameters. */
  private byte[] train(String classPath, String strategy) throws Exception {
    Path out = dir.resolve(strategy);
    String said =
        run(
            classPath,
            "train",
            "conf/digits.conf",
            "--out",
            out.toString(),
            "--set",
            "train.strategy=" + strategy,
            "--set",
            "train.epochs=1",
            "--set",
            "data.train.examples=600",
            "--set",
            "data.test.examples=100");
    assertTrue(Files.exists(out.resolve("summary.json")), said);
    JsonNode summary = new ObjectMapper().readTree(out.resolve("summary.json").toFile());
    String blas = summary.get("machine.blas").textValue();
    assertTrue(blas.matches("OpenBLAS [0-9.]+, kernels for \\w+"), blas);
    String oneDnn = summary.get("machine.oneDNN").textValue();
    assertTrue(oneDnn.matches("oneDNN 3[0-9.]+, \\w+"), oneDnn);
    assertTrue(summary.get("machine.nd4j").isNull());
    return Files.readAllBytes(out.resolve("model/parameters.f32"));
  }

  /** What the command says. */
  private String run(String classPath, String... args) throws Exception {
    List<String> command = ChildJava.command();
    command.addAll(
        List.of(
            "-Xmx512m",
            "-Dlog4j2.configurationFile=conf/log4j2.properties",
            "-Xlog:class+load:file=" + dir.resolve("classes"),
            "-cp",
            classPath,
            Main.class.getName()));
    command.addAll(List.of(args));
    Path said = dir.resolve("said");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    try {
      assertTrue(process.waitFor(120, TimeUnit.SECONDS), "ends");
    } finally {
      process.destroyForcibly();
    }
    return Files.readString(said);
  }
}
