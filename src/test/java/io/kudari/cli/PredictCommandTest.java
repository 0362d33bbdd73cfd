package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.ExampleSink;
import io.kudari.data.ExampleSource;
import io.kudari.inference.LocalInference;
import io.kudari.model.Shape;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Data without labels, and without a configuration, by the command as its users call it. */
@Timeout(120)
class PredictCommandTest {

  private static final String REST =
      """
      model { layers = [ { type = dense, units = auto } ], loss = cross-entropy }
      optimizer { name = momentum, learning-rate = 0.05 }
      train { epochs = 1, batch = 4, workers = 2, strategy = serial }
      """;

  private static final String LABELLED = "a,b,kind\n1,2,red\n3,4,green\n5,6,blue\n7,8,red\n";
  private static final String BARE = "a,b\n1,2\n3,4\n5,6\n7,8\n";

  @TempDir Path dir;

  private final PrintStream usualOut = System.out;
  private final InputStream usualIn = System.in;
  private String out;

  @BeforeEach
  void train() throws IOException {
    write("train.csv", LABELLED);
    out = train("{ format = csv, file = \"%s\", label = kind }", "train.csv", "out");
  }

  private String train(String section, String data, String to) throws IOException {
    String source = section.formatted(dir.resolve(data));
    Path config =
        write(to + ".conf", "data { train " + source + "\n test " + source + " }\n" + REST);
    Said said = Said.run("train", config.toString(), "--out", dir.resolve(to).toString());
    assertEquals(0, said.code(), said.errors());
    return dir.resolve(to).toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a,b/1,2/3,4/5,6/7,8/",
        "b,a/2,1/4,3/6,5/8,7/",
        "kind,a,b/red,1,2/pink,3,4/,5,6/red,7,8/",
        "b,other,a/2,x,1/4,y,3/6,,5/8,z,7/",
      })
  void columnsAreFoundByNameWhateverTheirOrderAndLabels(String lines) throws IOException {
    String expected = Said.run("predict", out).out();
    assertEquals(5, expected.lines().count(), expected);
    Path file = write("new.csv", lines.replace('/', '\n'));
    Said said = Said.run("predict", out, "--input", file.toString());
    assertEquals(0, said.code(), said.errors());
    assertEquals(expected, said.out());
    boolean other = lines.contains("other");
    assertEquals(other ? 1 : 0, said.errors().lines().count(), said.errors());
  }

  @Test
  void theSetOfAConfigurationNeedsNoLabelsEither() throws IOException {
    String expected = Said.run("predict", out).out();
    write("train.csv", BARE);
    assertEquals(expected, Said.run("predict", out).out());
    Said evaluated = Said.run("evaluate", out);
    assertEquals(3, evaluated.code());
    assertTrue(evaluated.errors().contains("train.csv: no column kind"), evaluated.errors());
  }

  @Test
  void libSvmLinesMayBeginWithTheirFirstFeature() throws IOException {
    write("train.svm", "1 1:1 2:2\n2 1:3 2:4\n1 1:5\n2 2:8\n");
    String svm = train("{ format = libsvm, file = \"%s\" }", "train.svm", "svm");
    String expected = Said.run("predict", svm).out();
    Path bare = write("new.svm", "1:1 2:2\n 1:3 2:4\nwhat 1:5\n2:8 # the last\n");
    Said said = Said.run("predict", svm, "--input", bare.toString());
    assertEquals(expected, said.out(), said.errors());
    write("train.svm", "1:1 2:2\n");
    Said evaluated = Said.run("evaluate", svm);
    assertEquals(3, evaluated.code());
    assertTrue(evaluated.errors().contains("column label"), evaluated.errors());
  }

  @Test
  void parquetFilesMayLackTheLabelAndLieInAFolder() throws IOException {
    Path folder = Files.createDirectory(dir.resolve("parts"));
    parquet(folder.resolve("0.parquet"), "a", "b", 1, 2, 3, 4);
    parquet(folder.resolve("1.parquet"), "b", "a", 6, 5, 8, 7);
    Said said = Said.run("predict", out, "--input", folder.toString());
    assertEquals(Said.run("predict", out).out(), said.out(), said.errors());
    Path one = folder.resolve("0.parquet");
    String first = Said.run("predict", out, "--input", one.toString()).out();
    assertEquals(said.out().lines().limit(3).toList(), first.lines().toList());
  }

  private static void parquet(Path path, String first, String second, double... values)
      throws IOException {
    MessageType schema =
        MessageTypeParser.parseMessageType(
            "message t { required double %s; required double %s; }".formatted(first, second));
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(path.toUri()))
            .withType(schema)
            .build()) {
      for (int i = 0; i < values.length; i += 2) {
        Group row = new SimpleGroup(schema);
        row.append(first, values[i]);
        row.append(second, values[i + 1]);
        writer.write(row);
      }
    }
  }

  @Test
  void imagesNeedNoLabelsForPredictAlone() throws IOException {
    assertEquals(
        0, Said.run("data", "digits", dir.resolve("idx").toString(), "--examples", "40").code());
    Path images = dir.resolve("idx/images-idx3-ubyte.gz");
    Path labels = dir.resolve("idx/labels-idx1-ubyte.gz");
    String both = "{ format = idx, images = \"%s\", labels = \"" + labels + "\" }";
    String idx = train(both, dir.relativize(images).toString(), "digits");
    String expected = Said.run("predict", idx).out();
    Said said = Said.run("predict", idx, "--input", images.toString(), "--format", "idx");
    assertEquals(expected, said.out(), said.errors());
    String[] without = {"--set", "data.test.labels=null"};
    assertEquals(expected, Said.run("predict", idx, without[0], without[1]).out());
    Said evaluated = Said.run("evaluate", idx, without[0], without[1]);
    assertEquals(3, evaluated.code());
    assertTrue(evaluated.errors().contains("has no `labels`"), evaluated.errors());
    Said trained =
        Said.run(
            "train",
            dir.resolve("digits.conf").toString(),
            "--out",
            dir.resolve("none").toString(),
            "--set",
            "data.train.labels=null");
    assertEquals(3, trained.code());
    assertTrue(trained.errors().contains("has no `labels`"), trained.errors());
    assertFalse(Files.exists(dir.resolve("none")));
  }

  @Test
  void aModelWithoutNamesTakesAFileWithoutHeader() throws IOException {
    write("bare.csv", "1,2,red\n3,4,green\n5,6,blue\n7,8,red\n");
    String section = "{ format = csv, header = false, file = \"%s\", label = 2 }";
    String bare = train(section, "bare.csv", "bare");
    String expected = Said.run("predict", bare).out();
    Path file = write("new.csv", "1,2\n3,4\n5,6\n7,8\n");
    assertEquals(expected, Said.run("predict", bare, "--input", file.toString()).out());
    write("bare.csv", "1,2\n3,4\n5,6\n7,8\n");
    assertEquals(expected, Said.run("predict", bare).out());
    Path wide = write("wide.csv", "1,2,3,4\n");
    Said said = Said.run("predict", bare, "--input", wide.toString());
    assertEquals(3, said.code());
    assertTrue(said.errors().contains("shape"), said.errors());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--input %/x.txt                    | x.txt: its name does not tell its format: say"
            + " --format",
        "--input %/x.txt --format tsv       | --format must be one of csv, libsvm, parquet, idx",
        "--format csv                       | it needs --input FILE",
        "--input - --format parquet         | --input - reads CSV",
        "--input %/x.csv --config %/out.conf| it goes without --config and --set",
        "--input %/x.csv --set a=1          | it goes without --config and --set",
      })
  void whatIsNotPlainIsOneLine(String args, String says) throws IOException {
    write("x.txt", BARE);
    List<String> all = new ArrayList<>(List.of("predict", out));
    all.addAll(List.of(args.trim().replace("%", dir.toString()).split(" ")));
    Said said = Said.run(all.toArray(String[]::new));
    assertEquals(2, said.code(), said.errors());
    assertEquals(1, said.errors().lines().count(), said.errors());
    assertTrue(said.errors().contains(says), said.errors());
    assertEquals("", said.out());
  }

  @Test
  void anEmptySetIsAnErrorAndABadRowLeavesNoFile() throws IOException {
    Path none = write("none.csv", "a,b\n");
    Said empty = Said.run("predict", out, "--input", none.toString());
    assertEquals(3, empty.code());
    assertTrue(empty.errors().endsWith("none.csv: holds no examples"), empty.errors());
    assertEquals("", empty.out());
    Path bad = write("bad.csv", "a,b\n" + "1,2\n".repeat(700) + "1,x\n");
    Path rows = dir.resolve("rows.csv");
    Said said = Said.run("predict", out, "--input", bad.toString(), "-o", rows.toString());
    assertEquals(3, said.code());
    assertTrue(said.errors().contains("bad.csv: line 702, column b: found 'x'"), said.errors());
    assertFalse(Files.exists(rows));
    Said onItself =
        Said.run("predict", out, "--input", bad.toString(), "-o", bad.toString(), "--overwrite");
    assertEquals(5, onItself.code());
    assertTrue(onItself.errors().contains("is the data itself"), onItself.errors());
  }

  @Test
  void standardInputIsPredictedWhileItComes() throws Exception {
    try (PipedOutputStream to = new PipedOutputStream();
        PipedInputStream from = new PipedInputStream(1 << 16);
        PipedOutputStream said = new PipedOutputStream(from);
        BufferedReader rows =
            new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
      System.setIn(new PipedInputStream(to, 1 << 16));
      System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
      StringWriter errors = new StringWriter();
      CompletableFuture<Integer> code =
          CompletableFuture.supplyAsync(
              () ->
                  Main.run(new String[] {"predict", out, "--input", "-"}, new PrintWriter(errors)));
      to.write(text("a,b\n" + "1,2\n".repeat(600)));
      to.flush();
      assertTrue(rows.readLine().startsWith("example,predicted"));
      // Two batches are out while the third waits for more.
      for (int i = 0; i < 512; i++) assertTrue(rows.readLine().startsWith(i + ","), "row " + i);
      assertFalse(code.isDone());
      to.write(text("7,8\n"));
      to.close();
      for (int i = 512; i < 601; i++) assertTrue(rows.readLine().startsWith(i + ","), "row " + i);
      assertEquals(0, code.get(), errors::toString);
    } finally {
      System.setIn(usualIn);
      System.setOut(usualOut);
    }
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** The command's options, without what it prints. */
  @Command
  private static final class Probe {
    @Mixin private AppliedModel applied;
  }

  /** Numbers, and how often they were read. */
  private record Counted(int examples, AtomicInteger readings) implements ExampleSource {

    private static final long serialVersionUID = 1;

    @Override
    public String name() {
      return "counted";
    }

    @Override
    public void read(Configuration hadoop, ExampleSink into) {
      readings.incrementAndGet();
      into.begin(Shape.flat(2), false, 0, 0);
      for (int i = 0; i < examples; i++) {
        double[] row = {i % 100, i % 7};
        if (into.needsLabels()) into.add(row, i % 3);
        else into.add(row);
      }
    }
  }

  @Test
  void oneReadingServesAllBatchesInOrder() throws IOException {
    Probe probe = new Probe();
    new CommandLine(probe).parseArgs(out);
    LocalInference opened = probe.applied.open();
    Counted source = new Counted(20_000, new AtomicInteger());
    LocalInference counted =
        new LocalInference(opened.model(), source, opened.hadoop(), opened.notes());
    List<String> taken = new ArrayList<>();
    counted.predict((first, batch, outputs) -> first + " " + batch.count(), taken::add);
    assertEquals(1, source.readings.get());
    List<String> expected =
        IntStream.iterate(0, i -> i < 20_000, i -> i + 256)
            .mapToObj(i -> i + " " + Math.min(256, 20_000 - i))
            .toList();
    assertEquals(expected, taken);
    assertEquals(20_000, counted.evaluation().evaluation().examples());
    assertEquals(2, source.readings.get());
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(dir.resolve(name), text);
  }
}
