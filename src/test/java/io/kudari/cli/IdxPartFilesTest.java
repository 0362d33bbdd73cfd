package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kudari.Slow;
import io.kudari.data.TestFiles;
import io.kudari.data.digits.DigitsSource;
import io.kudari.data.format.IdxWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands read several IDX files of images and of labels as the two that they make up. */
@Slow
@Timeout(300)
class IdxPartFilesTest {

  /** Relative to the configuration's folder. */
  private static final String CONFIG =
      """
      data { train { format = idx, images = one-images, labels = one-labels }
             test { format = idx, images = one-images, labels = one-labels } }
      model { layers = [ { type = dense, units = auto } ], loss = cross-entropy }
      train { epochs = 2, batch = 40, workers = 4, strategy = serial }
      """;

  @TempDir Path dir;

  private String config;

  @BeforeEach
  void write() throws IOException {
    config = TestFiles.write(dir, "c.conf", CONFIG);
    part("one", 0, 600, "");
    part("set/p0", 0, 250, "");
    part("set/p1", 250, 251, ".gz");
    part("set/p2", 251, 600, "");
    TestFiles.write(dir, "set/_SUCCESS", "");
    for (String kind : List.of("images", "labels"))
      for (String name : List.of("p0-" + kind, "p1-" + kind + ".gz", "p2-" + kind))
        TestFiles.write(dir, kind + "/" + name, Files.readAllBytes(dir.resolve("set/" + name)));
  }

  private void part(String name, int from, int to, String ending) throws IOException {
    Files.createDirectories(dir.resolve(name).getParent());
    IdxWriter.write(
        new Configuration(),
        new DigitsSource(600, 7).make(from, to),
        path(name + "-images" + ending),
        path(name + "-labels" + ending));
  }

  private String path(String name) {
    return dir.resolve(name).toString();
  }

  private static Said said(List<String> args) {
    Said said = Said.run(args.toArray(String[]::new));
    assertEquals(0, said.code(), said.errors());
    return said;
  }

  /** A configuration of parts, whose paths are relative to it. */
  private String ofParts() {
    String parts =
        CONFIG
            .replaceFirst("images = one-images", "images = \"set/*-images*\"")
            .replaceFirst("labels = one-labels", "labels = \"set/p?-labels{,.gz}\"")
            .replace("images = one-images", "images = images")
            .replace("labels = one-labels", "labels = labels/");
    return TestFiles.write(dir, "parts.conf", parts);
  }

  private Said train(String of, String out, String... more) {
    List<String> args = new ArrayList<>(List.of("train", of, "--out", path(out)));
    args.addAll(List.of(more));
    return said(args);
  }

  private String parameters(String run) throws IOException {
    Path summary = dir.resolve(run).resolve("summary.json");
    return new ObjectMapper().readTree(summary.toFile()).get("parameters.sha256").textValue();
  }

  @Test
  void trainingEndsWithTheParametersOfTheTwoFiles() throws IOException {
    Said unused = train(config, "one");
    String expected = parameters("one");
    Said serial = train(ofParts(), "serial");
    assertEquals(expected, parameters("serial"), serial.out());
    for (String strategy : List.of("driver", "all-reduce")) {
      Said said =
          train(
              ofParts(),
              strategy,
              "--master",
              "local[2]",
              "--set",
              "train.strategy=" + strategy,
              "--set",
              "train.ranks=2");
      assertEquals(expected, parameters(strategy), strategy + said.out());
    }
  }

  @Test
  void modelsAreAppliedToThemInTheOrderOfTheirNames() {
    Said unused = train(config, "run");
    List<String> predict = List.of("predict", path("run"), "--format", "idx", "--input");
    List<String> one = new ArrayList<>(predict);
    one.add(path("one-images"));
    String expected = said(one).out();
    assertEquals(601, expected.lines().count());
    for (String set : List.of("images", "images/", "set/*-images*", "set/p?-images{,.gz}"))
      for (String[] more : List.of(new String[0], new String[] {"--master", "local[2]"})) {
        List<String> args = new ArrayList<>(predict);
        args.add(path(set));
        args.addAll(List.of(more));
        assertEquals(expected, said(args).out(), args.toString());
      }
  }

  @Test
  void figuresAreThoseOfTheTwoFiles() {
    Said unused = train(config, "run");
    List<String> evaluate = new ArrayList<>(List.of("evaluate", path("run"), "--json"));
    String figures = said(evaluate).out();
    evaluate.addAll(List.of("--config", ofParts()));
    assertEquals(figures, said(evaluate).out());
  }

  /** Labels that do not fit are not looked at, where the images are read alone. */
  @Test
  void predictionsDoWithoutTheLabelsThatAConfigurationNames() {
    Said unused = train(config, "run");
    List<String> predict = new ArrayList<>(List.of("predict", path("run")));
    String expected = said(predict).out();
    predict.addAll(List.of("--set", "data.test.images=" + path("set/*-images*")));
    assertEquals(expected, said(predict).out());
    List<String> evaluate = new ArrayList<>(predict);
    evaluate.set(0, "evaluate");
    Said refused = Said.run(evaluate.toArray(String[]::new));
    assertEquals(3, refused.code(), refused.errors());
    assertTrue(
        refused.errors().contains("/set/*-images*: names 3 files of images, but "),
        refused.errors());
  }

  @Test
  void inspectAndConvertReadThem() throws IOException {
    List<String> inspect = List.of("data", "inspect", ofParts());
    String shown = said(inspect).out();
    assertTrue(shown.contains("train: " + path("set/p?-labels{,.gz}") + " (idx)"), shown);
    assertTrue(shown.contains("examples     600"), shown);
    Said unused = said(List.of("data", "convert", ofParts(), path("converted")));
    Said one = train(config, "one", "--set", "data.test=null");
    String parquet =
        "data { train { format = parquet, path = converted, label = label }"
            + ", normalize { method = scale, per = all } }\n";
    String model = CONFIG.substring(CONFIG.indexOf("model"));
    String converted = TestFiles.write(dir, "converted.conf", parquet + model);
    Said two = train(converted, "two");
    assertEquals(parameters("one"), parameters("two"), one.out() + two.out());
  }

  @Test
  void cifarFilesOfAFolderAreThoseOfAList() throws IOException {
    byte[][] records = new byte[3][40 * 3073];
    for (int i = 0; i < records.length; i++)
      for (int at = 0; at < records[i].length; at++)
        records[i][at] = (byte) (at % 3073 == 0 ? at / 3073 % 10 : (at + 17 * i) % 251);
    for (int i = 0; i < records.length; i++)
      TestFiles.write(dir, "cifar/data_batch_" + i + ".bin", records[i]);
    String list = "[cifar/data_batch_0.bin, cifar/data_batch_1.bin, cifar/data_batch_2.bin]";
    String model = CONFIG.substring(CONFIG.indexOf("model"));
    String expected = null;
    for (String files :
        List.of(
            list,
            "cifar",
            "\"cifar/data_batch_*.bin\"",
            "[\"cifar/data_batch_[01].bin\", cifar/data_batch_2.bin]")) {
      String data = "data { train { format = cifar, files = " + files + " } }\n";
      String out = "run-" + files.replaceAll("\\W", "_");
      Said said = train(TestFiles.write(dir, "cifar.conf", data + model), out);
      if (expected == null) expected = parameters(out);
      assertEquals(expected, parameters(out), files + said.out());
    }
  }
}
