package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kudari.Slow;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The jar of everything but Spark, as {@code mvn -Papp package} makes it, in a Spark distribution
 * that has none of its libraries: as the application of spark-submit, and among the jars of
 * spark-shell.
 */
@Slow
class SparkDistributionTest {

  /** What Spark does not bring, as scripts/cluster leaves it out. */
  private static final String OURS =
      ".*/(org/nd4j|org/deeplearning4j|org/datavec|org/bytedeco|com/typesafe/config|info/picocli"
          + "|net/java/dev/jna)/.*";

  private static final List<String> SETS =
      List.of(
          "data.train.examples=600",
          "data.test.examples=100",
          "train.epochs=null",
          "train.steps=20",
          "train.ranks=2");

  private static final String IN_THE_SHELL =
      """
      import io.kudari.config.Experiment
      import io.kudari.run.Training
      val sets = java.util.List.of(%s)
      val experiment = Experiment.read(new java.io.File("conf/digits.conf"), sets)
      val context = new org.apache.spark.api.java.JavaSparkContext(sc)
      val outcome = Training.of(experiment).on(context).run()
      println("test accuracy is " + outcome.test.get.score)
      println("sha256 is " + io.kudari.math.Fingerprint.sha256(outcome.parameters))
      """;

  @TempDir private static Path dir;
  private static Path jar;

