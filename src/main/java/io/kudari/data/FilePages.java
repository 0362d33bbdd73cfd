package io.kudari.data;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;

/**
 * Where a piece of a store lies in a file. It is read through its mapping, which costs least while
 * memory holds the file. When it does not, a fault at a random place would read as much around it
 * as the disk reads ahead, up to megabytes, of which memory wants the room back before anything
 * else in it is used. There an example is fetched first: a read of its own bytes leaves their pages
 * in memory, where the mapping finds them. Thread-safe.
 *
 * @param room whose file it is
 * @param file that holds it
 * @param at its first byte
 */
record FilePages(StoreWriter.Room room, SpillFile file, long at) {

  /** Of a piece on the heap. */
  static final FilePages NONE = new FilePages(null, null, 0);

  /** Bytes of this machine, or of what the system allows the process, beside the Java heap. */
  static long memory() {
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return Math.max(0, system.getTotalMemorySize() - Runtime.getRuntime().maxMemory());
  }

  /** Whether bytes are to be fetched before they are read. */
  boolean areFetched() {
    return file != null && room.exceedsMemory();
  }

  /** Writes the piece, since a disk that is full is only told to who writes, and maps it. */
  ByteBuffer mapped(ByteBuffer from) throws IOException {
    int size = from.remaining();
    while (from.hasRemaining()) {
      int unused = file.channel().write(from, at + from.position());
    }
    return file.channel().map(FileChannel.MapMode.READ_WRITE, at, size);
  }

  /**
   * Brings bytes of the piece into memory.
   *
   * @param from first of them
   * @param into overwritten; as many as it has room for
   * @throws DataException when the disk cannot read them
   */
  void fetch(int from, ByteBuffer into) {
    try {
      int unused = file.channel().read(into.clear(), at + from);
    } catch (ClosedChannelException e) {
      into.clear(); // By an interruption, which leaves the mapping.
    } catch (IOException e) {
      throw room.unreadable(e);
    }
  }
}
