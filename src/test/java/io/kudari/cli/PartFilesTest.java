package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kudari.Slow;
import io.kudari.data.TestFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Commands read a folder of files, and those that match a pattern, as the file they make up. */
@Slow
@Timeout(300)
class PartFilesTest {

  private static final String HEADER = "x,colour,kind\n";

  private static final String CONFIG =
      """
      data { train { format = csv, file = one.csv, label = kind }
             test { format = csv, file = one.csv, label = kind } }
      model { layers = [ { type = dense, units = auto } ], loss = cross-entropy }
      train { epochs = 2, batch = 40, workers = 4, strategy = serial }
      """;

  @TempDir Path dir;

  private String config;

  @BeforeEach
  void write() {
    config = TestFiles.write(dir, "c.conf", CONFIG);
    TestFiles.write(dir, "one.csv", HEADER + rows(0, 600));
    TestFiles.write(dir, "single/part-0.csv", HEADER + rows(0, 600));
    TestFiles.write(dir, "set/part-0.csv", HEADER + rows(0, 250));
    byte[] second = (HEADER + rows(250, 251)).getBytes(StandardCharsets.UTF_8);
    TestFiles.write(dir, "set/part-1.csv.gz", TestFiles.gzip(second));
    TestFiles.write(dir, "set/part-2.csv", HEADER + rows(251, 600));
    TestFiles.write(dir, "set/_SUCCESS", "");
  }

  private static String rows(int from, int to) {
    StringBuilder rows = new StringBuilder();
    for (int i = from; i < to; i++)
      rows.append(i * 37 % 101)
          .append(i % 5 == 0 ? ",red," : ",green,")
          .append(i * 37 % 101 > 40 ? "a\n" : "b\n");
    return rows.toString();
  }

  private String path(String name) {
    return dir.resolve(name).toString();
  }

  private static Said said(String... args) {
    Said said = Said.run(args);
    assertEquals(0, said.code(), said.errors());
    return said;
  }

  private Said train(String out, String file, String... more) {
    List<String> args = new ArrayList<>(List.of("train", config, "--out", path(out)));
    args.addAll(
        List.of("--set", "data.train.file=" + path(file), "--set", "data.test.file=" + path(file)));
    args.addAll(List.of(more));
    return said(args.toArray(String[]::new));
  }

  private String parameters(String run) throws IOException {
    Path summary = dir.resolve(run).resolve("summary.json");
    return new ObjectMapper().readTree(summary.toFile()).get("parameters.sha256").textValue();
  }

  @Test
  void trainingEndsWithTheParametersOfTheOneFile() throws IOException {
    Said one = train("one", "one.csv");
    String expected = parameters("one");
    for (String set : List.of("single", "set", "set/part-*", "s[a-e]t/*.csv*")) {
      String name = "run-" + set.replaceAll("\\W", "_");
      Said unused = train(name, set);
      assertEquals(expected, parameters(name), set);
    }
    for (String strategy : List.of("driver", "all-reduce")) {
      Said unused =
          train(
              strategy,
              "set/part-*",
              "--master",
              "local[2]",
              "--set",
              "train.strategy=" + strategy,
              "--set",
              "train.ranks=2");
      assertEquals(expected, parameters(strategy), strategy);
    }
    assertEquals(0, one.code());
  }

  @Test
  void modelsAreAppliedToThemInTheOrderOfTheirNames() {
    Said unused = train("run", "one.csv");
    String expected = said("predict", path("run"), "--input", path("one.csv")).out();
    assertEquals(601, expected.lines().count());
    for (String set : List.of("set", "set/", "set/part-*", "set/*.{csv,csv.gz}"))
      for (String[] more : List.of(new String[0], new String[] {"--master", "local[2]"})) {
        List<String> args = new ArrayList<>(List.of("predict", path("run"), "--input", path(set)));
        args.addAll(List.of(more));
        assertEquals(expected, said(args.toArray(String[]::new)).out(), args.toString());
      }
    String figures = said("evaluate", path("run"), "--json").out();
    String test = "data.test.file=" + path("set");
    assertEquals(figures, said("evaluate", path("run"), "--json", "--set", test).out());
  }

  @Test
  void inspectAndConvertReadThem() throws IOException {
    String set = "data.train.file=" + path("set/*");
    String numbers = "data.train.exclude=[colour]";
    String shown = said("data", "inspect", config, "--set", set).out();
    assertTrue(shown.contains("examples     600"), shown);
    String converted = path("converted");
    Said unused = said("data", "convert", config, converted, "--set", set, "--set", numbers);
    Said one = train("one", "one.csv", "--set", numbers, "--set", "data.test=null");
    String parquet =
        "data.train={ format = parquet, path = \"" + converted + "/part-*\", label = kind }";
    String[] two = {"--set", parquet, "--set", "data.test=null", "--out", path("two")};
    Said trained = said("train", config, two[0], two[1], two[2], two[3], two[4], two[5]);
    assertEquals(parameters("one"), parameters("two"), one.out() + trained.out());
  }

  @Test
  void whatNamesNoFilesIsOneLine() {
    TestFiles.write(dir, "empty/_SUCCESS", "");
    TestFiles.write(dir, "other/a.csv", "x,kind,colour\n1,a,red\n");
    TestFiles.write(dir, "other/b.csv", HEADER + rows(0, 10));
    for (String wrong :
        List.of(
            "empty: holds no files",
            "none/*.csv: no file matches the pattern",
            "other: /other/b.csv: has other columns than ")) {
      String file = wrong.substring(0, wrong.indexOf(':'));
      String line = wrong.startsWith("other") ? wrong.substring(7) : "/" + wrong;
      Said refused =
          Said.run("train", config, "--out", path("no"), "--set", "data.train.file=" + path(file));
      assertEquals(3, refused.code(), refused.errors());
      assertEquals(1, refused.errors().lines().count(), refused.errors());
      assertTrue(refused.errors().contains(dir + line), refused.errors());
    }
  }
}
