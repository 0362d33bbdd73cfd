package io.kudari.data;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file of examples that the stores of a {@link StoreWriter.Room} share, and the thread that reads
 * ahead in it. It has no name from its beginning, so that the system removes it when the process
 * ends, however it ends. Its space is free before that, once nobody holds the file any more: who
 * opens it does, and everybody who reads its mappings must, for reading what is not there any more
 * is a fault of the process. Thread-safe.
 */
final class SpillFile {

  private final FileChannel channel;

  /** Another way to it: a thread that is interrupted while it reads closes a channel. */
  private final RandomAccessFile whole;

  private final ReadAhead ahead = new ReadAhead();
  private long end;
  private int holders = 1;

  private SpillFile(FileChannel channel, RandomAccessFile whole) {
    this.channel = channel;
    this.whole = whole;
  }

  /** An empty one, which the caller holds. */
  static SpillFile in(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) Files.createDirectories(folder);
    Path path = Files.createTempFile(folder, "kudari-examples-", ".bin");
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      return new SpillFile(channel, new RandomAccessFile(path.toFile(), "rw"));
    } catch (IOException e) {
      channel.close();
      throw e;
    } finally {
      Files.delete(path);
    }
  }

  FileChannel channel() {
    return channel;
  }

  ReadAhead ahead() {
    return ahead;
  }

  /** The place of its next bytes, which are the caller's. */
  synchronized long reserve(int bytes) {
    long at = end;
    end += bytes;
    return at;
  }

  /**
   * Keeps what is in it until {@link #release}.
   *
   * @throws IllegalStateException when it is gone
   */
  synchronized void hold() {
    if (holders == 0) throw new IllegalStateException("the file of these examples is closed");
    holders++;
  }

  /**
   * Ends a {@link #hold}, or that of who opened it: with the last the file is empty, and closed.
   */
  void release() {
    if (!isLast()) return;
    ahead.close();
    try (channel;
        whole) {
      whole.setLength(0);
    } catch (IOException e) {
      // The system frees it with the mappings.
    }
  }

  private synchronized boolean isLast() {
    return --holders == 0;
  }
}
