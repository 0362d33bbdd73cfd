package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * scripts/kudari itself, in a folder of its own. Maven is played by a script that writes real zip
 * files, and holds when told to with each of them half written; {@code java} prints its arguments.
 */
@Slow
class KudariScriptTest {

  private static final int BOUND = 20;
  private static final String[] LOCAL = {"train"};
  private static final String[] CLUSTER = {"train", "--master", "spark://127.0.0.1:7077"};

  private static final String MAVEN =
      """
      #!/usr/bin/env bash
      set -eu
      state=$(dirname "$0")
      folder=target
      jars=kudari-0.1.0.jar
      for argument in "$@"; do
        case $argument in
          -Dbuild.folder=*) folder=${argument#*=} ;;
          -Dmdep.outputFile=*) classpath=${argument#*=} ;;
          -Papp) jars="$jars kudari-0.1.0-app.jar" ;;
        esac
      done
      mkdir -p "$folder/classes"
      for jar in $jars; do head -c 100 "$state/whole.zip" >"$folder/$jar"; done
      printf '%s\\n' "$@" >"$state/arguments"
      echo $$ >>"$state/builds"
      for _ in $(seq 200); do
        [ -e "$state/hold" ] || break
        read -r -t 0.1 _ <>"$state/never" || true
      done
      for jar in $jars; do cat "$state/whole.zip" >"$folder/$jar"; done
      echo /nowhere/dependency.jar >"$classpath"
      """;

  private static final String SAYS =
      """
      package io.kudari.cli;

      class Main {
        public static void main(String[] args) {
          System.out.println("said");
        }
      }
      """;

  /** As in {@link #SAYS}, by a lambda of a library's interface. */
  private static final String SAYS_BY_LAMBDA =
      """
      package io.kudari.cli;

      class Main {
        public static void main(String[] args) {
          picocli.Old old = () -> System.out.println("said");
          old.say();
        }
      }
      """;

  private static final String OLD =
      """
      package picocli;

      public interface Old {
        void say();
      }
      """;

  private static final String JAVA =
      """
      #!/usr/bin/env bash
      printf '%s\\n' "$@"
      """;

  private final Map<String, String> environment = new HashMap<>();

  @TempDir private Path folder;
  private Path bin;

  @BeforeEach
  void home() throws Exception {
    bin = Files.createDirectories(folder.resolve("bin"));
    copy("scripts/kudari");
    copy("scripts/native");
    copy("conf/jvm.options");
    copy("conf/log4j2.properties");
    Files.writeString(folder.resolve("pom.xml"), "<project/>");
    Files.writeString(Files.createDirectories(folder.resolve("src/main")).resolve("A.java"), "");
    executable("mvn", MAVEN);
    executable("java", JAVA);
    assertEquals(0, new ProcessBuilder("mkfifo", bin.resolve("never") + "").start().waitFor());
    try (var zip = new ZipOutputStream(Files.newOutputStream(bin.resolve("whole.zip")))) {
      zip.putNextEntry(new ZipEntry("io/kudari/cli/Main.class"));
      byte[] dense = new byte[1000];
      new Random(1).nextBytes(dense);
      zip.write(dense);
    }
  }

  private void copy(String file) throws IOException {
    Path target = folder.resolve(file);
    Files.createDirectories(target.getParent());
    Files.copy(Path.of(file), target, StandardCopyOption.COPY_ATTRIBUTES);
  }

  private void executable(String name, String text) throws IOException {
    Path file = bin.resolve(name);
    Files.writeString(file, text);
    assertTrue(file.toFile().setExecutable(true));
  }

  /** A script that runs. */
  private record Use(Process process, Path output, Path errors) {
    String await(int code) throws Exception {
      assertTrue(process.waitFor(BOUND, TimeUnit.SECONDS), "it still runs");
      assertEquals(code, process.exitValue(), Files.readString(errors));
      return Files.readString(output);
    }
  }

