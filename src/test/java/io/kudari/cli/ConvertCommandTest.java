package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.TestFiles;
import io.kudari.math.Fingerprint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A set that was written as Parquet trains to the parameters of what it was written from. */
@Timeout(120)
class ConvertCommandTest {

  private static final String CONFIG =
      """
      data { train { %s }, normalize { method = %s } }
      model { layers = [ { type = dense, units = auto } ] }
      train { epochs = 1, batch = 20, workers = 2, strategy = serial }
      """;

  @TempDir Path dir;

  private String sha(String name, String source, String method) throws IOException {
    String config = TestFiles.write(dir, name + ".conf", CONFIG.formatted(source, method));
    Path out = dir.resolve(name);
    Said said = Said.run("train", config, "--out", out.toString());
    assertEquals(0, said.code(), said.errors());
    return Fingerprint.sha256(Files.readAllBytes(out.resolve("model/parameters.f32")));
  }

  /** Trains on a source, converts it, and trains on what the command says. */
  private void isTheSame(String name, String source, String method) throws IOException {
    String expected = sha(name, source, method);
    Path parquet = dir.resolve(name + ".parquet");
    Said said =
        Said.run("data", "convert", dir.resolve(name + ".conf").toString(), parquet.toString());
    assertEquals(0, said.code(), said.errors());
    assertTrue(Files.exists(parquet.resolve("_SUCCESS")));
    List<String> lines = said.out().lines().toList();
    String section = lines.get(1).strip().replaceAll("^train \\{(.*)}$", "$1");
    assertEquals(expected, sha(name + "-again", section, method), section);
  }

  private static String table(int rows, boolean regression) {
    Random random = new Random(7);
    StringBuilder text = new StringBuilder("a,the b,kind,w\n");
    for (int i = 0; i < rows; i++) {
      double a = 1e6 + random.nextGaussian();
      double b = random.nextGaussian();
      text.append(a).append(',').append(b).append(',');
      text.append(regression ? String.valueOf(2 * b + a) : b > 0 ? "\"up, and on\"" : "down");
      text.append(',').append(1 + i % 3).append('\n');
    }
    return text.toString();
  }

  @Test
  void aTableOfClassesAndWeightsWhoseColumnsHaveOffsets() throws IOException {
    String file = TestFiles.write(dir, "rows.csv", table(300, false));
    isTheSame(
        "classes",
        "format = csv, label = kind, weight = w, classes = [\"up, and on\", down], file = \""
            + file
            + "\"",
        "z-score");
  }

  @Test
  void aTableOfTargets() throws IOException {
    String file = TestFiles.write(dir, "rows.csv", table(300, true));
    isTheSame(
        "targets",
        "format = csv, label = [kind, a], task = regression, file = \"" + file + "\"",
        "z-score");
  }

  @Test
  void aTableWithBooleans() throws IOException {
    StringBuilder rows = new StringBuilder("a,wild,kind\n");
    for (int i = 0; i < 60; i++)
      rows.append(i).append(i % 3 == 0 ? ",yes" : ",no").append(i % 2 == 0 ? ",up\n" : ",down\n");
    String file = TestFiles.write(dir, "rows.csv", rows.toString());
    isTheSame(
        "booleans",
        "format = csv, label = kind, classes = [up, down], file = \"" + file + "\"",
        "z-score");
  }

  @Test
  void picturesOfSeveralSplits() throws IOException {
    isTheSame("digits", "format = digits, examples = 9000", "scale");
    try (var files = Files.list(dir.resolve("digits.parquet"))) {
      assertEquals(4, files.count());
    }
  }

  @Test
  void whatCannotBeConvertedIsOneLineAndLeavesNothing() throws IOException {
    String texts = TestFiles.write(dir, "t.csv", "a,b,kind\n1,x,u\n2,y,v\n3,x,u\n4,y,v\n");
    refused(3, "has columns of texts or gaps", "format = csv, label = kind, file = \"%s\"", texts);
    String bad = TestFiles.write(dir, "b.csv", "a,kind\n1,u\n2\n");
    refused(3, "b.csv: line 3: 1 columns", "format = csv, label = kind, file = \"%s\"", bad);
    refused(3, "nowhere", "format = csv, label = kind, file = \"%s\"", "/nowhere/x.csv");
    Path mine = Files.createDirectories(dir.resolve("out"));
    Files.writeString(mine.resolve("mine.txt"), "mine");
    refused(5, "is a folder of other files", "format = digits, examples = %s", "10");
  }

  @Test
  void aMasterThatWouldDoNothingIsRefused() throws IOException {
    refused(
        2,
        "data convert works in this process: it goes without --master",
        "format = digits, examples = %s",
        "10",
        "--master",
        "local[2]");
  }

  private void refused(int code, String says, String source, String of, String... more)
      throws IOException {
    String config = TestFiles.write(dir, "c.conf", CONFIG.formatted(source.formatted(of), "scale"));
    Path out = dir.resolve("out");
    boolean before = Files.exists(out);
    List<String> args = new ArrayList<>(List.of("data", "convert", config, out.toString()));
    args.add("--overwrite");
    args.addAll(List.of(more));
    Said said = Said.run(args.toArray(String[]::new));
    assertEquals(code, said.code(), said.errors());
    assertEquals(1, said.errors().lines().count(), said.errors());
    assertTrue(said.errors().contains(says), said.errors());
    assertEquals(before, Files.exists(out));
    assertFalse(Files.exists(dir.resolve(".out.tmp")));
  }
}
