package io.kudari.cli;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.OperatingSystemMXBean;
import io.kudari.data.TestFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What users give by mistake, one row each: every one ends soon, in one line that names what is
 * wrong and the rule, with its exit code, and leaves nothing half-written.
 */
class BadInputTest {

  /** Of a row, in time of the processors, which does not depend on who else uses them. */
  private static final Duration SOON = Duration.ofSeconds(10);

  /** Of a row that waits for something, also on a busy machine. */
  private static final Duration HANGS = Duration.ofSeconds(60);

  private static final OperatingSystemMXBean PROCESS =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  /** An IDX file of three images. */
  private static final byte[] IMAGES =
      TestFiles.idx(new int[] {0x803, 3, 2, 2}, TestFiles.counting(12));

  @TempDir Path dir;

  /** An exit code and what was said on the error stream. */
  record Outcome(int code, String errors) {}

  /** Runs a command in this process. */
  static Outcome run(List<String> args) {
    StringWriter errors = new StringWriter();
    int code = Main.run(args.toArray(String[]::new), new PrintWriter(errors, true));
    return new Outcome(code, errors.toString());
  }

  private interface Making {
    void of(BadInputs inputs) throws Exception;
  }

  /**
   * A mistake.
   *
   * @param name what was done
   * @param code how it ends
   * @param says what its line must match, where {@code %} is the folder
   * @param made what is there before
   * @param args of the command line, where {@code %} is the folder
   * @param leaves names of files that may be new afterwards
   */
  private record Row(
      String name, ExitCode code, String says, Making made, List<String> args, Set<String> leaves) {

    @Override
    public String toString() {
      return name;
    }
  }

  private static Row row(String name, ExitCode code, String says, Making made, String... args) {
    return new Row(name, code, says, made, List.of(args), Set.of());
  }

  private static String[] train(String... sets) {
    List<String> args = new ArrayList<>(List.of("train", "%/t.conf", "--out", "%/out"));
    for (String set : sets) args.addAll(List.of("--set", set));
    return args.toArray(String[]::new);
  }

  private static Row data(String name, String says, Making made, String source) {
    return row(name, ExitCode.DATA, says, made, train("data.train=null", "data.train=" + source));
  }

  private static Row model(String name, String says, Making made) {
    Making all =
        in -> {
          in.usual();
          made.of(in);
        };
    String[] args = train("model=null", "model.dl4j=\"%/n.json\"");
    return row(name, ExitCode.USAGE, "model.dl4j.*" + says, all, args);
  }

  private static Row config(String name, String says, String text) {
    return row(
        name,
        ExitCode.USAGE,
        "%/t.conf.*" + says,
        in -> {
          in.file("x.csv", BadInputs.TABLE);
          in.file("t.conf", text);
        },
        train());
  }

  private static Row setting(ExitCode code, String says, String... sets) {
    return row(sets[sets.length - 1], code, says, BadInputs::usual, train(sets));
  }

  private static Row layers(ExitCode code, String says, String... units) {
    String all =
        Arrays.stream(units)
            .map(u -> "{ type = dense, units = " + u + " }")
            .collect(Collectors.joining(", ", "model.layers = [ ", " ]"));
    return setting(code, says, all);
  }

  private static Row master(String says, String master) {
    String[] all = Arrays.copyOf(train("train.strategy=all-reduce"), 8);
    all[6] = "--master";
    all[7] = master;
    return row("master " + master, ExitCode.USAGE, says, BadInputs::usual, all);
  }

  private static Row spark(String says, String setting) {
    String[] all = Arrays.copyOf(train("train.strategy=all-reduce"), 10);
    all[6] = "--master";
    all[7] = "local[2]";
    all[8] = "--conf";
    all[9] = setting;
    return row("conf " + setting, ExitCode.USAGE, says, BadInputs::usual, all);
  }

  /** Refused before the data, which is not there, is looked for. */
  private static Row early(String says, String... more) {
    String[] all = with(train("train.strategy=all-reduce"), more);
    return row(
        "before data: " + String.join(" ", more),
        ExitCode.USAGE,
        says,
        in -> in.file("t.conf", BadInputs.CONFIG),
        all);
  }

  private static Row early(String says, String setting) {
    return early(says, "--master", "local[2]", "--conf", setting);
  }

