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

import io.kudari.data.DataException;
import io.kudari.data.Description;
import io.kudari.data.Examples;
import io.kudari.data.Schema;
import io.kudari.data.Task;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LibSvmSourceTest {

  private static final String SET = "+1 1:0.5  3:2\n# a comment\n-1 2:1e1 # another\n1.0\n";

  @TempDir Path folder;

  private LibSvmSource svm(String content, Task task, int features) {
    return new LibSvmSource(write(folder, "t.svm", content), task, features, List.of());
  }

  private void assertSvmRefused(String message, String content) {
    assertRefused(folder, "%/t.svm: " + message, svm(content, Task.CLASSIFICATION, 0));
  }

  @Test
  void sparseExamplesBecomeDense() throws IOException {
    LibSvmSource source = svm(SET, Task.CLASSIFICATION, 0);
    Description description = source.describe(HADOOP);
    assertEquals(3, description.examples());
    assertEquals(3, description.shape().size());
    assertEquals(List.of("-1", "1"), description.classNames());
    Examples read = source.load(HADOOP, Schema.UNKNOWN, all(description));
    assertArrayEquals(new float[] {0.5f, 0, 2, 0, 10, 0, 0, 0, 0}, read.floats());
    assertArrayEquals(new int[] {1, 0, 1}, read.labels());
    assertArrayEquals(new int[] {1}, source.load(HADOOP, Schema.UNKNOWN, new int[] {2}).labels());
  }

  @Test
  void theNumberOfFeaturesCanBeGivenAndGzipRead() throws IOException {
    byte[] zipped = gzip(SET.getBytes(StandardCharsets.UTF_8));
    LibSvmSource source =
        new LibSvmSource(write(folder, "t.gz", zipped), Task.REGRESSION, 5, List.of());
    Description description = source.describe(HADOOP);
    assertEquals(5, description.shape().size());
    assertEquals(1, description.targets());
    Examples read = source.load(HADOOP, Schema.UNKNOWN, new int[] {1});
    assertArrayEquals(new float[] {0, 10, 0, 0, 0}, read.floats());
    assertArrayEquals(new float[] {-1}, read.targets());
    assertEquals(0, source.load(HADOOP, Schema.UNKNOWN, new int[0]).count());
  }

  @Test
  void quotesInCommentsAreNoQuotes() throws IOException {
    LibSvmSource source = svm("1 1:2 # \"so\n-1 1:3 # it's\n\"", Task.CLASSIFICATION, 0);
    DataException e = assertThrows(DataException.class, () -> source.describe(HADOOP));
    assertTrue(e.getMessage().contains("line 3, column label: found '\"'"), e.getMessage());
    assertEquals(
        2,
        svm("1 1:2 # \"so\n-1 1:3 # it's\n", Task.CLASSIFICATION, 0).describe(HADOOP).examples());
  }

  @Test
  void classesThatAFloatCannotTellApartStayApart() throws IOException {
    LibSvmSource source = svm("16777216 1:1\n16777217 1:2\n", Task.CLASSIFICATION, 0);
    assertEquals(List.of("16777216", "16777217"), source.describe(HADOOP).classNames());
  }

  @Test
  void indicesThatDoNotAscendFromOneOrAreTooHighAreRefused() {
    String rule = ": they start at 1 and ascend";
    assertSvmRefused(
        "line 1: found '0:1', an index must be within 1..1048576 here" + rule, "1 0:1\n");
    assertSvmRefused(
        "line 2: found '2:5', an index must be within 4..1048576 here" + rule, "1 1:1\n-1 3:1 2:5");
    assertSvmRefused(
        "line 1: found '2000000000:1', an index must be within 1..1048576 here" + rule,
        "1 2000000000:1\n");
    for (String index : List.of("-1", "99999999999", "-99999999999")) {
      assertSvmRefused(
          "line 1: found '" + index + ":1', an index must be within 1..1048576 here" + rule,
          "1 " + index + ":1\n");
    }
    assertRefused(
        folder,
        "%/t.svm: line 1: found '3:2', an index must be within 2..2 here" + rule,
        svm(SET, Task.CLASSIFICATION, 2));
  }

  @Test
  void spacesBeforeALabelAreNoPartOfTheLine() throws IOException {
    LibSvmSource source = svm(" 1 1:1\n   2 2:1\n", Task.CLASSIFICATION, 0);
    assertEquals(List.of("1", "2"), source.describe(HADOOP).classNames());
    assertEquals(2, source.describe(HADOOP).shape().size());
  }

  @Test
  void whatIsNotANumberIsRefused() {
    assertSvmRefused("line 1: found 'two', a feature must be index:value", "1 two\n");
    assertSvmRefused("line 1: found 'x:3', a feature must be index:value", "1 x:3\n");
    assertSvmRefused(
        "line 1, column label: found '1\\t1:1', a label must be a finite number",
        "1\t1:1\n1 1:1\n");
    assertSvmRefused(
        "line 2, column 2: found 'nan', a feature must be a finite number", "1 1:1\n-1 2:nan\n");
    assertSvmRefused(
        "line 1, column 2: found nothing, a feature must be a finite number", "1 2:\n");
    assertSvmRefused(
        "line 2, column label: found 'b', a label must be a finite number", "1 1:1\nb 1:1\n");
    assertSvmRefused(
        "line 1, column label: found '1.5', a class must be a whole number; is this a regression?"
            + " Then task = regression (of Spark ML: KudariRegressor)",
        "1.5 1:1\n");
  }

  @Test
  void anEmptySetAndASetOfOneClassAreRefused() {
    assertSvmRefused("is empty", "");
    assertSvmRefused("holds no features", "# nothing\n");
    assertRefused(folder, "%/t.svm: holds no examples", svm("# nothing\n", Task.CLASSIFICATION, 3));
    assertSvmRefused(
        "all 2 examples are of class 4, a classification needs at least two", "4 1:1\n4 1:2\n");
  }

  @Test
  void aNumberOfFeaturesOutOfRangeIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new LibSvmSource("f", Task.REGRESSION, 1 << 21, List.of()));
  }
}
