package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.data.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The commands that apply models, where Spark does their work. */
@Slow
@Timeout(300)
class SparkPredictCommandTest {

  private static final String CONFIG =
      """
      data { train { format = csv, file = rows.csv, label = kind }
             test { format = csv, file = rows.csv, label = kind } }
      model { layers = [ { type = dense, units = auto } ], loss = cross-entropy }
      train { epochs = 1, batch = 4, workers = 2, strategy = serial }
      """;

  private static final String TABLE =
      "data.test={ format = table, reader = csv, path = \"%s\", label = kind,"
          + " options { header = true, inferSchema = true } }";

  @TempDir Path dir;
  private String run;

  @BeforeEach
  void train() throws IOException {
    TestFiles.write(
        dir, "rows.csv", "a,b,kind\n" + "1,2,red\n3,4,green\n5,6,blue\n7,8,red\n".repeat(9));
    run = path("run");
    String config = TestFiles.write(dir, "c.conf", CONFIG);
    Said said = Said.run("train", config, "--out", run);
    assertEquals(0, said.code(), said.errors());
  }

  private String path(String name) {
    return dir.resolve(name).toString();
  }

  private static Said said(int code, String... args) {
    Said said = Said.run(args);
    assertEquals(code, said.code(), said.errors());
    return said;
  }

  @Test
  void aMasterMeansThatTasksDoTheWorkWithTheSameResult() throws IOException {
    String[] spark = {"--master", "local[2]"};
    String expected = said(0, "predict", run).out();
    assertEquals(expected, said(0, "predict", run, spark[0], spark[1]).out());
    String file = path("p.csv");
    Said unused = said(0, "predict", run, spark[0], spark[1], "-o", file);
    assertEquals(expected, Files.readString(Path.of(file)));
    String figures = said(0, "evaluate", run, "--json").out();
    String[] memory = {"--set", "data.memory=0"};
    assertEquals(figures, said(0, "evaluate", run, "--json", memory[0], memory[1]).out());
    assertEquals(
        figures,
        said(0, "evaluate", run, "--json", memory[0], memory[1], spark[0], spark[1]).out());
  }

  @Test
  void examplesThatAreEvaluatedLieWhereTheSettingsSay() throws IOException {
    String place = "spark.local.dir=" + TestFiles.write(dir, "file", "no folder");
    Said unused = said(0, "evaluate", run, "--conf", place);
    Said refused = said(3, "evaluate", run, "--conf", place, "--set", "data.memory=0");
    assertTrue(refused.errors().contains("/file: cannot keep examples there"), refused.errors());
  }

  @Test
  void tablesThatSparkReadsArePredictedWithoutLabelsAndEvaluated() throws IOException {
    String table = TABLE.formatted(path("rows.csv"));
    String figures = said(0, "evaluate", run, "--json").out();
    assertEquals(figures, said(0, "evaluate", run, "--json", "--set", table).out());
    String expected = said(0, "predict", run).out();
    String bare = TestFiles.write(dir, "bare.csv", "b,a\n" + "2,1\n4,3\n6,5\n8,7\n".repeat(9));
    assertEquals(expected, said(0, "predict", run, "--set", TABLE.formatted(bare)).out());
    Said none = said(3, "predict", run, "--set", TABLE.formatted(path("nowhere")));
    assertEquals(1, none.errors().lines().count(), none.errors());
    assertTrue(none.errors().contains("data.test: " + path("nowhere")), none.errors());
    String code = "data.test={ format = table, label = kind }";
    assertTrue(said(2, "predict", run, "--set", code).errors().contains("needs a reader"));
  }

  @Test
  void parquetIsAFileOfThisProcessAndAFolderOfSparks() throws IOException {
    Said unused = said(0, "predict", run, "-o", path("one.parquet"));
    assertTrue(Files.isRegularFile(dir.resolve("one.parquet")));
    String[] folder = {"predict", run, "--master", "local[2]", "-o", path("all.parquet")};
    assertEquals("", said(0, folder).out());
    assertTrue(Files.exists(dir.resolve("all.parquet/part-00000.parquet")));
    assertTrue(said(5, folder).errors().contains("--overwrite replaces it"));
    List<String> replacing = new ArrayList<>(List.of(folder));
    replacing.add("--overwrite");
    Said replaced = said(0, replacing.toArray(String[]::new));
    assertEquals("", replaced.errors());
    Path foreign = Files.writeString(dir.resolve("all.parquet/mine.txt"), "mine");
    Said kept = said(5, replacing.toArray(String[]::new));
    assertTrue(kept.errors().endsWith("is a folder of other files, which is not replaced"));
    assertTrue(Files.exists(foreign));
    assertFalse(Files.exists(dir.resolve(".all.parquet.tmp")));
  }

  @Test
  void whatDoesNotGoTogetherIsOneLine() {
    String[][] wrong = {
      {"--input - is read by this process", "--input", "-", "--master", "local[2]"},
      {"--output-format parquet needs --output", "--output-format", "parquet"},
      {"the master must be", "--master", "nonsense"}
    };
    for (String[] row : wrong) {
      List<String> args = new ArrayList<>(List.of("predict", run));
      args.addAll(List.of(row).subList(1, row.length));
      Said said = said(2, args.toArray(String[]::new));
      assertEquals(1, said.errors().lines().count(), said.errors());
      assertTrue(said.errors().contains(row[0]), said.errors());
      assertEquals("", said.out());
    }
  }
}