  static Stream<Row> beforeData() {
    String size = " must be a size within 1k..1g, such as 4m, not '";
    String time = " must be a time of at least 1";
    String port = " must be a port within 1024..65535, or 0 for any, not '";
    return Stream.of(
        early("the master local\\[0\\] must have 1 to 1024 threads", "--master", "local[0]"),
        early("must have 1 to 1024 threads", "--master", "local[99999]"),
        early("spark.master=local\\[1]: use --master local\\[1]", "spark.master=local[1]"),
        early("spark.broadcast.blockSize" + size + "0'", "spark.broadcast.blockSize=0"),
        early("spark.broadcast.blockSize" + size + "-1'", "spark.broadcast.blockSize=-1"),
        early("spark.broadcast.blockSize" + size + "4g'", "spark.broadcast.blockSize=4g"),
        early("spark.broadcast.checksum", "spark.broadcast.checksum=maybe"),
        early("classesToRegister: there is no class nope", "spark.kryo.classesToRegister=nope"),
        early("spark.io.compression.codec = nope: ", "spark.io.compression.codec=nope"),
        early("spark.io.compression.lz4.blockSize = -1: ", "spark.io.compression.lz4.blockSize=-1"),
        early("spark.driver.bindAddress = 999.1.1.1 cannot", "spark.driver.bindAddress=999.1.1.1"),
        early(
            "spark.eventLog.dir = /dev/null/x is not a folder",
            "--conf",
            "spark.eventLog.enabled=true",
            "--conf",
            "spark.eventLog.dir=/dev/null/x",
            "--master",
            "local[2]"),
        early(
            "spark.extraListeners: java.lang.String is not a SparkListener",
            "spark.extraListeners=java.lang.String"),
        early("spark.plugins: java.lang.String is not a", "spark.plugins=java.lang.String"),
        early("spark.driver.port" + port + "x'", "spark.driver.port=x"),
        early("spark.driver.port" + port + "99999'", "spark.driver.port=99999"),
        early("spark.driver.port" + port + "-1'", "spark.driver.port=-1"),
        early("spark.blockManager.port" + port + "80'", "spark.blockManager.port=80"),
        early("spark.ui.port" + port + "'", "spark.ui.port="),
        early(
            "spark.barrier.sync.timeout" + time + "s, such as 30s, not '0'",
            "spark.barrier.sync.timeout=0"),
        early(
            "spark.barrier.sync.timeout" + time + "s, such as 30s, not 'x'",
            "spark.barrier.sync.timeout=x"),
        early("spark.rpc.askTimeout" + time + "s", "spark.rpc.askTimeout=500ms"),
        early(
            "spark.executor.heartbeatInterval" + time + "ms", "spark.executor.heartbeatInterval=0"),
        early(
            "spark.cleaner.periodicGC.interval" + time + "s",
            "spark.cleaner.periodicGC.interval=0"),
        early("spark.locality.wait must be a time of at least 0ms", "spark.locality.wait=x"),
        early("spark.excludeOnFailure.timeout" + time + "ms", "spark.excludeOnFailure.timeout=x"),
        early("spark.default.parallelism must be a whole number", "spark.default.parallelism=-1"),
        early(
            "spark.driver.maxResultSize must be a size.*, not '-1'",
            "spark.driver.maxResultSize=-1"),
        early(
            "spark.executor.memory = 100m is 104857600 bytes, and Spark needs at least 471859200",
            "spark.executor.memory=100m"),
        early("spark.executor.memory must be a size such as 4g", "spark.executor.memory=much"),
        early("spark.task.cpus.*within 1..2", "spark.task.cpus=3"),
        early("spark.extraListeners: there is no class nonsense", "spark.extraListeners=nonsense"),
        early("spark.plugins: there is no class a.B", "spark.plugins=a.B"),
        early("--conf must be KEY=VALUE, not '=x'", "=x"),
        row(
            "a folder for Spark that is not there, and no data",
            ExitCode.DATA,
            "x.csv: no such file",
            in -> in.file("t.conf", BadInputs.CONFIG),
            with(
                train("train.strategy=all-reduce"),
                "--master",
                "local[2]",
                "--conf",
                "spark.local.dir=%/new/folder")));
  }

  /** An output folder that is a link. */
  private static Row out(String name, String says, String target) {
    return row(
        "output to " + name,
        ExitCode.OUTPUT,
        "%/out cannot be written: cannot make %/out/checkpoints.*" + says,
        in -> {
          in.usual();
          Files.createSymbolicLink(
              in.folder().resolve("out"), Path.of(in.path(target.substring(2))));
        },
        train());
  }

  static Stream<Row> noFiles() {
    String special = "is a pipe or a device";
    return Stream.of(
        data("pipe as CSV", "%/p: " + special, in -> pipe(in, "p"), csv("p")),
        data("device as CSV", "/dev/zero: " + special, BadInputs::usual, csv("/dev/zero")),
        data(
            "pipe as Parquet",
            "%/p: " + special,
            in -> pipe(in, "p"),
            "{ format = parquet, path = \"%/p\", label = y }"),
        data(
            "pipe as IDX",
            "%/p: " + special,
            in -> pipe(in, "p"),
            "{ format = idx, images = \"%/p\", labels = \"%/p\" }"),
        data(
            "pipe as image",
            "%/pics/a/p.png: cannot be read: .*" + special,
            in -> {
              pipe(in, "pics/a/p.png");
              in.file("pics/b/q.png", "x");
            },
            "{ format = images, folder = \"%/pics\" }"),
        row(
            "pipe as configuration",
            ExitCode.USAGE,
            "%/t.conf: " + special,
            in -> in.pipe("t.conf"),
            train()),
        model("pipe as model", "%/n.json: " + special, in -> in.pipe("n.json")),
        row(
            "pipe as saved model",
            ExitCode.DATA,
            "manifest.json: " + special,
            in -> {
              in.usual();
              in.pipe("m/manifest.json");
            },
            "evaluate",
            "%/m",
            "--config",
            "%/t.conf"),
        row(
            "no run",
            ExitCode.DATA,
            "%/none: there is no run and no model: no such folder",
            in -> {},
            "evaluate",
            "%/none"),
        row(
            "run without a model",
            ExitCode.DATA,
            "%/died: the run has no model: it goes on, or it failed",
            in -> in.file("died/events.jsonl", ""),
            "predict",
            "%/died"),
        row(
            "pipe as output of predictions",
            ExitCode.OUTPUT,
            "%/p " + special,
            in -> in.pipe("p"),
            "predict",
            "%/out",
            "-o",
            "%/p",
            "--overwrite"),
        row(
            "device as exported model",
            ExitCode.OUTPUT,
            "/dev/full " + special,
            BadInputs::usual,
            with(train(), "--export-dl4j", "/dev/full")),
        row(
            "a run's own file as exported model",
            ExitCode.OUTPUT,
            "%/out/model/parameters.f32 is within the run's own model$",
            BadInputs::usual,
            with(train(), "--export-dl4j", "%/out/model/parameters.f32")),
        row(
            "a run's folder as exported model",
            ExitCode.OUTPUT,
            "%/out is the folder of the run$",
            BadInputs::usual,
            with(train(), "--export-dl4j", "%/out")),
        row(
            "a file that is there as exported model",
            ExitCode.OUTPUT,
            "%/x.csv exists already; --overwrite replaces it$",
            BadInputs::usual,
            with(train(), "--export-dl4j", "%/x.csv")),
        row(
            "a file that is there as exported model of a run that has ended",
            ExitCode.OUTPUT,
            "%/x.csv exists already; --overwrite replaces it$",
            in -> in.run(),
            "train",
            "--resume",
            "%/out",
            "--export-dl4j",
            "%/x.csv"),
        row(
            "resumption that is to overwrite",
            ExitCode.USAGE,
            "--resume excludes --overwrite, but for the file of --export-dl4j$",
            in -> in.run(),
            "train",
            "--resume",
            "%/out",
            "--overwrite"),
        row(
            "device as output folder",
            ExitCode.OUTPUT,
            "/dev/full exists and is not a folder",
            BadInputs::usual,
            "train",
            "%/t.conf",
            "--out",
            "/dev/full"));
  }

