package io.kudari.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;

/** Files of a test, and what it expects of reading them. */
public final class TestFiles {

  public static final Configuration HADOOP = new Configuration();

  private TestFiles() {}

  public static String write(Path folder, String name, byte[] content) {
    try {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      return Files.write(file, content).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String write(Path folder, String name, String content) {
    return write(folder, name, content.getBytes(StandardCharsets.UTF_8));
  }

  public static byte[] gzip(byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** An IDX file: four bytes for each of the header's words, then {@code content} bytes. */
  public static byte[] idx(int[] header, byte... content) {
    ByteBuffer file = ByteBuffer.allocate(4 * header.length + content.length);
    for (int word : header) file.putInt(word);
    return file.put(content).array();
  }

  /** Bytes 0, 1, 2, … */
  public static byte[] counting(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) bytes[i] = (byte) i;
    return bytes;
  }

  public static int[] all(Description description) {
    return IntStream.range(0, description.examples()).toArray();
  }

  /** Describing must fail with this one line, in which {@code %} stands for the folder. */
  public static void assertRefused(Path folder, String message, ExampleSource source) {
    DataException error = assertThrows(DataException.class, () -> source.describe(HADOOP));
    assertEquals(message.replace("%", folder.toString()), error.getMessage());
    assertFalse(error.getMessage().contains("\n"));
  }

  /** As {@link #assertRefused}, also when only the first example is to be loaded. */
  public static void assertRefusedEvenInPart(Path folder, String message, ExampleSource source) {
    assertRefused(folder, message, source);
    DataException error =
        assertThrows(DataException.class, () -> source.load(HADOOP, Schema.UNKNOWN, new int[] {0}));
    assertEquals(message.replace("%", folder.toString()), error.getMessage());
  }
}
