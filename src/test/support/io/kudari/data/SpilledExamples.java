package io.kudari.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Files of examples of this process, which have no name: Linux shows them among what is open. */
public final class SpilledExamples implements AutoCloseable {

  private final List<FileChannel> open = new ArrayList<>();

  private SpilledExamples() {}

  /** Where all examples go to a file for which memory is too small. */
  public static StoreWriter.Room tightRoom(Path folder) {
    return new StoreWriter.Room(0, folder, 0);
  }

  /** Those of a folder that are open now, and stay so until this is closed. */
  public static SpilledExamples in(Path folder) {
    SpilledExamples found = new SpilledExamples();
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      for (Path file : files.toList())
        if (isSpilled(folder, file)) found.open.add(FileChannel.open(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static boolean isSpilled(Path folder, Path file) {
    try {
      Path target = Files.readSymbolicLink(file);
      String name = String.valueOf(target.getFileName());
      return target.startsWith(folder)
          && name.startsWith("kudari-examples-")
          && name.endsWith(" (deleted)");
    } catch (IOException e) {
      return false; // It has been closed meanwhile.
    }
  }

  /** How many of a folder are open. */
  public static int count(Path folder) {
    try (SpilledExamples found = in(folder)) {
      return found.open.size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What they hold, which takes as much of the disk. */
  public long bytes() {
    try {
      long all = 0;
      for (FileChannel file : open) all += file.size();
      return all;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    for (FileChannel file : open) file.close();
  }
}