  private static void pipe(BadInputs in, String name) throws Exception {
    in.usual();
    in.pipe(name);
  }

  private static String csv(String file) {
    String path = file.startsWith("/") || file.contains(":/") ? file : "%/" + file;
    return "{ format = csv, file = \"" + path + "\", label = y }";
  }

  /**
   * Of a folder of two IDX files of images and one of labels.
   *
   * @param labels in the second file of labels, of which there is none where it is 0
   * @param images the second file of them
   */
  private static Row idx(String name, String says, int labels, byte[] images, String source) {
    return data(
        name,
        says,
        in -> {
          in.usual();
          byte[] marks = TestFiles.idx(new int[] {0x801, 3}, new byte[] {0, 1, 1});
          TestFiles.write(in.folder(), "i/0", IMAGES);
          TestFiles.write(in.folder(), "i/1", images);
          TestFiles.write(in.folder(), "l/0", marks);
          if (labels > 0)
            TestFiles.write(
                in.folder(), "l/1", TestFiles.idx(new int[] {0x801, labels}, new byte[labels]));
          TestFiles.write(in.folder(), "empty/_SUCCESS", "");
        },
        source);
  }

  static Stream<Row> pixels() {
    String folders = "{ format = idx, images = \"%/i\", labels = \"%/l\" }";
    byte[] wide = TestFiles.idx(new int[] {0x803, 3, 2, 3}, TestFiles.counting(18));
    return Stream.of(
        idx(
            "IDX files of images without some of labels",
            "%/i/\\*: names 2 files of images, but %/l/\\* 1 file of labels; .*",
            0,
            IMAGES,
            "{ format = idx, images = \"%/i/*\", labels = \"%/l/*\" }"),
        idx(
            "IDX files of other numbers of images and labels",
            "%/i/1: 3 images, but %/l/1 has 2",
            2,
            IMAGES,
            folders),
        idx(
            "IDX files of images of several shapes",
            "%/i/1: has images of shape 1x2x3, but %/i/0 of 1x2x2; files of a set have the same",
            3,
            wide,
            folders),
        idx(
            "a pattern that no IDX file matches",
            "%/none/\\*: no file matches the pattern",
            3,
            IMAGES,
            "{ format = idx, images = \"%/i\", labels = \"%/none/*\" }"),
        idx(
            "a folder without IDX files",
            "%/empty: holds no files",
            3,
            IMAGES,
            "{ format = idx, images = \"%/empty\", labels = \"%/l\" }"),
        data(
            "a pattern that no CIFAR file matches",
            "%/data_\\*.bin: no file matches the pattern",
            BadInputs::usual,
            "{ format = cifar, files = \"%/data_*.bin\" }"));
  }

  static Stream<Row> tables() {
    return Stream.of(
        table(
            "a gap",
            "line 3, column b: found nothing, a missing value: .*",
            "a,b,y\n1,2,0\n1,,1\n"),
        table(
            "rows that have each a name",
            "column a has as many different values as rows, 2, such as 'p': .*",
            "a,y\np,0\nq,1\n"),
        table(
            "two columns of one name", "more than one column is named a", "a,a,y\n1,2,0\n1,3,1\n"),
        table(
            "a text as a target",
            "line 2, column y: found 'high', a target must be a finite number",
            "a,y\n1,high\n",
            "task = regression"),
        table(
            "a column to leave out that is not there",
            "no column b among its 2, .*",
            "a,y\n1,0\n",
            "exclude = [b]"),
        table(
            "nothing but what is left out",
            "line 1: no column is left for features.*",
            "a,y\n1,0\n",
            "exclude = [\"*\"]"),
        table(
            "a label as a feature",
            "a label column is no feature: y",
            "a,y\n1,0\n",
            "features = [y]"),
        row(
            "a kind of column that there is not",
            ExitCode.USAGE,
            "data.train.columns.a must be number, boolean, category or exclude, not text",
            BadInputs::usual,
            train("data.train.columns.a=text")));
  }

  private static Row table(String name, String says, String table, String... more) {
    String settings = csv("q.csv").replace(" }", ", " + String.join(", ", more) + " }");
    return data(
        "table of " + name,
        "%/q.csv: " + says,
        in -> {
          in.usual();
          in.file("q.csv", table);
        },
        more.length == 0 ? csv("q.csv") : settings);
  }

