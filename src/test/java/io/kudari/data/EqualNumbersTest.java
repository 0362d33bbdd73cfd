package io.kudari.data;

import static io.kudari.data.TestFiles.HADOOP;
import static io.kudari.data.TestFiles.all;
import static io.kudari.data.TestFiles.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.format.IdxSource;
import io.kudari.data.format.ImageFolderSource;
import io.kudari.data.format.LibSvmSource;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Labels that are equal numbers are one class, however they are written. */
class EqualNumbersTest {

  @TempDir Path folder;

  private io.kudari.data.format.CsvSource csv(String labels, String... classes) {
    String lines = "y,x\n" + labels.replace(" ", ",1\n") + ",2\n";
    return new io.kudari.data.format.CsvSource(
        write(folder, "t.csv", lines),
        true,
        ',',
        Task.CLASSIFICATION,
        List.of("y"),
        List.of(classes));
  }

  private static Examples read(ExampleSource source) throws IOException {
    return read(source, Schema.UNKNOWN);
  }

  private static Examples read(ExampleSource source, Schema schema) throws IOException {
    return source.load(HADOOP, schema, all(source.describe(HADOOP, schema)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 1.0 +1 01 1e0 2 10e-1 | 1;2 | 0000010",
        "0 -0 0.00 -0e5 7        | 0;7 | 00001",
        "2.50 2.5 -3             | -3;2.5 | 110",
        "10 2.0 2 1e1            | 2;10 | 1001",
        "x 1 1.0 y               | 1;x;y | 1002",
      })
  void spellingsOfANumberAreOneClassNamedInPlainDecimals(
      String labels, String names, String numbers) throws IOException {
    assertEquals(List.of(names.split(";")), csv(labels).describe(HADOOP).classNames());
    assertArrayEquals(
        numbers.chars().map(c -> c - '0').toArray(), read(csv(labels)).labels(), labels);
  }

  @ParameterizedTest
  @CsvSource({"01 02 10,01;02;10", "1.0 2.0,1.0;2.0", "+1 -1,-1;+1", "1e5 x,1e5;x"})
  void aClassThatIsAlwaysWrittenAlikeKeepsItsName(String labels, String names) throws IOException {
    assertEquals(List.of(names.split(";")), csv(labels).describe(HADOOP).classNames());
  }

  @ParameterizedTest
  @CsvSource({"1 0 1", "1.0 0.0 01", "+1 -0 1e0"})
  void newDataMayWriteTheClassesOfATrainingSetInAnotherWay(String labels) throws IOException {
    Schema training = csv("1.0 0.0").describe(HADOOP).schema();
    assertArrayEquals(new int[] {1, 0, 1}, read(csv(labels), training).labels());
    LibSvmSource svm =
        new LibSvmSource(
            write(folder, "t.svm", labels.replace(" ", " 1:1\n") + " 1:2\n"),
            Task.CLASSIFICATION,
            0,
            List.of());
    assertArrayEquals(new int[] {1, 0, 1}, read(svm, training).labels());
    assertEquals(List.of("0", "1"), svm.describe(HADOOP).classNames());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void theLabelsOfIdxAreNumbersThatATrainingSetMayWriteInAnotherWay(int classes)
      throws IOException {
    Schema training = csv("0.0 1.0").describe(HADOOP).schema();
    byte[] images = {0, 0, 8, 2, 0, 0, 0, 3, 0, 0, 0, 1, 7, 8, 9};
    byte[] labels = {0, 0, 8, 1, 0, 0, 0, 3, 1, 0, 1};
    IdxSource idx =
        new IdxSource(write(folder, "i.idx", images), write(folder, "l.idx", labels), classes);
    assertArrayEquals(new int[] {1, 0, 1}, read(idx, training).labels());
  }

  @Test
  void theClassesOfATestSetMayBeGivenInAnotherSpelling() throws IOException {
    Schema training = csv("0.0 1.0").describe(HADOOP).schema();
    assertArrayEquals(new int[] {1, 0}, read(csv("1 0", "0", "1"), training).labels());
  }

  @Test
  void foldersThatAreEqualNumbersAreOneClass() throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY), "png", png);
    for (String name : List.of("01", "1", "2")) {
      write(folder, "set/" + name + "/a.png", png.toByteArray());
    }
    ImageFolderSource source = new ImageFolderSource(folder + "/set", 0, 0, true, List.of());
    assertEquals(List.of("1", "2"), source.describe(HADOOP).classNames());
    assertArrayEquals(new int[] {0, 0, 1}, read(source).labels());
  }

  @Test
  void givenClassesMustDifferAsNumbersToo() {
    var e = assertThrows(IllegalArgumentException.class, () -> csv("1 2", "1", "1.0"));
    assertTrue(e.getMessage().contains("1, 1.0"), e.getMessage());
  }

  @Test
  void anUnknownLabelIsToldTheClassesTheFirstFewWhenTheyAreMany() {
    String[] few = {"a", "b", "c"};
    assertTold("a, b, c", csv("a x", few));
    String[] many = IntStream.range(0, 30).mapToObj(i -> "k" + i).toArray(String[]::new);
    assertTold(
        "one of the 30 classes k0, k1, k2, k3, k4, k5, k6, k7, k8, k9, …", csv("x k1", many));
    String[] numbers = {"1", "2"};
    assertTold("found '3.0', a label must be one of the 2 classes 1, 2", csv("2.0 3.0", numbers));
  }

  private static void assertTold(String end, ExampleSource source) {
    String message = assertThrows(DataException.class, () -> source.describe(HADOOP)).getMessage();
    assertTrue(message.endsWith(end), message);
  }

  @Test
  void hugeExponentsAndManySpellingsCostNoMemory() throws IOException {
    assertEquals(
        List.of("1e999999999", "x"),
        csv("1e999999999 x 1e999999999").describe(HADOOP).classNames());
    assertEquals(
        List.of("1E+999999999", "x"),
        csv("1e999999999 x 10e999999998").describe(HADOOP).classNames());
  }
}
