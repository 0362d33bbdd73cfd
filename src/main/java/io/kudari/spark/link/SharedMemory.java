package io.kudari.spark.link;

import io.kudari.event.FirstLine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.util.Utils;

/**
 * Memory that two ranks of one machine share: a file without a name, readable and writable by its
 * user alone. Its name is gone before its first byte is written, so whatever becomes of the ranks,
 * nothing is left when the last of them is gone. The other rank opens it through the open files of
 * the process that made it, which the system allows to the same user in the same container only:
 * who can open it is on the same machine.
 *
 * <p>All bytes are written before the file is mapped: a full disk is an error here, and not a fault
 * of the process when it touches the memory. The memory stays while the buffer is reachable.
 */
final class SharedMemory implements AutoCloseable {

  /** Bytes at the begin that say what it is, and what else is not in the rings. */
  static final int HEAD = 4096;

  private static final int MAGIC = 0x4b44_534d;

  private final FileChannel file;
  private final Path name;
  private final ByteBuffer bytes;

  private SharedMemory(FileChannel file, Path name, ByteBuffer bytes) {
    this.file = file;
    this.name = name;
    this.bytes = bytes;
  }

  /** For whom it is. */
  record Pair(long attempt, int maker, int other) {

    private ByteBuffer head() {
      return ByteBuffer.allocate(HEAD)
          .putInt(MAGIC)
          .putLong(attempt)
          .putInt(maker)
          .putInt(other)
          .rewind();
    }
  }

  /**
   * Where to make it: in memory, or else on the disk where Spark keeps its blocks, unless Spark
   * encrypts what it writes there.
   */
  static List<Path> folders(SparkConf conf) {
    boolean encrypted = conf.getBoolean("spark.io.encryption.enabled", false);
    String[] disks = encrypted ? new String[0] : Utils.getConfiguredLocalDirs(conf);
    return Stream.concat(Stream.of("/dev/shm"), Stream.of(disks)).map(Path::of).toList();
  }

  /**
   * Makes some, filled with zeros behind its head.
   *
   * @param folders to try, one after the other
   * @param size in bytes, the head included
   * @throws IOException when there is room in none of them; one line
   */
  static SharedMemory make(List<Path> folders, Pair pair, int size) throws IOException {
    IOException first = null;
    for (Path folder : folders) {
      try {
        return makeOrCollect(folder, pair, size);
      } catch (IOException | UnsupportedOperationException e) {
        if (first == null)
          first = new IOException("no memory to share in " + folder + ": " + reason(e), e);
      }
    }
    throw first == null ? new IOException("no folder for memory to share") : first;
  }

  /**
   * What earlier links of this process have mapped is given back when it is collected, and not when
   * they are closed: so a folder that is full is tried once more after a collection.
   */
  private static SharedMemory makeOrCollect(Path folder, Pair pair, int size) throws IOException {
    try {
      return make(folder, pair, size);
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("No space left")) throw e;
      System.gc();
      return make(folder, pair, size);
    }
  }

  private static SharedMemory make(Path folder, Pair pair, int size) throws IOException {
    Path path =
        folder
            .toRealPath()
            .resolve(
                "kudari-%d-%d-%d-%d"
                    .formatted(
                        ProcessHandle.current().pid(), System.nanoTime(), pair.maker, pair.other));
    FileChannel file =
        FileChannel.open(
            path,
            Set.of(
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                // On Unix, which has no other kind of it, the name is removed at once.
                StandardOpenOption.DELETE_ON_CLOSE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      write(file, pair.head());
      ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 16);
      for (long at = HEAD; at < size; at = file.position())
        write(file, zeros.clear().limit((int) Math.min(zeros.capacity(), size - at)));
      return new SharedMemory(file, openFile(path), map(file));
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** A file system's own messages are but paths. */
  private static String reason(Exception e) {
    boolean path = e instanceof FileSystemException f && f.getReason() == null;
    return path ? e.getClass().getSimpleName() : FirstLine.of(e);
  }

  private static void write(FileChannel file, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) file.write(bytes);
  }

  private static MappedByteBuffer map(FileChannel file) throws IOException {
    return file.map(MapMode.READ_WRITE, 0, file.size());
  }

  /** Where the system lists a file of this process whose name is gone. */
  private static Path openFile(Path path) throws IOException {
    Path all = Path.of("/proc", Long.toString(ProcessHandle.current().pid()), "fd");
    String gone = path + " (deleted)";
    try (DirectoryStream<Path> files = Files.newDirectoryStream(all)) {
      for (Path file : files) {
        if (isLinkTo(file, gone)) return file;
      }
    }
    throw new IOException("the system does not list it among the open files");
  }

  private static boolean isLinkTo(Path file, String target) {
    try {
      return Files.readSymbolicLink(file).toString().equals(target);
    } catch (IOException e) {
      return false; // closed in the meantime
    }
  }

  /** What the other rank opens. */
  String name() {
    return name.toString();
  }

  /** The memory. */
  ByteBuffer bytes() {
    return bytes;
  }

  /**
   * Maps what another rank has made.
   *
   * @param name as the other rank says
   * @throws IOException when it cannot be opened or is not that of the pair; one line
   */
  static ByteBuffer open(String name, Pair pair, int size) throws IOException {
    if (!name.matches("/proc/\\d+/fd/\\d+")) throw new IOException("\"" + name + "\" is no memory");
    try (FileChannel file =
        FileChannel.open(Path.of(name), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (file.size() != size) throw new IOException(name + " is other memory");
      MappedByteBuffer bytes = map(file);
      if (!bytes.slice(0, pair.head().limit()).equals(pair.head()))
        throw new IOException(name + " is other memory");
      return bytes;
    } catch (FileSystemException e) {
      throw new IOException(name + " cannot be opened: " + reason(e), e);
    }
  }

  /** Closes the file, which the other rank cannot open any more; what is mapped stays. */
  @Override
  public void close() throws IOException {
    file.close();
  }
}