  static Stream<Row> names() {
    String deep = "/" + String.join("/", Collections.nCopies(30, "d".repeat(200)));
    return Stream.of(
        row(
            "output folder deeper than file systems allow",
            ExitCode.USAGE,
            "not a usable path: .* and 4095 are the most",
            BadInputs::usual,
            "train",
            "%/t.conf",
            "--out",
            "%" + deep),
        row(
            "output folder of a name longer than file systems allow",
            ExitCode.USAGE,
            "one of its names has 300 bytes, and 255 are the most",
            BadInputs::usual,
            "train",
            "%/t.conf",
            "--out",
            "%/" + "o".repeat(300)),
        row(
            "output folder that leaves no room for its files",
            ExitCode.OUTPUT,
            "cannot be made: with what is to be in it, the path has 41\\d\\d bytes",
            BadInputs::usual,
            "train",
            "%/t.conf",
            "--out",
            "/" + String.join("/", Collections.nCopies(20, "d".repeat(200)))),
        row(
            "output folder of two lines",
            ExitCode.USAGE,
            "/a b\" is not a usable path: it has control characters",
            BadInputs::usual,
            "train",
            "%/t.conf",
            "--out",
            "%/a\nb"),
        data(
            "data of a name longer than file systems allow",
            "is not a usable path: one of its names has 300 bytes",
            BadInputs::usual,
            csv("o".repeat(300))));
  }

  static Stream<Row> configurations() {
    String deep = "more than 100 deep";
    return Stream.of(
        config("brackets", deep, "x = " + "[".repeat(100_000) + "]".repeat(100_000)),
        config("braces", deep, "x = " + "{a:".repeat(100_000) + "}".repeat(100_000)),
        config("braces on lines", deep, "x = " + "{a=\n\n".repeat(200) + "}".repeat(200)),
        config("paths within paths", deep, ("a.".repeat(60) + "a {\n").repeat(60)),
        config("dots", deep, "a.".repeat(100_000) + "a = 1"),
        config("size", "longer than the 4194304 bytes", "# x\n".repeat(1 << 20) + "a = 1"),
        config(
            "blanks in place of a number",
            "train.epochs must be a number",
            BadInputs.CONFIG + "train.epochs = \"" + " ".repeat(1 << 20) + "x\"\n"),
        config(
            "substitutions that do not end",
            "x is not a known setting",
            BadInputs.CONFIG + "x = \"" + "${".repeat(1 << 20) + "\"\n"),
        config(
            "text behind a section",
            "2: a comma or a new line must stand between } and train.epochs = 5$",
            "x.y = ${?z}/a\ndata { } train.epochs = 5\n"),
        config(
            "text behind a list",
            "1: a comma or a new line must stand between ] and more",
            "x = [1, 2] more # and more\n"),
        setting(
            ExitCode.USAGE,
            "--set data.train=.*: a comma or a new line must stand between } and x$",
            "data.train={ format = digits, examples = 20 } x"),
        setting(ExitCode.USAGE, "--set # epochs=1: sets nothing$", "# epochs=1"),
        config("no model", ": model.layers must be given", "data.train.format = digits\n"),
        config("circle of includes", "is it a circle", "include \"t.conf\"\n"),
        config(
            "include of a file that is not there",
            "include of other.conf: there is no such file",
            BadInputs.CONFIG + "include \"other.conf\"\n"),
        config(
            "include of a name without an ending",
            "include of other: there is none of other.conf, other.json, other.properties$",
            BadInputs.CONFIG + "include \"other\"\n"),
        config(
            "required include",
            "include of /no/x.conf: there is no such file",
            BadInputs.CONFIG + "include required(file(\"/no/x.conf\"))\n"),
        config(
            "include from the class path",
            "include of reference.conf: there is no such file",
            BadInputs.CONFIG + "include \"reference.conf\"\n"),
        row(
            "UTF-16",
            ExitCode.USAGE,
            "%/t.conf: is UTF-16, but must be UTF-8",
            in -> Files.write(in.file("t.conf", ""), BadInputs.CONFIG.getBytes(UTF_16)),
            train()),
        row(
            "UTF-16 of little ends in an include",
            ExitCode.USAGE,
            "%/i.conf: is UTF-16, but must be UTF-8",
            in -> {
              in.file("t.conf", BadInputs.CONFIG + "include \"i.conf\"\n");
              Files.write(in.file("i.conf", ""), "\ufeffa = 1".getBytes(UTF_16LE));
            },
            train()),
        config("include of a URL", "not http", "include \"http://127.0.0.1:1/x.conf\"\n"),
        row(
            "circle of many includes",
            ExitCode.USAGE,
            "100 in all",
            in -> {
              for (int i = 0; i < 9; i++) {
                String next = "include \"i" + (i + 1) + ".conf\"\n";
                in.file(i == 0 ? "t.conf" : "i" + i + ".conf", next.repeat(3));
              }
              in.file("i9.conf", "a = 1\n");
            },
            train()),
        row(
            "deep include",
            ExitCode.USAGE,
            "%/i.conf.*" + deep,
            in -> {
              in.file("t.conf", "include \"i.conf\"\n");
              in.file("i.conf", "x = " + "[".repeat(1000));
            },
            train()),
        config(
            "substitutions that double",
            "make more than 16777216 characters",
            "a0 = xxxxxxxxxxxx\n"
                + lines(30, i -> "a" + (i + 1) + " = ${a" + i + "}${a" + i + "}")),
        config(
            "sections that double",
            "make more than 16777216 characters",
            "a0 { b = xxxxxxx }\n"
                + lines(30, i -> "a" + (i + 1) + " { l = ${a" + i + "}, r = ${a" + i + "} }")),
        config(
            "a long chain of substitutions",
            "more than 2000 substitutions",
            "a0 = x\n" + lines(50_000, i -> "a" + (i + 1) + " = ${a" + i + "}")),
        config("substitution of itself", "cycle", "a = ${b}\nb = ${a}\n"),
        row(
            "pipe included by a setting",
            ExitCode.USAGE,
            "%/p: is a pipe or a device",
            in -> pipe(in, "p"),
            train("x={ include file(\"%/p\") }")),
        row(
            "deep setting",
            ExitCode.USAGE,
            "--set a\\.a.*" + deep,
            BadInputs::usual,
            train("a.".repeat(100_000) + "a=1")),
        row(
            "deep list in a setting",
            ExitCode.USAGE,
            "--set model.layers.*" + deep,
            BadInputs::usual,
            train("model.layers=" + "[".repeat(100_000))));
  }

