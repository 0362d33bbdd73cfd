package io.kudari.data.format;

import static io.kudari.data.TestFiles.HADOOP;
import static io.kudari.data.TestFiles.all;
import static io.kudari.data.TestFiles.assertRefused;
import static io.kudari.data.TestFiles.gzip;
import static io.kudari.data.TestFiles.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.Description;
import io.kudari.data.ExampleSource;
import io.kudari.data.Findings;
import io.kudari.data.Schema;
import io.kudari.data.SplitException;
import io.kudari.data.Task;
import io.kudari.data.file.InputFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Text in the files of a folder, or in those that match a pattern. */
class TextSetTest {

  @TempDir Path folder;

  private CsvSource csv(String name, boolean header) {
    return new CsvSource(
        folder.resolve(name).toString(),
        header,
        ',',
        Task.CLASSIFICATION,
        List.of("-1"),
        List.of());
  }

  private static String rows(int from, int to) {
    StringBuilder rows = new StringBuilder();
    for (int i = from; i < to; i++) rows.append(i + "," + i % 7 + "," + "abc".charAt(i % 3) + "\n");
    return rows.toString();
  }

  private void writeParts(String header) {
    write(folder, "one.csv", header + rows(0, 300));
    write(folder, "set/part-1.csv", header + rows(100, 101));
    write(folder, "set/part-0.csv", header + rows(0, 100).strip());
    byte[] rest = (header + rows(101, 300)).getBytes(StandardCharsets.UTF_8);
    write(folder, "set/part-2.csv.gz", gzip(rest));
    write(folder, "set/part-3.csv", "");
    write(folder, "set/_SUCCESS", "");
    write(folder, "set/.hidden.csv", "no CSV");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "set",
        "set/",
        "s?t",
        "set/part-*",
        "*/part-[0-3].csv*",
        "set/{part-1,part}*",
        "{set/part-0.csv,set/*}",
        "{set,set/*,s?t}"
      })
  void filesOfASetAreOneFileInTheOrderOfTheirNames(String name) throws IOException {
    for (String header : List.of("x,y,kind\n", "")) {
      writeParts(header);
      CsvSource one = csv("one.csv", !header.isEmpty());
      CsvSource set = csv(name, !header.isEmpty());
      Description expected = one.describe(HADOOP);
      Description found = set.describe(HADOOP);
      assertEquals(expected.fingerprint(), found.fingerprint());
      float[] all = one.load(HADOOP, expected.schema(), all(expected)).floats();
      assertArrayEquals(all, set.load(HADOOP, found.schema(), all(found)).floats());
    }
  }

  /** Of any size: small files are read together, large ones in ranges. */
  @Test
  void splitsTogetherHoldTheExamplesOfTheFiles() throws IOException {
    for (String header : List.of("x,y,kind\n", "")) {
      writeParts(header);
      CsvSource set = csv("set", !header.isEmpty());
      Description whole = set.describe(HADOOP);
      var files = InputFiles.find(HADOOP, set.file());
      for (long each : new long[] {1, 17, 400, 800, 10_000}) {
        Heading heading = set.heading(files);
        List<ExampleSource> splits = TextSplit.of(set, files.subList(0, 3), heading, each);
        assertEquals(each == 10_000 ? 1 : 2, Math.min(2, splits.size()));
        Findings found = new Findings(set.name(), Schema.UNKNOWN);
        for (ExampleSource split : splits)
          found.describe(split.name(), 0, sink -> split.read(HADOOP, sink));
        String fingerprint = found.survey(splits).description().fingerprint();
        assertEquals(whole.fingerprint(), fingerprint, "splits of " + each);
      }
    }
  }

  @Test
  void aFileOfNoLinesAmongOthersHoldsNoExamples() throws IOException {
    writeParts("");
    String expected = csv("one.csv", false).describe(HADOOP).fingerprint();
    write(folder, "set/part-00.csv.gz", gzip(new byte[0]));
    assertEquals(expected, csv("set", false).describe(HADOOP).fingerprint());
    assertRefused(folder, "%/set/part-3.csv: is empty", csv("set/part-3.csv", false));
    assertRefused(folder, "%/set/part-3.csv: is empty", csv("set/part-3*", false));
  }

  @Test
  void eachFileHasTheSameHeader() {
    write(folder, "set/a.csv", "x,y,kind\n1,2,a\n");
    write(folder, "set/b.csv", "y,x,kind\n2,1,b\n");
    assertRefused(
        folder,
        "%/set/b.csv: has other columns than %/set/a.csv: found 'y, x, kind' of 3, there found 'x,"
            + " y, kind' of 3; files of a set have the same ones in the same order",
        csv("set", true));
  }

  @Test
  void aSplitOfAnotherHeaderIsRefusedToo() throws IOException {
    write(folder, "set/a.csv", "x,y,kind\n1,2,a\n");
    write(folder, "set/b.csv", "x,y,z,kind\n2,1,1,b\n");
    CsvSource set = csv("set", true);
    var files = InputFiles.find(HADOOP, set.file());
    List<ExampleSource> splits = TextSplit.of(set, files, set.heading(files), 1);
    assertTrue(splits.size() > 2);
    for (ExampleSource split : splits.subList(splits.size() - 2, splits.size()))
      assertRefused(
          folder,
          "%/set/b.csv: has other columns than %/set/a.csv: found 'x, y, z, kind' of 4, there found"
              + " 'x, y, kind' of 3; files of a set have the same ones in the same order",
          split);
  }

  /** Whatever the splits are: the first file with a line says which columns there are. */
  @Test
  void columnsInAnotherOrderAreRefusedBehindAFileOfNoLines() throws IOException {
    byte[] mark = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};
    byte[][] beginnings = {"\n".getBytes(StandardCharsets.UTF_8), mark, gzip(new byte[0])};
    for (byte[] none : beginnings) {
      String name = none.length > 3 ? "a.csv.gz" : "a.csv";
      write(folder, none.length + "/" + name, none);
      write(folder, none.length + "/b.csv", "x,y,kind\n1,2,a\n3,4,b\n");
      write(folder, none.length + "/c.csv", "y,x,kind\n1,2,a\n3,4,b\n");
      CsvSource set = csv(none.length + "", true);
      String refused =
          "%/N/c.csv: has other columns than %/N/b.csv: found 'y, x, kind' of 3, there found 'x,"
              + " y, kind' of 3; files of a set have the same ones in the same order";
      refused = refused.replace("N", none.length + "");
      assertRefused(folder, refused, set);
      var files = InputFiles.find(HADOOP, set.file());
      List<ExampleSource> splits = TextSplit.of(set, files, set.heading(files), 1);
      assertRefused(folder, refused, splits.get(splits.size() - 1));
    }
  }

  @Test
  void partsOfOtherColumnsDoNotMakeASet() throws IOException {
    write(folder, "b.csv", "x,y,kind\n1,2,a\n");
    write(folder, "c.csv", "y,x,kind\n1,2,b\n");
    Findings found = new Findings("set", Schema.UNKNOWN);
    found.describe("b", 0, sink -> csv("b.csv", true).read(HADOOP, sink));
    SplitException e =
        assertThrows(
            SplitException.class,
            () -> found.describe("c", 0, sink -> csv("c.csv", true).read(HADOOP, sink)));
    assertEquals("c: its parts have different columns", e.getMessage());
  }

  @Test
  void namesThatLookAlikeInARowAreNotTheSame() {
    write(folder, "set/a.csv", "\"a, b\",c,kind\n1,2,a\n");
    write(folder, "set/b.csv", "a,\"b, c\",kind\n1,2,b\n");
    assertRefused(
        folder,
        "%/set/b.csv: has other columns than %/set/a.csv: found 'a, b, c, kind' of 3, there found"
            + " 'a, b, c, kind' of 3; files of a set have the same ones in the same order",
        csv("set", true));
  }

  @Test
  void whatIsHiddenMatchesNoPatternThatDoesNotSaySo() throws IOException {
    write(folder, ".data/one.csv", rows(0, 30));
    write(folder, ".data/a/part-0.csv", rows(0, 20));
    write(folder, ".data/b/part-0.csv", rows(20, 30));
    write(folder, ".data/b/_part-0.csv", rows(0, 30));
    write(folder, ".data/.ipynb_checkpoints/part-0.csv", rows(0, 10));
    write(folder, ".data/_temporary/part-0.csv", rows(20, 30));
    String expected = csv(".data/one.csv", false).describe(HADOOP).fingerprint();
    for (String name :
        List.of(".data/*/*.csv", ".d*/*/part-*", "{.data/a,.data/*}/*", ".data/{a,b}", ".*/b/_p*"))
      assertEquals(expected, csv(name, false).describe(HADOOP).fingerprint(), name);
    String hidden = "*data/*/part-*";
    assertRefused(folder, "%/" + hidden + ": no file matches the pattern", csv(hidden, false));
  }

  @Test
  void aPatternMayBeLongerThanAName() throws IOException {
    writeParts("");
    String expected = csv("one.csv", false).describe(HADOOP).fingerprint();
    String name = "set/{part," + "n".repeat(255) + "}*";
    assertEquals(expected, csv(name, false).describe(HADOOP).fingerprint());
  }

  @Test
  void whatIsNoFileOfASetIsNotPassedOver() throws Exception {
    write(folder, "set/a.csv", rows(0, 30));
    Files.createSymbolicLink(folder.resolve("set/.#a.csv"), Path.of("user@host.1"));
    assertEquals(30, csv("set", false).describe(HADOOP).examples());
    Path link = Files.createSymbolicLink(folder.resolve("set/b.csv"), Path.of("gone.csv"));
    assertRefused(folder, "%/set/b.csv: is a link to what is not there", csv("set", false));
    Files.delete(link);
    String pipe = folder.resolve("set/c.csv").toString();
    assertEquals(0, new ProcessBuilder("mkfifo", pipe).start().waitFor());
    for (String name : List.of("set", "set/*.csv"))
      assertRefused(
          folder, "%/set/c.csv: is a pipe or a device, expected a file", csv(name, false));
  }

  @Test
  void errorsNameTheFileAndItsLine() {
    write(folder, "set/a.csv", "x,kind\n1,a\n2,b\n");
    write(folder, "set/b.csv", "x,kind\n1,a\n\n2,b\n7,\n");
    assertRefused(
        folder,
        "%/set/b.csv: line 5, column kind: found nothing, a label must not be empty",
        csv("set", true));
    assertRefused(
        folder,
        "%/set/b.csv: line 5, column kind: found nothing, a label must not be empty",
        csv("*/[b].csv", true));
  }

  @Test
  void whatHoldsNoFilesIsRefusedInOneLine() {
    write(folder, "empty/_SUCCESS", "");
    write(folder, "nested/a.csv", "x,kind\n1,a\n2,b\n");
    write(folder, "nested/year=1/b.csv", "x,kind\n1,a\n2,b\n");
    assertRefused(folder, "%/empty: holds no files", csv("empty", true));
    assertRefused(folder, "%/none*.csv: no file matches the pattern", csv("none*.csv", true));
    assertRefused(folder, "%/none/*: no file matches the pattern", csv("none/*", true));
    assertRefused(folder, "%/x\\*.csv: no file matches the pattern", csv("x\\*.csv", true));
    assertRefused(
        folder, "%/nested/year=1: is a folder; partitioned sets are not read", csv("nested", true));
    assertRefused(folder, "%/none: no such file or folder", csv("none", true));
    assertTrue(
        org.junit.jupiter.api.Assertions.assertThrows(
                io.kudari.data.DataException.class, () -> csv("x[", true).describe(HADOOP))
            .getMessage()
            .startsWith(folder + "/x[: cannot be looked at: Illegal file pattern"));
  }

  @Test
  void aFileOfThatNameWinsOverThePattern() throws IOException {
    write(folder, "r[1].csv", rows(0, 30));
    write(folder, "r1.csv", "not read");
    assertEquals(30, csv("r[1].csv", false).describe(HADOOP).examples());
  }

  @Test
  void aBackslashTakesItsMeaningFromACharacterOfPatterns() throws IOException {
    write(folder, "r[1]/a.csv", rows(0, 30));
    write(folder, "r1/a.csv", rows(0, 20));
    assertEquals(30, csv("r\\[1\\]/*.csv", false).describe(HADOOP).examples());
    assertEquals(20, csv("r[1]/*.csv", false).describe(HADOOP).examples());
  }

  @Test
  void libSvmFilesAreOneSetWithTheHighestIndexOfAll() throws IOException {
    write(folder, "one.svm", "# first\n0 1:1\n1 2:2\n1 3:5 5:1\n0 2:1\n");
    write(folder, "set/a.svm", "# first\n0 1:1\n1 2:2\n");
    write(folder, "set/b.svm.gz", gzip("1 3:5 5:1\n0 2:1".getBytes(StandardCharsets.UTF_8)));
    write(folder, "set/c.svm", "# none\n");
    for (int features : new int[] {0, 5}) {
      Description one = svm("one.svm", features).describe(HADOOP);
      assertEquals(one.fingerprint(), svm("set", features).describe(HADOOP).fingerprint());
      assertEquals(one.fingerprint(), svm("set/*.svm*", features).describe(HADOOP).fingerprint());
    }
    write(folder, "set/d.svm", "\n1 2:x\n");
    assertRefused(
        folder,
        "%/set/d.svm: line 2, column 2: found 'x', a feature must be a finite number",
        svm("set", 5));
  }

  private LibSvmSource svm(String name, int features) {
    return new LibSvmSource(
        folder.resolve(name).toString(), Task.CLASSIFICATION, features, List.of());
  }
}
