package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kudari.Slow;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs on a real HDFS: a name node and a data node in this process. */
@Slow
@Timeout(180)
class HdfsRunTest {

  private static final String EXPERIMENT =
      """
      data {
        train { format = csv, file = train.csv, label = arm }
        test { format = csv, file = more/test.csv, label = arm }
      }
      model.layers = [
        { type = dense, units = 16, activation = tanh }
        { type = dense, units = auto }
      ]
      train { epochs = 2, batch = 32, workers = 2, strategy = serial }
      """;

  @TempDir static Path base;
  @TempDir Path dir;

  private static MiniDFSCluster cluster;
  private static FileSystem files;
  private static String root;

  private record Outcome(int code, String errors) {}

  private static final Outcome FINE = new Outcome(0, "");

  @BeforeAll
  static void start() throws IOException {
    Configuration settings = new Configuration();
    settings.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, base.toString());
    cluster = new MiniDFSCluster.Builder(settings).numDataNodes(1).build();
    cluster.waitClusterUp();
    files = cluster.getFileSystem();
    root = files.getUri().toString();
    put("/in/experiment.conf", EXPERIMENT);
    put("/in/train.csv", Files.readString(Path.of("conf/data/spirals-train.csv")));
    put("/in/more/test.csv", Files.readString(Path.of("conf/data/spirals-test.csv")));
  }

  @AfterAll
  static void stop() {
    if (cluster != null) cluster.shutdown(true);
  }

  @Test
  void everythingOfARunIsReadAndWrittenWhereTheRunIs() throws IOException {
    String out = root + "/runs/first";
    String config = root + "/in/experiment.conf";
    assertEquals(FINE, run("data", "inspect", config));
    assertEquals(
        FINE, run("train", config, "--out", out, "--export-dl4j", root + "/runs/first.zip"));
    assertTrue(text("/runs/first/config.conf").contains(root + "/in/more/test.csv"));
    Path zip = dir.resolve("first.zip");
    files.copyToLocalFile(path("/runs/first.zip"), new org.apache.hadoop.fs.Path(zip.toString()));
    assertEquals(2, ModelSerializer.restoreMultiLayerNetwork(zip.toFile()).getnLayers());
    assertEquals(FINE, run("evaluate", out));
    assertEquals(FINE, run("evaluate", out + "/model", "--config", config));
    Path local = dir.resolve("predicted.csv");
    assertEquals(FINE, run("predict", out, "-o", local.toString()));
    assertEquals(FINE, run("predict", out, "-o", root + "/runs/predicted.csv"));
    assertEquals(Files.readString(local), text("/runs/predicted.csv"));
    Outcome again = run("predict", out, "-o", root + "/runs/predicted.csv");
    assertEquals(5, again.code(), again.errors());
    assertEquals(FINE, run("predict", out, "-o", root + "/runs/predicted.csv", "--overwrite"));
    assertEquals(FINE, run("train", "--resume", out, "--set", "train.epochs=3"));
    String summary = text("/runs/first/summary.json");
    assertEquals(3, new ObjectMapper().readTree(summary).get("epochs").intValue(), summary);
  }

  @Test
  void aPathOfTheCommandLineIsRelativeToTheWorkingFolderWhereverTheRunIs() throws IOException {
    String out = root + "/runs/second";
    assertEquals(FINE, run("train", root + "/in/experiment.conf", "--out", out));
    String relative = relative(Path.of("conf/data/spirals-test.csv").toAbsolutePath());
    assertEquals(FINE, run("evaluate", out, "--set", "data.test.file=" + relative));
    String uri = root + "/in/more/test.csv";
    assertEquals(FINE, run("evaluate", out, "--set", "data.test.file=" + uri));
    Outcome missing = run("evaluate", out, "--set", "data.test.file=" + root + "/in/none.csv");
    assertEquals(3, missing.code());
    assertTrue(missing.errors().contains(root + "/in/none.csv: no such file"), missing.errors());
  }

  @Test
  void aDescriptionOfDeeplearning4jIsReadFromWhereItIs() throws IOException {
    Path zip = dir.resolve("model.zip");
    String config = root + "/in/experiment.conf";
    String out = root + "/runs/third";
    assertEquals(FINE, run("train", config, "--out", out, "--export-dl4j", zip.toString()));
    put(
        "/in/network.json",
        ModelSerializer.restoreMultiLayerNetwork(zip.toFile())
            .getLayerWiseConfigurations()
            .toJson());
    put("/in/dl4j.conf", EXPERIMENT + "\nmodel = null\nmodel.dl4j = network.json");
    String other = root + "/runs/fourth";
    assertEquals(FINE, run("train", root + "/in/dl4j.conf", "--out", other));
    assertEquals(FINE, run("evaluate", other));
  }

  @Test
  void aPathWithoutASchemeIsLocalWhateverTheDefaultFileSystem() throws IOException {
    Path config = Files.writeString(dir.resolve("experiment.conf"), EXPERIMENT);
    Files.createDirectories(dir.resolve("more"));
    Files.copy(Path.of("conf/data/spirals-train.csv"), dir.resolve("train.csv"));
    Files.copy(Path.of("conf/data/spirals-test.csv"), dir.resolve("more/test.csv"));
    String[] onHdfs = {"--conf", "spark.hadoop.fs.defaultFS=" + root};
    String out = relative(dir.resolve("out"));
    assertEquals(FINE, run(onHdfs, "train", config.toString(), "--out", out));
    assertTrue(Files.exists(dir.resolve("out/model/parameters.f32")));
    assertEquals(FINE, run(onHdfs, "evaluate", out));
    assertEquals(FINE, run(onHdfs, "predict", out, "-o", relative(dir.resolve("p.csv"))));
    assertTrue(Files.exists(dir.resolve("p.csv")));
    assertEquals(
        FINE, run(onHdfs, "data", "digits", relative(dir.resolve("idx")), "--examples", "10"));
    assertTrue(Files.exists(dir.resolve("idx/labels-idx1-ubyte.gz")));
    assertEquals(FINE, run(onHdfs, "evaluate", out, "--config", config.toString()));
    assertEquals(FINE, run(onHdfs, "train", "--resume", out, "--set", "train.epochs=3"));
    // A URI without a host is within the default file system.
    assertEquals(
        FINE, run(onHdfs, "train", "hdfs:///in/experiment.conf", "--out", "hdfs:///runs/fifth"));
    assertTrue(files.exists(path("/runs/fifth/model")));
  }

  @Test
  void whatIsNotThereIsOneLine() {
    Outcome config = run("train", root + "/in/none.conf", "--out", root + "/runs/none");
    assertEquals(
        new Outcome(
            2,
            "kudari: "
                + root
                + "/in/none.conf: there is no such configuration file"
                + System.lineSeparator()),
        config);
    Outcome folder = run("predict", root + "/runs/none", "-o", root + "/in");
    assertEquals(5, folder.code(), folder.errors());
    assertTrue(folder.errors().endsWith("/in is a folder" + System.lineSeparator()));
  }

  @Test
  void predictionsThatFailLeaveNothing() throws IOException {
    Outcome outcome = run("predict", root + "/runs/none", "-o", root + "/new/predicted.csv");
    assertFalse(outcome.code() == 0);
    assertEquals(1, outcome.errors().lines().count(), outcome.errors());
    assertFalse(files.exists(path("/new/predicted.csv")));
    assertEquals(
        0, files.exists(path("/new")) ? files.listStatus(path("/new")).length : 0, "leftovers");
  }

  /**
   * Two drivers that cannot see each other want one folder: the first falls silent, as one does
   * that is cut off, and comes back when the other has taken over and ended its run.
   */
  @Test
  void ofTwoDriversOneWrites() throws Exception {
    String[] longer = {"--set", "train.epochs=300", "--set", "checkpoint.every-steps=20"};
    String config = root + "/in/experiment.conf";
    String undisturbed = root + "/runs/undisturbed";
    assertEquals(FINE, run(longer, "train", config, "--out", undisturbed));
    String out = root + "/runs/shared";
    Path log = dir.resolve("first.log");
    List<String> command = new ArrayList<>(List.of("train", config, "--out", out));
    command.addAll(List.of(longer));
    Process first = child(command, log);
    try {
      awaitCheckpoint("/runs/shared/checkpoints", first, log);
      assertInUse(first, run("train", "--resume", out));
      assertInUse(first, run("train", config, "--out", out, "--overwrite"));
      signal("STOP", first);
      moveAway("/runs/shared/checkpoints");
      assertEquals(FINE, run("train", "--resume", out));
      Map<String, String> after = contents("/runs/shared");
      assertEquals(
          text("/runs/undisturbed/model/parameters.f32"), after.get("model/parameters.f32"));
      signal("CONT", first);
      assertTrue(first.waitFor(30, TimeUnit.SECONDS), "it must notice");
      String said = Files.readString(log);
      assertEquals(ExitCode.OUTPUT.code, first.exitValue(), said);
      assertTrue(said.contains(" was taken over by another run; this one ends"), said);
      assertFalse(said.contains("\tat "), said);
      assertEquals(after, contents("/runs/shared"));
    } finally {
      first.destroyForcibly();
    }
  }

  private static void assertInUse(Process holder, Outcome outcome) {
    assertEquals(5, outcome.code(), outcome.errors());
    assertTrue(
        outcome.errors().contains(" is in use by process " + holder.pid()), outcome.errors());
    assertEquals(1, outcome.errors().lines().count(), outcome.errors());
  }

  private static Process child(List<String> arguments, Path log) throws IOException {
    return new ProcessBuilder(CommandProcess.command(List.of("-Xmx512m"), arguments))
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static void awaitCheckpoint(String folder, Process child, Path log) throws Exception {
    long start = System.nanoTime();
    while (names(folder).stream().noneMatch(name -> name.startsWith("step-"))) {
      if (!child.isAlive() || System.nanoTime() - start > TimeUnit.SECONDS.toNanos(60))
        throw new AssertionError("no checkpoint: " + Files.readString(log));
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  private static List<String> names(String folder) throws IOException {
    if (!files.exists(path(folder))) return List.of();
    return Arrays.stream(files.listStatus(path(folder))).map(f -> f.getPath().getName()).toList();
  }

  /** Makes a lease look like one of another machine, from where nobody sees who lives here. */
  private static void moveAway(String folder) throws IOException {
    for (String name : names(folder)) {
      if (!name.startsWith("lease-")) continue;
      String lease = text(folder + "/" + name);
      put(folder + "/" + name, lease.replaceAll("\"machine\" : \"[^\"]*\"", "\"machine\" : \"\""));
    }
  }

  private static void signal(String name, Process process) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start();
    assertEquals(0, kill.waitFor());
  }

  /** All files beneath a folder. */
  private static Map<String, String> contents(String folder) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    var all = files.listFiles(path(folder), true);
    while (all.hasNext()) {
      String file = all.next().getPath().toUri().getPath();
      contents.put(file.substring(folder.length() + 1), text(file));
    }
    return contents;
  }

  private static org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path(root + name);
  }

  private static void put(String name, String content) throws IOException {
    try (OutputStream out = files.create(path(name), true)) {
      out.write(content.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String text(String name) throws IOException {
    try (var in = files.open(path(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String relative(Path file) {
    return Path.of("").toAbsolutePath().relativize(file).toString();
  }

  private static Outcome run(String[] more, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of(more));
    return run(all.toArray(String[]::new));
  }

  private static Outcome run(String... args) {
    StringWriter errors = new StringWriter();
    int code = Main.run(args, new PrintWriter(errors, true));
    return new Outcome(code, errors.toString());
  }
}