  private static String lines(int count, IntFunction<String> line) {
    return IntStream.range(0, count).mapToObj(line).collect(Collectors.joining("\n", "", "\n"));
  }

  static Stream<Row> sizes() {
    String raise = ".* raise KUDARI_MEMORY";
    return Stream.of(
        layers(ExitCode.USAGE, "model.layers: .* 2\\^31-1", "2000000000", "2", "auto"),
        layers(ExitCode.USAGE, "model.layers: .* 2\\^31-1", "50000", "50000", "auto"),
        layers(ExitCode.DATA, "needs at least \\d+ bytes" + raise, "40000", "40000", "auto"),
        layers(ExitCode.DATA, "needs at least \\d+ bytes" + raise, "26000", "26000", "auto"),
        layers(ExitCode.DATA, "has 100000000 values an example", "100000000", "auto"),
        layers(ExitCode.DATA, "needs at least \\d+ bytes" + raise, "8000000", "auto"),
        row(
            "LibSVM of a million features",
            ExitCode.DATA,
            "needs at least \\d+ bytes" + raise,
            in -> {
              in.usual();
              in.file("s.txt", lines(9, i -> i % 2 + " 1:1 1000000:" + i));
            },
            train(
                "data.train=null",
                "data.train={ format = libsvm, file = \"%/s.txt\" }",
                "model.layers=[{ type = dense, units = 2000 }, { type = dense }]")),
        data(
            "more digits than there is memory for their keys",
            "needs at least \\d+ bytes" + raise,
            BadInputs::usual,
            "{ format = digits, examples = 2000000000 }"),
        row(
            "more digits to look at than there is memory for",
            ExitCode.DATA,
            "needs at least \\d+ bytes" + raise,
            BadInputs::usual,
            "data",
            "inspect",
            "%/t.conf",
            "--set",
            "data.train=null",
            "--set",
            "data.train={ format = digits, examples = 2000000000 }"));
  }

  static Stream<Row> deeplearning4jFiles() {
    return Stream.of(
        model("empty", "not an empty one", in -> in.file("n.json", "")),
        model("null", "not a Deeplearning4j configuration", in -> in.file("n.json", "null")),
        model("a list", "not a Deeplearning4j", in -> in.file("n.json", "[".repeat(100_000))),
        model("deep", "", in -> in.file("n.json", "{\"confs\":" + "[".repeat(100_000))),
        model("no layers", "has no layers", in -> in.stack(s -> BadInputs.clear(s.get("confs")))),
        model("layers null", "is null", in -> in.stack(s -> s.putNull("confs"))),
        model(
            "layer null",
            "its layer 0 is null",
            in -> in.stack(s -> BadInputs.conf(s, 0).putNull("layer"))),
        model("loss null", "no loss", in -> in.stack(s -> BadInputs.layer(s, 1).putNull("lossFn"))),
        model(
            "a billion units",
            "parameters, and 2147483647 are the most",
            in ->
                in.stack(
                    s -> {
                      BadInputs.layer(s, 0).put("nout", 1_000_000_000);
                      BadInputs.layer(s, 1).put("nin", 1_000_000_000);
                    })),
        model(
            "more units than memory",
            "bytes outside the Java heap",
            in ->
                in.stack(
                    s -> {
                      BadInputs.layer(s, 0).put("nout", 300_000_000);
                      BadInputs.layer(s, 1).put("nin", 300_000_000);
                    })),
        model(
            "no units",
            "nOut must be > 0",
            in -> in.stack(s -> BadInputs.layer(s, 0).put("nout", 0))),
        model(
            "graph without inputs",
            "must have one input",
            in -> in.graph(g -> BadInputs.clear(g.get("networkInputs")))),
        model("graph of inputs null", "one input", in -> in.graph(g -> g.putNull("networkInputs"))),
        model("graph of vertices null", "", in -> in.graph(g -> g.putNull("vertices"))),
        model(
            "graph without connections",
            "",
            in -> in.graph(g -> BadInputs.clear(g.get("vertexInputs").get("out")))),
        model(
            "graph without defaults",
            "its default configuration is null",
            in -> in.graph(g -> g.putNull("defaultConfiguration"))));
  }

