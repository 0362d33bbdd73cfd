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
import io.kudari.data.Examples;
import io.kudari.data.Schema;
import io.kudari.data.Task;
import io.kudari.model.Shape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvSourceTest {

  private static final String IRIS =
      "length,kind,width\n5,iris,1.5\n6.25,\"a, b\",-2e-1\n7,iris,0\n";

  @TempDir Path folder;

  private CsvSource csv(String content, String label) {
    return new CsvSource(
        write(folder, "t.csv", content), true, ',', Task.CLASSIFICATION, List.of(label), List.of());
  }

  private CsvSource regression(String content, String... targets) {
    return new CsvSource(
        write(folder, "t.csv", content), true, ',', Task.REGRESSION, List.of(targets), List.of());
  }

  private void assertCsvRefused(String message, String content) {
    assertRefused(folder, "%/t.csv: " + message, csv(content, "kind"));
  }

  @Test
  void featuresAndNamedClassesAreRead() throws IOException {
    CsvSource source = csv(IRIS, "kind");
    Description description = source.describe(HADOOP);
    assertEquals(3, description.examples());
    assertEquals(Shape.flat(2), description.shape());
    assertEquals(List.of("a, b", "iris"), description.classNames());
    assertEquals(2, description.classes());
    Examples read = source.load(HADOOP, Schema.UNKNOWN, all(description));
    assertArrayEquals(new float[] {5, 1.5f, 6.25f, -0.2f, 7, 0}, read.floats());
    assertArrayEquals(new int[] {1, 0, 1}, read.labels());
  }

  @Test
  void partOfASetHasTheClassNumbersOfTheWhole() throws IOException {
    Examples one = csv(IRIS, "kind").load(HADOOP, Schema.UNKNOWN, new int[] {0});
    assertArrayEquals(new int[] {1}, one.labels());
  }

  @Test
  void aColumnIsFoundByNameIndexAndFromTheEnd() throws IOException {
    String reference = csv(IRIS, "kind").describe(HADOOP).fingerprint();
    assertEquals(reference, csv(IRIS, "1").describe(HADOOP).fingerprint());
    assertEquals(reference, csv(IRIS, "-2").describe(HADOOP).fingerprint());
  }

  @Test
  void headerDelimiterLineEndingsMarkAndGzipDoNotMatter() throws IOException {
    String reference = csv(IRIS, "kind").describe(HADOOP).fingerprint();
    String other = "\ufeff\"5\";iris;1.5\r\n6.25;\"a, b\";-.2\r\n\r\n 7;iris ; 0.0";
    byte[] bytes = gzip(other.getBytes(StandardCharsets.UTF_8));
    CsvSource source =
        new CsvSource(
            write(folder, "t.csv.gz", bytes),
            false,
            ';',
            Task.CLASSIFICATION,
            List.of("1"),
            List.of());
    assertEquals(reference, source.describe(HADOOP).fingerprint());
  }

  @Test
  void wholeNumberClassesAreInTheOrderOfNumbers() throws IOException {
    Description d = csv("kind,x\n10,1\n9,1\n-1,1\n0,1\n", "kind").describe(HADOOP);
    assertEquals(List.of("-1", "0", "9", "10"), d.classNames());
  }

  @Test
  void givenClassesAreKeptAndOthersRefused() throws IOException {
    CsvSource found = csv(IRIS, "kind");
    List<String> names = List.of("rose", "iris", "a, b");
    CsvSource source =
        new CsvSource(found.file(), true, ',', Task.CLASSIFICATION, List.of("kind"), names);
    assertEquals(names, source.describe(HADOOP).classNames());
    assertArrayEquals(
        new int[] {2, 1}, source.load(HADOOP, Schema.UNKNOWN, new int[] {1, 2}).labels());
    assertRefused(
        folder,
        "%/t.csv: line 3, column kind: found 'a, b', a label must be one of the 2 classes iris, x",
        new CsvSource(
            found.file(), true, ',', Task.CLASSIFICATION, List.of("kind"), List.of("iris", "x")));
  }

  @Test
  void aRegressionHasOneOrMoreTargets() throws IOException {
    CsvSource source = regression("a,y,b,z\n1,2,3,4\n5,6,7,8\n", "z", "y");
    Description description = source.describe(HADOOP);
    assertEquals(2, description.targets());
    assertEquals(0, description.classes());
    Examples read = source.load(HADOOP, Schema.UNKNOWN, all(description));
    assertArrayEquals(new float[] {1, 3, 5, 7}, read.floats());
    assertArrayEquals(new float[] {4, 2, 8, 6}, read.targets());
    assertEquals(0, source.load(HADOOP, Schema.UNKNOWN, new int[0]).count());
  }

  @Test
  void gapsAndNumbersThatAreNotFiniteAreRefused() {
    String gap = ", a missing value: data.missing = mean, median, zero or skip allows it";
    assertCsvRefused("line 3, column width: found nothing" + gap, "kind,width\na,1\nb,\nc,1\n");
    assertCsvRefused("line 2, column width: found 'null'" + gap, "kind,width\na,null\n");
    assertCsvRefused("line 2, column width: found 'NaN'" + gap, "kind,width\na,NaN\nb,2");
    String rule = ", a feature must be a finite number";
    assertCsvRefused(
        "line 3, column width: found '-Infinity'" + rule, "kind,width\na,1\nb,-Infinity");
    assertCsvRefused("line 2, column width: found '1e39'" + rule, "kind,width\na,1e39\nb,2");
    for (String empty : List.of("", "\"\"", " ")) {
      assertCsvRefused(
          "line 3, column kind: found nothing, a label must not be empty",
          "kind,width\na,1\n" + empty + ",2\n");
    }
    assertRefused(
        folder,
        "%/t.csv: line 2, column y: found 'high', a target must be a finite number",
        regression("x,y\n1,high\n", "y"));
  }

  @Test
  void aLineNumberCountsEmptyAndQuotedLines() {
    assertCsvRefused(
        "line 5, column width: found 'inf', a feature must be a finite number",
        "kind,width\n\n\"a\",1\n\nb,inf\n");
  }

  @Test
  void aWidthThatChangesIsRefused() {
    assertCsvRefused("line 3: 3 columns, the first line has 2", "kind,width\na,1\nb,2,3\nc,4\n");
    assertCsvRefused("line 4: 1 columns, the first line has 2", "kind,width\na,1\nb,2\nc\n");
  }

  @Test
  void aMissingOrAmbiguousColumnIsRefused() {
    assertRefused(
        folder,
        "%/t.csv: no column species among its 3, found 'length, kind, width'",
        csv(IRIS, "species"));
    assertRefused(
        folder, "%/t.csv: no column 3 among its 3, found 'length, kind, width'", csv(IRIS, "3"));
    assertCsvRefused("more than one column is named kind", "kind,x,kind\n1,2,3\n");
    assertRefused(
        folder,
        "%/t.csv: line 1: the label columns [y, 1] are not different",
        regression("x,y\n1,2\n", "y", "1"));
    assertCsvRefused(
        "line 1: no column is left for features; is the delimiter ','?", "kind\na\nb\n");
  }

  @Test
  void aFirstLineOfNumbersThatIsTakenForNamesIsSaid() throws IOException {
    write(folder, "n.csv", "1.5,2,a\n4,5,b\n7,8,a\n");
    String note = folder.resolve("n.csv") + ": its first line is taken for the names of columns";
    List<String> notes = csv(folder.resolve("n.csv"), true).describe(HADOOP).notes();
    assertEquals(1, notes.size());
    assertTrue(notes.get(0).startsWith(note), notes.get(0));
    assertEquals(List.of(), csv(folder.resolve("n.csv"), false).describe(HADOOP).notes());
  }

  private static CsvSource csv(Path file, boolean header) {
    return new CsvSource(
        file.toString(), header, ',', Task.CLASSIFICATION, List.of("-1"), List.of());
  }

  @Test
  void anEmptySetAndASetOfOneClassAreRefused() {
    assertCsvRefused("is empty", "");
    assertCsvRefused("holds no lines", "\n\n");
    assertCsvRefused("holds no examples", "kind,width\n");
    assertCsvRefused(
        "all 2 examples are of class a, a classification needs at least two",
        "kind,width\na,1\na,2\n");
  }

  @Test
  void brokenQuotesAndEndlessValuesAreRefused() {
    String rule =
        "cannot be split: a quote is not closed or not doubled, a value is longer than 65536"
            + " characters, or there are more than 4096 columns";
    assertCsvRefused("line 3: " + rule, "kind,width\na,1\n\"b\"c,2\n");
    assertCsvRefused(
        "line 5, column kind: found 'b,2 c,3', a class name has one line of 1 to 1000"
            + " characters",
        "kind,width\na,1\n\"b,2\nc,3\n\",4\n");
    assertCsvRefused("line 2: " + rule, "kind,width\n" + "a".repeat(70_000) + ",1\n");
    assertCsvRefused("line 2: " + rule, "kind,width\n" + ",".repeat(300_000) + "\n");
  }

  @Test
  void aQuoteThatIsNeverClosedIsRefusedRatherThanTakenForTheRestOfTheFile() {
    String rows = "kind,width\na,1\nb,2\n";
    assertCsvRefused("line 4: a quote is not closed", rows + "\"c,3\na,4\nb,5\n");
    assertCsvRefused("line 4: a quote is not closed", rows + "\"");
    assertCsvRefused("line 5: a quote is not closed", rows + "\"c \"\"x\"\"\",3\na, \"4");
  }

  @Test
  void blocksOfZerosAreNoWhiteSpace() {
    String zeros = "\0".repeat(7);
    assertCsvRefused(
        "line 3: holds a byte 0, as a damaged file does", "kind,width\na,1\n" + zeros + "\nb,2\n");
    assertCsvRefused(
        "line 2: holds a byte 0, as a damaged file does", "kind,width\na,1" + zeros + "\nb,2\n");
  }

  @Test
  void anyLineEndingEndsALineAlsoWhereTheyAreMixed() throws IOException {
    CsvSource source = csv("kind,width\r\na,1\rb,2\n\n\r\na,\"3\"\r", "kind");
    Examples read = source.load(HADOOP, Schema.UNKNOWN, new int[] {0, 1, 2});
    assertArrayEquals(new float[] {1, 2, 3}, read.floats());
    assertArrayEquals(new int[] {0, 1, 0}, read.labels());
    assertCsvRefused("line 3: 1 columns, the first line has 2", "kind,width\r\na,1\r\nb\n,2\r\n");
  }

  @Test
  void textThatIsNotUtf8AndTruncatedGzipAreRefused() {
    byte[] latin = "kind,width\ncaf\u00e9,1\n".getBytes(StandardCharsets.ISO_8859_1);
    CsvSource source = csv("", "kind");
    write(folder, "t.csv", latin);
    assertRefused(folder, "%/t.csv: is not UTF-8 text", source);
    byte[] whole = gzip(IRIS.getBytes(StandardCharsets.UTF_8));
    String cut = write(folder, "t.csv.gz", Arrays.copyOf(whole, whole.length - 20));
    assertRefused(
        folder,
        "%/t.csv.gz: is truncated gzip",
        new CsvSource(cut, true, ',', Task.CLASSIFICATION, List.of("kind"), List.of()));
  }

  @Test
  void settingsThatDoNotFitTheTaskAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new CsvSource("f", true, ',', Task.CLASSIFICATION, List.of("a", "b"), List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> new CsvSource("f", true, ',', Task.REGRESSION, List.of(), List.of()));
    assertThrows(
        IllegalArgumentException.class,
        () -> new CsvSource("f", true, ',', Task.REGRESSION, List.of("a"), List.of("b")));
  }
}
