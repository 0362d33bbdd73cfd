package io.kudari.data.format;

import static io.kudari.data.TestFiles.all;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.DataException;
import io.kudari.data.Description;
import io.kudari.data.ExampleSink;
import io.kudari.data.ExampleSource;
import io.kudari.data.Schema;
import io.kudari.data.SplitException;
import io.kudari.data.Task;
import io.kudari.data.file.InputPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines of a file that is read by ranges of bytes. */
class LineRangeTest {

  private static final Configuration HADOOP = new Configuration(false);

  @TempDir Path folder;

  private InputPath file(String text) throws IOException {
    Path path = folder.resolve("t.csv");
    Files.write(path, text.getBytes(StandardCharsets.UTF_8));
    return InputPath.file(HADOOP, path.toString());
  }

  private static List<String> rows(InputPath path, long from, long to) throws IOException {
    List<String> found = new ArrayList<>();
    TextRows.Look look = new TextRows.Look(',', '"', (char) 0);
    TextRange range = new TextRange(List.of(path), from, to, true, Heading.NONE);
    try (TextRows rows = new TextRows(range, look, 4)) {
      for (String[] row = rows.next(); row != null; row = rows.next())
        found.add(Arrays.toString(row));
    }
    return found;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a,b\n1,2\n\n3,4\n5,6",
        "a,b\r\n1,2\r\n3,4\r\n",
        "\ufeffa,b\n1,ü\n3,4\n\n",
        "a,b\r1,2\r3,4\r",
        "a,\"b\"\n\"1,5\",2\n3,\"4\"\n"
      })
  void rangesTogetherHaveEveryLineOnceWhereverTheFileIsCut(String text) throws IOException {
    InputPath path = file(text);
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    List<String> whole = rows(path, 0, Long.MAX_VALUE);
    assertTrue(whole.size() > 2);
    for (int one = 1; one <= length; one++)
      for (int two = one; two <= length; two++) {
        List<String> parts = rows(path, 0, one);
        if (two > one) parts.addAll(rows(path, one, two));
        parts.addAll(rows(path, two, Long.MAX_VALUE));
        assertEquals(whole, parts, "cut at " + one + " and " + two);
      }
  }

  @Test
  void aRangeThatEndsWithinAQuotedValueSaysThatItCannotBe() throws IOException {
    InputPath path = file("a,b\n1,\"x\ny\"\n3,4\n");
    SplitException e = assertThrows(SplitException.class, () -> rows(path, 0, 7));
    assertEquals(path.name() + ": line 2: a quote is not closed", e.getMessage());
  }

  private ExampleSource table(int rows, String before, String after, String last)
      throws IOException {
    StringBuilder lines = new StringBuilder("x,text,y\n");
    for (int i = 0; i < rows; i++)
      lines
          .append(i)
          .append(',')
          .append(before)
          .append(i % 3)
          .append(after)
          .append(',')
          .append(i % 2)
          .append('\n');
    Path path = Files.writeString(folder.resolve("t.csv"), lines.append(last));
    return new CsvSource(path.toString(), true, ',', Task.CLASSIFICATION, List.of("y"), List.of());
  }

  @Test
  void anErrorInALaterSplitNamesTheLineOfTheFile() throws IOException {
    int rows = 700_000;
    ExampleSource source = table(rows, "0000", "", "7,inf,1\n");
    assertTrue(source.splits(HADOOP).size() > 1);
    DataException e = assertThrows(DataException.class, () -> source.describe(HADOOP));
    assertEquals(
        source.name()
            + ": line "
            + (rows + 2)
            + ", column text: found 'inf', a feature must be a finite number",
        e.getMessage());
  }

  @Test
  void aTableWithLineBreaksInQuotesIsReadAsAWholeWhereASplitWouldCutOne() throws IOException {
    int rows = 500_000;
    ExampleSource source = table(rows, "\"\n\n\n\n\n\n\n\n\n\n\n\n", "\"", "");
    assertTrue(source.splits(HADOOP).size() > 1);
    assertEquals(rows, source.describe(HADOOP, Schema.UNKNOWN).examples());
  }

  /** Of any size: most begin within a line. */
  @Test
  void rangesOfLibSvmTextTogetherHoldItsExamplesInTheirOrder() throws IOException {
    StringBuilder text = new StringBuilder("# two features\n\n");
    for (int i = 0; i < 40; i++)
      text.append(i % 3).append(" 1:").append(i).append(i % 2 == 0 ? " # even\r\n" : " 2:7\n");
    Path path = Files.writeString(folder.resolve("t.svm"), text);
    var source = new LibSvmSource(path.toString(), Task.REGRESSION, 2, List.of());
    Description of = source.describe(HADOOP);
    float[] whole = source.load(HADOOP, of.schema(), all(of)).floats();
    for (long each : new long[] {1, 7, 64, 300}) {
      float[] joined = new float[0];
      for (ExampleSource range :
          TextSplit.of(
              source, List.of(InputPath.file(HADOOP, path.toString())), Heading.NONE, each)) {
        List<Float> found = new ArrayList<>();
        range.read(HADOOP, features(found));
        int at = joined.length;
        joined = Arrays.copyOf(joined, at + found.size());
        for (int i = 0; i < found.size(); i++) joined[at + i] = found.get(i);
      }
      assertArrayEquals(whole, joined, "ranges of " + each);
    }
  }

  private static ExampleSink features(List<Float> into) {
    return new ExampleSink("test", Schema.UNKNOWN) {
      @Override
      protected void begun() {}

      @Override
      protected void take(byte[] pixels, int label) {
        throw new AssertionError("a table has no pixels");
      }

      @Override
      protected void take(double[] features, int label) {
        throw new AssertionError("a regression has no classes");
      }

      @Override
      protected void take(double[] features, double[] targets) {
        for (double value : features) into.add((float) value);
      }
    };
  }
}