  /** By the real Maven, of the classes that are tested. */
  @BeforeAll
  static void jarAndDistribution() throws Exception {
    jar = packaged("build", "app");

    Path jars = Files.createDirectories(dir.resolve("spark/jars"));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path file = Path.of(entry);
      if (entry.endsWith(".jar") && !entry.matches(OURS))
        Files.createSymbolicLink(jars.resolve(file.getFileName()), file);
    }
    for (String name : jars.toFile().list())
      assertFalse(name.matches("(config|picocli|openblas|dnnl)-.*"), name);
  }

  private static Path packaged(String folder, String name, String... options) throws Exception {
    Path classes = Path.of(Main.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path build = Files.createDirectories(dir.resolve(folder));
    copy(classes, build.resolve("classes"));
    List<String> maven = new ArrayList<>(List.of("mvn", "-B", "-q", "-Papp", "package"));
    maven.add("-Dbuild.folder=" + build);
    maven.addAll(List.of(options));
    for (String skipped : List.of("maven.test", "maven.main", "maven.resources"))
      maven.add("-D" + skipped + ".skip=true");
    CommandProcess built = CommandProcess.run(dir, Map.of(), maven);
    assertEquals(0, built.code(), built.said());
    return build.resolve("kudari-0.1.0-" + name + ".jar");
  }

  /** Maven's plugins do not follow links. */
  private static void copy(Path folder, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : (Iterable<Path>) all::iterator)
        Files.copy(each, to.resolve(folder.relativize(each).toString()));
    }
  }

  @Test
  void applicationAndShellTrainToTheSameParametersByTheJarAlone() throws Exception {
    CommandProcess submitted = submit(jar, "out");
    assertEquals(0, submitted.code(), submitted.said());
    JsonNode summary = summary("out");
    assertEquals("all-reduce", summary.get("strategy").textValue());
    assertEquals(2, summary.get("ranks").intValue());
    assertEquals(20, summary.get("steps").longValue());
    assertTrue(summary.get("machine.oneDNN").isTextual(), "nothing tells what computed");
    double accuracy = summary.get("test.accuracy").doubleValue();
    assertTrue(accuracy > 0.5, submitted.said());

    CommandProcess shell = shell();
    assertEquals(0, shell.code(), shell.said());
    assertTrue(shell.said().contains("test accuracy is " + accuracy + "\n"), shell.said());
    String same = "sha256 is " + summary.get("parameters.sha256").textValue() + "\n";
    assertTrue(shell.said().contains(same), shell.said());
  }

  @Test
  void jarHasTheStagesOfSparkMlAndTheirPython() throws Exception {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      List<String> names = zip.stream().map(entry -> entry.getName()).toList();
      for (String stage :
          List.of(
              "KudariClassifier",
              "KudariClassificationModel",
              "KudariRegressor",
              "KudariRegressionModel",
              "TrainingSummary"))
        assertTrue(names.contains("io/kudari/ml/" + stage + ".class"), stage);
      assertTrue(names.contains("kudari.py"), "kudari.py is missing");
    }
  }

  @Test
  void jarHasNativesOfBothProcessorsAndItsOwnCopiesOfWhatProgramsHaveToo() throws Exception {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      List<String> names = zip.stream().map(entry -> entry.getName()).toList();
      for (String processor : List.of("linux-x86_64", "linux-arm64"))
        for (String library : List.of("openblas/%s/libopenblas.so.0", "dnnl/%s/libdnnl.so.3"))
          assertTrue(names.contains("org/bytedeco/" + String.format(library, processor)), library);
      assertFalse(names.stream().anyMatch(name -> name.endsWith("/libjniopenblas.so")), "LAPACK");
      assertTrue(names.contains("io/kudari/cli/Main.class"));
      assertTrue(names.contains("io/kudari/shaded/picocli/CommandLine.class"));
      assertTrue(names.contains("io/kudari/shaded/config/Config.class"));
      for (String name : names)
        assertFalse(
            name.matches(
                "(com/typesafe|picocli|org/(nd4j|deeplearning4j|apache|junit)|scala)/.*\\.class"),
            name);
    }
  }

  @Test
  void jarWithDeeplearning4jTrainsByItsEngineAndTheOtherSaysThatItNeedsIt() throws Exception {
    CommandProcess without = submit(jar, "without", "model.engine=dl4j");
    assertEquals(ExitCode.USAGE.code, without.code(), without.said());
    assertTrue(without.said().contains("model.engine"), without.said());

    String extension = CommandProcess.run(dir, Map.of(), List.of("scripts/native")).said().strip();
    Path both = packaged("build-dl4j", "dl4j-app", "-Dnative.extension=" + extension);
    CommandProcess with = submit(both, "with", "model.engine=dl4j");
    assertEquals(0, with.code(), with.said());
    assertEquals(20, summary("with").get("steps").longValue());
    assertTrue(summary("with").get("test.accuracy").doubleValue() > 0.5, with.said());
  }

  private static JsonNode summary(String out) throws IOException {
    return new ObjectMapper().readTree(dir.resolve(out).resolve("summary.json").toFile());
  }

  /** Starts what spark-submit starts. */
  private static CommandProcess submit(Path application, String out, String... settings)
      throws Exception {
    List<String> command = sparkSubmit();
    command.addAll(List.of("--class", Main.class.getName(), application.toString()));
    command.addAll(List.of("train", "conf/digits.conf", "--out", dir.resolve(out).toString()));
    for (String set : SETS) command.addAll(List.of("--set", set));
    for (String set : settings) command.addAll(List.of("--set", set));
    return run(command);
  }

  /** Starts what spark-shell starts, and types a program. */
  private static CommandProcess shell() throws Exception {
    Stream<String> sets = SETS.stream().map(set -> '"' + set + '"');
    String program = String.format(IN_THE_SHELL, String.join(", ", sets.toList()));
    Path typed = Files.writeString(dir.resolve("typed"), program);
    List<String> command = new ArrayList<>();
    command.addAll(List.of("bash", "-c", "exec \"$@\" <" + ShellWord.of(typed.toString()), "-"));
    // It keeps a history of what was typed in the home folder.
    command.addAll(sparkSubmit("-Dscala.usejavacp=true", "-Duser.home=" + dir));
    command.addAll(List.of("--class", "org.apache.spark.repl.Main", "--name", "Spark shell"));
    command.addAll(List.of("--jars", jar.toString(), "spark-shell"));
    return run(command);
  }

  private static List<String> sparkSubmit(String... options) {
    List<String> command = ChildJava.command();
    command.addAll(List.of("-Xmx768m", "-Dlog4j2.configurationFile=conf/log4j2.properties"));
    command.addAll(Arrays.asList(options));
    command.addAll(List.of("-cp", dir.resolve("spark/jars") + "/*"));
    command.addAll(List.of("org.apache.spark.deploy.SparkSubmit", "--master", "local[2]"));
    return command;
  }

  private static CommandProcess run(List<String> command) throws Exception {
    Map<String, String> environment =
        Map.of(
            "SPARK_HOME",
            dir.resolve("spark").toString(),
            "SPARK_SCALA_VERSION",
            TestCluster.SCALA,
            "SPARK_LOCAL_IP",
            "127.0.0.1");
    return CommandProcess.run(dir, environment, command);
  }
}
