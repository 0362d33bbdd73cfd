package io.kudari.data.format;

import static io.kudari.data.TestFiles.HADOOP;
import static io.kudari.data.TestFiles.all;
import static io.kudari.data.TestFiles.counting;
import static io.kudari.data.TestFiles.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kudari.data.DataException;
import io.kudari.data.Description;
import io.kudari.data.Examples;
import io.kudari.data.Schema;
import io.kudari.model.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdxWriterTest {

  @TempDir Path folder;

  private static Examples examples(Shape shape, int... labels) {
    byte[] pixels = counting(labels.length * shape.size());
    return new Examples(shape, pixels, null, labels, null, labels.length);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).filter(n -> !n.endsWith(".crc")).toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".gz"})
  void whatIsWrittenIsReadBackInEveryShape(String ending) throws IOException {
    for (Shape shape : List.of(new Shape(1, 5, 4), new Shape(3, 2, 7), Shape.flat(6))) {
      Examples written = examples(shape, 3, 255, 0, 9);
      String images = folder.resolve("images-" + shape + ending).toString();
      String labels = folder.resolve("labels-" + shape + ending).toString();
      IdxWriter.write(HADOOP, written, images, labels);
      IdxSource source = new IdxSource(images, labels, 0);
      Description description = source.describe(HADOOP);
      assertEquals(shape, description.shape());
      assertEquals(256, description.classes());
      Examples read = source.load(HADOOP, Schema.UNKNOWN, all(description));
      assertArrayEquals(written.bytes(), read.bytes());
      assertArrayEquals(written.labels(), read.labels());
    }
    assertFalse(names().stream().anyMatch(n -> n.endsWith(".writing")), names()::toString);
  }

  @Test
  void anExistingFileIsKept() throws IOException {
    String images = folder.resolve("images").toString();
    String labels = write(folder, "labels", "mine");
    Examples examples = examples(Shape.flat(2), 0, 1);
    var e =
        assertThrows(DataException.class, () -> IdxWriter.write(HADOOP, examples, images, labels));
    assertEquals(labels + ": exists", e.getMessage());
    assertEquals(List.of("labels"), names());
    assertEquals("mine", Files.readString(folder.resolve("labels")));
  }

  @Test
  void aFailureLeavesNothingBehind() throws IOException {
    String images = folder.resolve("images").toString();
    String labels = write(folder, "file", "") + "/labels";
    Examples examples = examples(Shape.flat(2), 0, 1);
    assertThrows(IOException.class, () -> IdxWriter.write(HADOOP, examples, images, labels));
    assertEquals(List.of("file"), names());
  }

  @Test
  void whatIdxCannotHoldIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> IdxWriter.write(HADOOP, examples(Shape.flat(2), 0, 256), "i", "l"));
    Examples floats = new Examples(Shape.flat(1), null, new float[1], new int[1], null, 1);
    assertThrows(IllegalArgumentException.class, () -> IdxWriter.write(HADOOP, floats, "i", "l"));
  }
}
