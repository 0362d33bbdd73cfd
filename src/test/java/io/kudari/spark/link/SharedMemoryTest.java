package io.kudari.spark.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedMemoryTest {

  private static final int SIZE = 3 * SharedMemory.HEAD + 5;
  private static final SharedMemory.Pair PAIR = new SharedMemory.Pair(7, 3, 1);

  @TempDir Path folder;

  @Test
  void whatOneSideWritesTheOtherReadsAlsoWhenTheFileIsClosed() throws IOException {
    ByteBuffer one;
    ByteBuffer other;
    try (SharedMemory memory = SharedMemory.make(List.of(folder), PAIR, SIZE)) {
      one = memory.bytes();
      other = SharedMemory.open(memory.name(), PAIR, SIZE);
    }
    assertEquals(SIZE, other.capacity());
    for (int i = SharedMemory.HEAD; i < SIZE; i++) assertEquals(0, other.get(i));
    one.put(SIZE - 1, (byte) 5);
    assertEquals(5, other.get(SIZE - 1));
    other.putLong(SharedMemory.HEAD, 9);
    assertEquals(9, one.getLong(SharedMemory.HEAD));
  }

  @Test
  void theFileHasNoNameAndIsForItsUserAlone() throws IOException {
    try (SharedMemory memory = SharedMemory.make(List.of(folder), PAIR, SIZE)) {
      try (Stream<Path> left = Files.list(folder)) {
        assertEquals(List.of(), left.toList());
      }
      var permissions = Files.getPosixFilePermissions(Path.of(memory.name()));
      assertEquals("rw-------", PosixFilePermissions.toString(permissions));
    }
  }

  @Test
  void aClosedFileCannotBeOpened() throws IOException {
    SharedMemory memory = SharedMemory.make(List.of(folder), PAIR, SIZE);
    memory.close();
    IOException e =
        assertThrows(IOException.class, () -> SharedMemory.open(memory.name(), PAIR, SIZE));
    // Another file of the process may have its number by now.
    assertTrue(e.getMessage().startsWith(memory.name() + " "), e.getMessage());
  }

  @Test
  void memoryOfAnotherPairAttemptOrSizeIsRefused() throws IOException {
    try (SharedMemory memory = SharedMemory.make(List.of(folder), PAIR, SIZE)) {
      for (SharedMemory.Pair other :
          List.of(
              new SharedMemory.Pair(8, 3, 1),
              new SharedMemory.Pair(7, 2, 1),
              new SharedMemory.Pair(7, 3, 0))) {
        refused(memory.name(), other, SIZE);
      }
      refused(memory.name(), PAIR, SIZE + 1);
    }
  }

  private static void refused(String name, SharedMemory.Pair pair, int size) {
    IOException e = assertThrows(IOException.class, () -> SharedMemory.open(name, pair, size));
    assertEquals(name + " is other memory", e.getMessage());
  }

  @Test
  void aNameThatIsNoOpenFileOfAProcessIsNotOpened() throws IOException {
    Path file = Files.write(folder.resolve("file"), new byte[SIZE]);
    for (String name : List.of("", file.toString(), "/proc/1/fd/../../../" + file)) {
      IOException e = assertThrows(IOException.class, () -> SharedMemory.open(name, PAIR, SIZE));
      assertEquals("\"" + name + "\" is no memory", e.getMessage());
    }
  }

  @Test
  void theNextFolderIsTriedAndWithoutAnyTheFirstReasonIsTold() throws IOException {
    Path missing = folder.resolve("missing");
    SharedMemory.make(List.of(missing, folder), PAIR, SIZE).close();
    IOException e =
        assertThrows(
            IOException.class,
            () -> SharedMemory.make(List.of(missing, folder.resolve("other")), PAIR, SIZE));
    assertEquals("no memory to share in " + missing + ": NoSuchFileException", e.getMessage());
  }

  @Test
  void nothingIsPutOnADiskThatSparkEncrypts() {
    SparkConf conf = new SparkConf(false);
    Path memory = Path.of("/dev/shm");
    assertEquals(memory, SharedMemory.folders(conf).get(0));
    assertTrue(SharedMemory.folders(conf).size() > 1);
    conf.set("spark.io.encryption.enabled", "true");
    assertEquals(List.of(memory), SharedMemory.folders(conf));
  }
}