  static Stream<Row> runs() {
    return Stream.of(
        out("a link to itself", ": Too many levels of symbolic links", "%/out"),
        out("a link to nothing", "%/out is a link to what is not there", "%/nothing"),
        row(
            "class names twice in a model",
            ExitCode.DATA,
            "task.json: class names must differ: 0, 0, 2",
            in -> {
              in.run();
              in.changeModel("task.json", t -> t.putArray("classes").add("0").add("0").add("2"));
            },
            "evaluate",
            "%/out",
            "--config",
            "%/t.conf"),
        config("empty", ": holds no settings, but data.train must be given", ""),
        config("a mark alone", ": holds no settings, but data.train must be given", "\ufeff"),
        setting(
            ExitCode.USAGE,
            "--set train\\.\\.batch=5: the key must be names with one dot",
            "train..batch=5"),
        row(
            "a run's model without data",
            ExitCode.USAGE,
            "%/out/model is a model's folder, which names no data: the run's folder, or --config",
            in -> in.run(),
            "evaluate",
            "%/out/model"),
        row(
            "a file as a model",
            ExitCode.DATA,
            "x.csv: is a file, and not a model's folder",
            in -> in.usual(),
            "evaluate",
            "%/x.csv"),
        row(
            "a file of a model as start",
            ExitCode.DATA,
            "out/model/parameters.f32: is a file, and not a model's folder",
            in -> in.run(),
            "train",
            "%/t.conf",
            "--out",
            "%/second",
            "--set",
            "train.initial-model=\"%/out/model/parameters.f32\""),
        row(
            "resumption of damaged checkpoints",
            ExitCode.DATA,
            "none of 1 checkpoints is valid",
            in -> {
              in.run();
              in.damageCheckpoints();
            },
            "train",
            "--resume",
            "%/out",
            "--set",
            "train.epochs=3"),
        row(
            "resumption with a row more",
            ExitCode.DATA,
            "cannot go on with a difference: data.train: saved 60 .* now 61 ",
            in -> {
              in.run();
              in.file("x.csv", BadInputs.TABLE + "1,2,0\n");
            },
            "train",
            "--resume",
            "%/out",
            "--set",
            "train.epochs=3"),
        row(
            "resumption with a row fewer",
            ExitCode.DATA,
            "cannot go on with a difference: data.train: saved 60 .* now 59 ",
            in -> {
              in.run();
              in.file("x.csv", BadInputs.TABLE.replace("59,6,2\n", ""));
            },
            "train",
            "--resume",
            "%/out",
            "--set",
            "train.epochs=3"),
        row(
            "resumption of a run whose configuration is cut off",
            ExitCode.USAGE,
            "%/out: saved configuration: 1: .*not closed",
            in -> {
              in.run("--set", "checkpoint.every=never");
              Files.delete(in.folder().resolve("out/summary.json"));
              in.file("out/config.conf", "x = ${");
            },
            "train",
            "--resume",
            "%/out"),
        row(
            "resumption with a configuration of a run whose own is cut off",
            ExitCode.USAGE,
            "%/out: saved configuration: 1: .*not closed",
            in -> {
              in.run("--set", "checkpoint.every=never");
              Files.delete(in.folder().resolve("out/summary.json"));
              in.file("out/config.conf", "x = ${");
            },
            "train",
            "%/t.conf",
            "--resume",
            "%/out"),
        row(
            "predictions to a full disk",
            ExitCode.OUTPUT,
            "%/\\.p.csv.tmp: No space left on device",
            in -> {
              in.run();
              in.full(".p.csv.tmp");
            },
            "predict",
            "%/out",
            "--set",
            "data.test={ format = csv, file = \"%/x.csv\", label = y }",
            "-o",
            "%/p.csv"),
        row(
            "predictions to a folder that cannot be made",
            ExitCode.OUTPUT,
            "the predictions cannot be written: cannot make /proc/nowhere: no folder can be made in"
                + " /proc$",
            in -> in.run(),
            "predict",
            "%/out",
            "--set",
            "data.test={ format = csv, file = \"%/x.csv\", label = y }",
            "-o",
            "/proc/nowhere/x.csv"),
        row(
            "predictions as columns to a folder that cannot be made",
            ExitCode.OUTPUT,
            "the predictions cannot be written: cannot make /proc/nowhere: no folder can be made in"
                + " /proc$",
            in -> in.run(),
            "predict",
            "%/out",
            "--set",
            "data.test={ format = csv, file = \"%/x.csv\", label = y }",
            "-o",
            "/proc/nowhere/x.parquet"),
        row(
            "predictions in the place of the model",
            ExitCode.OUTPUT,
            "%/out/model/parameters.f32 is within the run's own model$",
            in -> in.run(),
            "predict",
            "%/out",
            "--set",
            "data.test={ format = csv, file = \"%/x.csv\", label = y }",
            "--overwrite",
            "-o",
            "%/out/model/parameters.f32"),
        row(
            "predictions in the place of a model's file",
            ExitCode.OUTPUT,
            "%/out/model/task.json is within the run's own task.json$",
            in -> in.run(),
            "predict",
            "%/out/model",
            "--config",
            "%/t.conf",
            "--overwrite",
            "-o",
            "%/out/model/task.json"),
        row(
            "digits to nowhere",
            ExitCode.USAGE,
            "\"\" is not a usable path",
            in -> {},
            "data",
            "digits",
            "",
            "--examples",
            "5"),
        row(
            "no digits",
            ExitCode.USAGE,
            "--examples must be at least 1, not 0$",
            in -> {},
            "data",
            "digits",
            "%/d",
            "--examples",
            "0"),
        row(
            "digits to a full disk",
            ExitCode.OUTPUT,
            "%/d/images-idx3-ubyte.gz.writing: No space left on device",
            in -> in.full("d/images-idx3-ubyte.gz.writing"),
            "data",
            "digits",
            "%/d",
            "--examples",
            "1000"),
        new Row(
            "training to a disk that becomes full",
            ExitCode.OUTPUT,
            "the results cannot be written: No space left on device",
            BadInputs::usual,
            List.of(
                "train",
                "%/t.conf",
                "--set",
                "model.layers=[{ type = dense, units = 2000 }, { type = dense }]",
                "--conf",
                "spark.hadoop.fs.full.impl=" + FullFiles.class.getName(),
                "--conf",
                "spark.hadoop.full.bytes=30000",
                "--out",
                "full:%/out"),
            Set.of("out")),
        row(
            "training to a disk that is full",
            ExitCode.OUTPUT,
            "%/out cannot be written: .*No space left on device",
            BadInputs::usual,
            "train",
            "%/t.conf",
            "--conf",
            "spark.hadoop.fs.full.impl=" + FullFiles.class.getName(),
            "--conf",
            "spark.hadoop.fs.full.impl.disable.cache=true",
            "--out",
            "full:%/out"),
        new Row(
            "training that diverges",
            ExitCode.DIVERGED,
            "training has diverged",
            BadInputs::usual,
            List.of(train("optimizer.learning-rate=1e30")),
            Set.of("out")),
        new Row(
            "features that overflow",
            ExitCode.DIVERGED,
            "training has diverged",
            in -> {
              in.usual();
              in.file("x.csv", BadInputs.TABLE.replaceAll("(?m)^\\d+,", "3e38,"));
            },
            List.of(train("data.normalize.method=none")),
            Set.of("out")));
  }