  private Use start(String name, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(CommandProcess.HEARING_SIGNALS);
    command.add(folder.resolve("scripts/kudari").toString());
    command.addAll(Arrays.asList(arguments));
    Use use = new Use(null, folder.resolve(name + ".out"), folder.resolve(name + ".err"));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().merge("PATH", bin.toString(), (path, own) -> own + ":" + path);
    builder.environment().remove("SPARK_HOME");
    builder.environment().putAll(environment);
    builder.redirectOutput(use.output.toFile()).redirectError(use.errors.toFile());
    return new Use(builder.start(), use.output, use.errors);
  }

  private void run(String... arguments) throws Exception {
    String shown = start("run", arguments).await(0);
    List<Path> jars = jars(shown);
    assertEquals(arguments.length > 1 ? 2 : 1, jars.size(), shown);
    for (Path jar : jars) {
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        assertEquals(1, zip.size());
      }
    }
  }

  /** The project's own jars that a command line names: on the class path, and for executors. */
  private static List<Path> jars(String arguments) {
    return arguments
        .lines()
        .map(line -> line.replaceFirst("^-Dspark\\.jars=", ""))
        .flatMap(line -> Arrays.stream(line.split(File.pathSeparator)))
        .filter(entry -> entry.matches("/.*/kudari[^/]*\\.jar"))
        .map(Path::of)
        .toList();
  }

  private List<Long> builds() {
    return TestCluster.read(bin.resolve("builds")).lines().map(Long::valueOf).toList();
  }

  private void hold() throws IOException {
    Files.createFile(bin.resolve("hold"));
  }

  private void release() throws IOException {
    Files.delete(bin.resolve("hold"));
  }

  /** Waits until so many builds have begun; returns the process of the last. */
  private long begun(int count) throws InterruptedException {
    List<Long> all =
        TestCluster.await(() -> builds().size() >= count ? builds() : null, count + " builds");
    assertEquals(count, all.size());
    return all.get(count - 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM", "HUP", "KILL"})
  void useThatIsEndedWhileItBuildsLeavesNothingThatALaterOneWouldTake(String signal)
      throws Exception {
    run(LOCAL);
    hold();
    Use ended = start("ended", CLUSTER);
    long maven = begun(2);
    String pid = String.valueOf(ended.process.pid());
    assertEquals(0, new ProcessBuilder("kill", "-" + signal, pid).start().waitFor());
    assertTrue(ended.process.waitFor(BOUND, TimeUnit.SECONDS), "it still runs");
    assertNotEquals(0, ended.process.exitValue());
    if (signal.equals("KILL")) assertTrue(ProcessHandle.of(maven).orElseThrow().destroyForcibly());
    Boolean gone =
        TestCluster.await(
            () -> ProcessHandle.of(maven).isPresent() ? null : true, "the end of Maven");
    assertTrue(gone);
    release();
    run(CLUSTER);
    begun(3);
  }

  @Test
  void twoFirstUsesAtOnceBuildOnce() throws Exception {
    hold();
    Use first = start("first", CLUSTER);
    long maven = begun(1);
    Use second = start("second", CLUSTER);
    Path said =
        TestCluster.await(
            () -> TestCluster.read(second.errors).contains("wait") ? second.errors : null,
            "a line of the second");
    assertEquals(1, Files.readAllLines(said).size());
    release();
    assertEquals(2, jars(first.await(0)).size());
    assertEquals(2, jars(second.await(0)).size());
    assertEquals(List.of(maven), builds());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 200})
  void jarThatIsCutOffIsBuiltAgain(int bytes) throws Exception {
    run(CLUSTER);
    Path app = jars(start("run", CLUSTER).await(0)).get(0);
    begun(1);
    byte[] whole = Files.readAllBytes(app);
    assertTrue(whole.length > bytes);
    Files.write(app, Arrays.copyOf(whole, bytes));
    run(CLUSTER);
    begun(2);
  }

  @Test
  void sourceThatChangesDuringABuildIsInTheNextOne() throws Exception {
    hold();
    Use first = start("first", LOCAL);
    begun(1);
    Files.writeString(folder.resolve("src/main/A.java"), "class A {}");
    release();
    first.await(0);
    run(LOCAL);
    begun(2);
    run(LOCAL);
    begun(2);
  }

  @Test
  void executorsGetTheSourcesThatTheCommandHas() throws Exception {
    run(CLUSTER);
    Files.writeString(folder.resolve("src/main/A.java"), "class A {}");
    run(LOCAL);
    begun(2);
    run(CLUSTER);
    begun(3);
  }

  @Test
  void failedBuildIsNotUsed() throws Exception {
    executable("mvn", "#!/bin/sh\nexit 7\n");
    Use use = start("run", LOCAL);
    assertEquals("", use.await(1));
    assertTrue(Files.readString(use.errors).contains("kudari: the build failed"));
  }

  /** What the JVM could only say by a trace, or could not begin to say. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ulimit -n 64       | 64 files may be open at once, and 512 are needed: raise .*ulimit -n",
        "ulimit -v 2000000  | 1953 MB of address space are allowed, and 3072 MB are needed",
        "KUDARI_MEMORY=16m  | KUDARI_MEMORY is 16 MB, at least 48m is needed",
        "KUDARI_MEMORY=016m | KUDARI_MEMORY is 16 MB, at least 48m is needed",
        "KUDARI_MEMORY=09k  | KUDARI_MEMORY is 0 MB, at least 48m is needed",
        "KUDARI_MEMORY=lots | KUDARI_MEMORY must be a size such as 8g, not 'lots'",
      })
  void limitsThatAreTooLowForJavaAreOneLine(String limit, String says) throws Exception {
    String set = limit.startsWith("ulimit") ? limit : "export " + limit;
    Path errors = folder.resolve("limits.err");
    String script = folder.resolve("scripts/kudari").toString();
    Process process =
        new ProcessBuilder("bash", "-c", set + "; exec \"$0\" doctor", script)
            .redirectOutput(folder.resolve("limits.out").toFile())
            .redirectError(errors.toFile())
            .start();
    assertTrue(process.waitFor(BOUND, TimeUnit.SECONDS), "it still runs");
    String said = Files.readString(errors);
    assertEquals(3, process.exitValue(), said);
    assertTrue(said.matches("kudari: " + says + ".*\n"), said);
    assertFalse(Files.exists(folder.resolve("target/run")), "it has built something");
  }

  /** By the real Maven, with the options that the script passes; it has nothing to say. */
  @Test
  void classPathOfARunHasWhatSparkProvidesAndNothingOfTheTests() throws Exception {
    run(LOCAL);
    Path found = folder.resolve("real");
    List<String> command = new ArrayList<>(List.of("mvn", "-B", "-q"));
    Files.readAllLines(bin.resolve("arguments")).stream()
        .filter(
            a -> a.matches("-D(native|without|maven\\.test|mdep\\.(?!outputFile)|includeScope).*"))
        .forEach(command::add);
    command.addAll(List.of("dependency:build-classpath", "-Dmdep.outputFile=" + found));
    Path log = folder.resolve("mvn.log");
    Process maven =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertTrue(maven.waitFor(300, TimeUnit.SECONDS), "Maven still runs");
    assertEquals(0, maven.exitValue(), Files.readString(log));
    assertEquals("", Files.readString(log), "codes of colours that it resets, .mvn/jvm.config");
    List<String> jars =
        Arrays.stream(Files.readString(found).split(File.pathSeparator))
            .map(jar -> Path.of(jar).getFileName().toString())
            .toList();
    for (String needed : List.of("spark-core_", "openblas-", "dnnl-", "config-", "picocli-"))
      assertTrue(jars.stream().anyMatch(jar -> jar.startsWith(needed)), needed);
    for (String library : List.of("javacpp", "openblas", "dnnl", "opencl"))
      assertTrue(
          jars.stream().anyMatch(jar -> jar.matches(library + "-.*-linux-x86_64\\.jar")), library);
    for (String foreign :
        List.of(
            "spark-mllib",
            "junit",
            "jqwik",
            "archunit",
            "jmh",
            // Of what dl4j-spark, which package compare is compiled with, brings along.
            "datavec",
            "deeplearning4j-core",
            "nd4j-kryo",
            "kryo-serializers",
            "spark-yarn",
            "bcprov",
            "spark-repl",
            "scala-compiler",
            "minicluster",
            "nd4j-native-1"))
      assertFalse(jars.stream().anyMatch(jar -> jar.contains(foreign)), foreign);
  }

  /** By the real Java, which says itself whether it can use the archive when it must. */
  @Test
  void classesComeFromAnArchiveAndNothingIsSaidWhenItDoesNotFit() throws Exception {
    realJava();
    assertEquals(1, said("").lines().count(), "more than that it is built");
    Path archive = folder.resolve("target/run/kudari.jsa");
    assertTrue(Files.isRegularFile(archive));
    said("-Xshare:on");
    Files.writeString(folder.resolve("src/main/A.java"), "class A {}");
    said("");
    said("-Xshare:on");

    String other = "-XX:-UseCompressedClassPointers";
    assertNotEquals(0, ended("-Xshare:on " + other), "another Java takes it");
    assertEquals("NOTE: Picked up JDK_JAVA_OPTIONS: " + other + "\n", said(other));
    byte[] whole = Files.readAllBytes(archive);
    for (int bytes : new int[] {0, 100, whole.length / 2}) {
      Files.delete(archive);
      Files.write(archive, Arrays.copyOf(whole, bytes));
      assertEquals("", said(""));
    }
    Files.delete(archive);
    assertEquals("", said(""));
  }

  /** Classes of before Java 6, as picocli's are, get into an archive only until they are linked. */
  @Test
  void interfaceOfALambdaComesFromTheArchiveThoughItIsOld() throws Exception {
    compiled("io/kudari/cli/Main", SAYS_BY_LAMBDA, "picocli/Old", OLD);
    Path old = folder.resolve("main/picocli/Old.class");
    byte[] bytes = Files.readAllBytes(old);
    bytes[7] = 49; // Java 5's version of the format.
    Files.write(old, bytes);
    realJava("io/kudari/cli/Main", "picocli/Old");
    assertEquals(1, said("").lines().count(), "more than that it is built");
    Path log = folder.resolve("loaded");
    said("-Xlog:class+load:file=" + log);
    List<String> loaded =
        Files.readAllLines(log).stream().filter(line -> line.contains(" picocli.Old ")).toList();
    assertEquals(1, loaded.size(), loaded.toString());
    assertTrue(loaded.get(0).contains("source: shared objects file"), loaded.get(0));
  }

  private void realJava() throws IOException {
    compiled("io/kudari/cli/Main", SAYS);
    realJava("io/kudari/cli/Main");
  }

  /** Java is the real one, and what Maven makes is a jar of these classes. */
  private void realJava(String... classes) throws IOException {
    Files.delete(bin.resolve("java"));
    try (var zip = new ZipOutputStream(Files.newOutputStream(bin.resolve("whole.zip")))) {
      for (String name : classes) {
        zip.putNextEntry(new ZipEntry(name + ".class"));
        zip.write(Files.readAllBytes(folder.resolve("main/" + name + ".class")));
      }
    }
  }

  /**
   * Compiles classes together.
   *
   * @param sources each class's path, and its text
   */
  private void compiled(String... sources) throws IOException {
    List<String> command = new ArrayList<>(List.of("-d", folder.resolve("main").toString()));
    for (int i = 0; i < sources.length; i += 2) {
      Path file = folder.resolve("sources/" + sources[i] + ".java");
      Files.createDirectories(file.getParent());
      command.add(Files.writeString(file, sources[i + 1]).toString());
    }
    var compiler = ToolProvider.getSystemJavaCompiler();
    assertEquals(0, compiler.run(null, null, null, command.toArray(String[]::new)));
  }

  private int ended(String options) throws Exception {
    environment.put("JDK_JAVA_OPTIONS", options);
    Process process = start("run", LOCAL).process;
    assertTrue(process.waitFor(BOUND, TimeUnit.SECONDS), "it still runs");
    return process.exitValue();
  }

  /** What the errors are of a command that says what it should. */
  private String said(String options) throws Exception {
    if (options.isEmpty()) environment.remove("JDK_JAVA_OPTIONS");
    else environment.put("JDK_JAVA_OPTIONS", options);
    Use use = start("run", LOCAL);
    assertEquals("said\n", use.await(0));
    return Files.readString(use.errors);
  }
}
