package io.kudari.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.cli.ChildJava;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/spark-ml.md shows. */
@Slow
class SparkMlDocumentTest {

  private static final Path DOCUMENT = Path.of("docs/spark-ml.md");

  @TempDir Path dir;

  private static String block(String language) throws Exception {
    Matcher block =
        Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(DOCUMENT));
    assertTrue(block.find(), DOCUMENT + " shows " + language);
    return block.group(1);
  }

  private String run(List<String> command, Path in) throws Exception {
    Path said = dir.resolve("said");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    if (in != null) builder.redirectInput(in.toFile());
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(300, TimeUnit.SECONDS), "it does not end");
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(said);
    assertEquals(0, process.exitValue(), text);
    return text;
  }

  private static List<String> java(String... options) {
    List<String> command = ChildJava.command();
    command.addAll(List.of("-Xmx1g", "-Dlog4j2.configurationFile=conf/log4j2.properties"));
    command.addAll(List.of(options));
    return command;
  }

  private static double figure(String text, String name) {
    MatchResult found =
        Pattern.compile("^(?:scala> )?" + name + " (-?[0-9.]+)$", Pattern.MULTILINE)
            .matcher(text)
            .results()
            .findFirst()
            .orElseThrow(() -> new AssertionError(text));
    return Double.parseDouble(found.group(1));
  }

  @Test
  void theJavaProgramCompilesAndRunsAsItStandsThere() throws Exception {
    Path source = Files.writeString(dir.resolve("SparkMl.java"), block("java"));
    String path = System.getProperty("java.class.path");
    String[] arguments = {"-cp", path, "-d", dir.toString(), source.toString()};
    assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments));
    String said = run(java("-cp", dir + File.pathSeparator + path, "SparkMl"), null);
    assertTrue(figure(said, "accuracy") > 0.9, said);
  }

  @Test
  void whatIsTypedIntoTheShellRunsAsItStandsThere() throws Exception {
    Path typed = Files.writeString(dir.resolve("typed"), block("scala"));
    List<String> command = java("-Dscala.usejavacp=true", "-Duser.home=" + dir);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("org.apache.spark.deploy.SparkSubmit", "--master", "local[2]"));
    command.addAll(List.of("--conf", "spark.ui.enabled=false"));
    command.addAll(List.of("--class", "org.apache.spark.repl.Main", "--name", "Spark shell"));
    command.add("spark-shell");
    String said = run(command, typed);
    assertTrue(figure(said, "R2 is") > 0.8, said);
    assertEquals(30, figure(said, "epochs:"), said);
    assertTrue(Files.readString(Path.of("README.md")).contains(block("scala")), "not in README.md");
  }

  @Test
  void theTableHasEveryParamOfOurs() throws Exception {
    TreeSet<String> told =
        Pattern.compile("^\\| (`.*?) \\|", Pattern.MULTILINE)
            .matcher(Files.readString(DOCUMENT).split("## Params")[1])
            .results()
            .flatMap(row -> Stream.of(row.group(1).split(", ")))
            .map(name -> name.replace("`", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    TreeSet<String> ours =
        Stream.<Params>of(new KudariClassifier(), new KudariRegressor())
            .flatMap(stage -> Stream.of(stage.params()))
            .map(Param::name)
            .filter(
                name ->
                    !name.matches(
                        "(features|label|prediction|probability|rawPrediction)Col|thresholds"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(ours, told);
  }
}