  /** A checkpoint whose files are whole, and say what no run reaches. */
  private static Row state(String name, String says, Making changed) {
    return row(
        "resumption of " + name,
        ExitCode.DATA,
        "%/out: .*step-000000000006: .*" + says,
        in -> {
          in.run();
          changed.of(in);
        },
        "train",
        "--resume",
        "%/out",
        "--set",
        "train.epochs=3");
  }

  static Stream<Row> states() {
    String seen = "early-stopping/seen";
    return Stream.of(
        state(
            "an epoch beyond the end",
            "epoch is 1000000000, but must be within 0\\.\\.2;",
            in -> in.changeState(s -> s.put("epoch", 1_000_000_000))),
        state(
            "more epochs than steps",
            "step is 6, but must be within",
            in -> {
              in.run("--set", "train.epochs=10", "--overwrite", "--set", "train.steps=6");
              in.changeState(s -> s.put("epoch", 9));
            }),
        state(
            "a negative step",
            "must be at least 0, not -5, 2 and 0",
            in -> in.changeState(s -> s.put("step", -5))),
        state(
            "a place beyond the examples",
            "position is 49, but must be within 0\\.\\.48;",
            in -> in.changeState(s -> s.put("epoch", 1).put("position", 49))),
        state(
            "more steps than examples",
            "step is 6, but must be within 0\\.\\.5;",
            in -> in.changeState(s -> s.put("epoch", 0).put("position", 5))),
        state(
            "a negative length of the events",
            "eventBytes must be at least 0, not -1",
            in -> in.changeState(s -> s.put("eventBytes", -1))),
        state(
            "a rate that is no number",
            "rateFactor is NaN, but must be within \\(0, 1]",
            in -> in.changeState(s -> s.put("rateFactor", "NaN"))),
        state(
            "nothing seen",
            "the state has 0 numbers early-stopping/seen, not 3",
            in -> in.changeNumbers(seen)),
        state(
            "a best epoch that is still to come",
            "the best epoch of early-stopping/seen is 7, but must be within -1\\.\\.1",
            in -> in.changeNumbers(seen, "0.5", "7", "0")),
        state(
            "more epochs seen than there were",
            "the last number of early-stopping/seen is 1.5, but must be",
            in -> in.changeNumbers(seen, "0.5", "1", "1.5")),
        state(
            "a pipe",
            "manifest.json: is a pipe or a device, expected a file;",
            in -> {
              Files.delete(in.folder().resolve("out/checkpoints/step-000000000006/manifest.json"));
              in.pipe("out/checkpoints/step-000000000006/manifest.json");
            }),
        state(
            "no evaluation",
            "the state has 0 numbers evaluations/last, not 3",
            in -> in.changeNumbers("evaluations/last")),
        state(
            "no rates",
            "the state has no algorithm/rates/previous;",
            in -> in.changeState(s -> s.withObject("/numbers").remove("algorithm/rates/previous"))),
        state(
            "something of another plan",
            "the state has algorithm/other, which this plan does not keep",
            in -> in.changeNumbers("algorithm/other", "1")));
  }

  static Stream<Row> clusters() {
    String forms = "must be local\\[N\\], spark://HOST:PORT, yarn or k8s://…, not ";
    return Stream.of(
        master(forms + "'nonsense'", "nonsense"),
        master(forms + "'local\\[x\\]'", "local[x]"),
        master(forms + "'spark://'", "spark://"),
        master("the master at spark://127.0.0.1:9 does not answer", "spark://127.0.0.1:9"),
        master("does not answer", "spark://127.0.0.1:9,127.0.0.1:10"),
        master("needs Spark's module spark-kubernetes, which is missing", "k8s://https://h"),
        master(forms + "'mesos://x'", "mesos://x"),
        spark(
            "Spark refuses spark.resultGetter.threads = 0.*, without saying why$",
            "spark.resultGetter.threads=0"),
        row(
            "shared memory beside connections that are authenticated",
            ExitCode.USAGE,
            "train.link = shared-memory contradicts spark.authenticate = true: memory is neither",
            BadInputs::usual,
            with(
                train("train.strategy=all-reduce", "train.link=shared-memory"),
                "--master",
                "local[2]",
                "--conf",
                "spark.authenticate=true",
                "--conf",
                "spark.authenticate.secret=x")),
        spark("Spark refuses.*spark.ui.enabled", "spark.ui.enabled=maybe"),
        spark("spark.network.timeout must be a time of .*, not 'abc'", "spark.network.timeout=abc"),
        spark("Spark refuses.*spark.speculation", "spark.speculation=maybe"),
        spark("spark.kryoserializer.buffer.max", "spark.kryoserializer.buffer.max=9999999m"),
        spark("spark.driver.host = no host cannot be looked up", "spark.driver.host=no host"),
        spark("spark.local.dir = /dev/full/x: no folder", "spark.local.dir=/dev/full/x"));
  }

  static Stream<Row> schemes() {
    String add = "its connector is missing: spark-submit adds it with --packages ";
    String hadoop = add + "org.apache.hadoop:hadoop-";
    return Stream.of(
        data("s3a", "s3a://b/x: " + hadoop + "aws:3", BadInputs::usual, csv("s3a://b/x")),
        data("gs", "gs://b/x: " + add + "com.google", BadInputs::usual, csv("gs://b/x")),
        data("abfss", hadoop + "azure:3", BadInputs::usual, csv("abfss://a@b/x")),
        data("unknown", "no file system of scheme odd", BadInputs::usual, csv("odd://b/x")),
        row(
            "output to a file system that does not answer",
            ExitCode.OUTPUT,
            "hdfs://127.0.0.1:9/out: cannot be looked at: .* Connection refused$",
            BadInputs::usual,
            "train",
            "%/t.conf",
            "--out",
            "hdfs://127.0.0.1:9/out"),
        row(
            "predictions to a file system that does not answer",
            ExitCode.OUTPUT,
            "hdfs://127.0.0.1:9/p\\.csv: cannot be looked at: .* Connection refused$",
            in -> in.run(),
            "predict",
            "%/out",
            "-o",
            "hdfs://127.0.0.1:9/p.csv"),
        row(
            "parts of predictions to a file system that does not answer",
            ExitCode.OUTPUT,
            "hdfs://127.0.0.1:9/p\\.parquet: cannot be looked at: .* Connection refused$",
            in -> in.run(),
            "predict",
            "%/out",
            "-o",
            "hdfs://127.0.0.1:9/p.parquet"),
        row(
            "model on a file system that does not answer",
            ExitCode.DATA,
            "hdfs://127.0.0.1:9/m/model: cannot be looked at: .* Connection refused$",
            in -> {},
            "evaluate",
            "hdfs://127.0.0.1:9/m"),
        row(
            "s3a as configuration",
            ExitCode.USAGE,
            "s3a://b/x.conf: " + hadoop,
            in -> {},
            "train",
            "s3a://b/x.conf",
            "--out",
            "%/out"),
        row(
            "s3a as output",
            ExitCode.OUTPUT,
            "s3a://b/out: " + hadoop,
            BadInputs::usual,
            "train",
            "%/t.conf",
            "--out",
            "s3a://b/out"));
  }

  private static String[] with(String[] first, String... more) {
    return Stream.concat(Stream.of(first), Stream.of(more)).toArray(String[]::new);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({
    "noFiles",
    "pixels",
    "tables",
    "names",
    "configurations",
    "sizes",
    "deeplearning4jFiles",
    "runs",
    "states",
    "clusters",
    "beforeData",
    "schemes"
  })
  void endsInOneLineAndLeavesNothing(Row row) throws Exception {
    row.made.of(new BadInputs(dir));
    Set<String> there = files();
    String folder = dir.toString();
    List<String> args = row.args.stream().map(a -> a.replace("%", folder)).toList();
    long before = PROCESS.getProcessCpuTime();
    Outcome ended = assertTimeoutPreemptively(HANGS, () -> run(args));
    Duration took = Duration.ofNanos(PROCESS.getProcessCpuTime() - before);
    assertTrue(took.compareTo(SOON) <= 0, "took " + took + ": " + ended.errors());
    assertEquals(row.code.code, ended.code(), ended.errors());
    assertEquals(1, ended.errors().lines().count(), ended.errors());
    Pattern line = Pattern.compile(row.says.replace("%", Pattern.quote(folder)));
    assertTrue(line.matcher(ended.errors()).find(), ended.errors());
    assertFalse(ended.errors().matches("(?s).*(\\tat |Exception).*"), ended.errors());
    assertTrue(ended.errors().length() < 2100, "a page of text");
    Set<String> left = files();
    left.removeAll(there);
    left.removeIf(f -> row.leaves.contains(f.split("/")[0]));
    assertEquals(Set.of(), left);
    assertEquals(Set.of(), halfWritten(there));
  }

  /** All that is there, by its path within the folder. */
  private Set<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(dir)) {
      // Whoever resumes takes the next lease, and leaves it given back.
      return all.map(f -> dir.relativize(f).toString().replaceFirst("lease-\\d+", "lease"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  /** What has a temporary name and was not given. */
  private Set<String> halfWritten(Set<String> before) throws IOException {
    Set<String> now = files();
    now.removeAll(before);
    now.removeIf(f -> !f.matches(".*(\\.tmp|\\.writing|\\.old|\\.tmp-[^/]*)"));
    return now;
  }
}
