package io.kudari.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Fills an {@link ExampleStore}, on the heap while there is room, then in a file that is mapped.
 * The file has no name from its beginning, so that the system removes it when the last who uses it
 * ends, however it ends. Not thread-safe.
 */
public final class StoreWriter {

  /** Where examples may lie: shared by all who fill stores in a process. Thread-safe. */
  public static final class Room {

    private final long heap;
    private final Path folder;
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong kept = new AtomicLong();
    private final AtomicLong filed = new AtomicLong();
    private final AtomicLong expected = new AtomicLong();

    /**
     * Nothing is there yet.
     *
     * @param heap bytes on the heap at most
     * @param folder on a local disk where the rest goes
     */
    public Room(long heap, Path folder) {
      this.heap = heap;
      this.folder = folder;
    }

    /** No limit but the heap's. */
    public static Room ofHeap() {
      return new Room(Long.MAX_VALUE, Path.of("."));
    }

    /** The same without what is taken. */
    Room empty() {
      return new Room(heap, folder);
    }

    /** Counts examples that are about to be kept: how many were before. */
    long keep(int more) {
      return kept.getAndAdd(more);
    }

    /** Hears how many bytes of examples are to come, where that is known. */
    void expect(long bytes) {
      expected.addAndGet(bytes);
    }

    private DataException failed(int more, IOException e) {
      long there = filed.get();
      long whole = expected.get() - heap;
      return new DataException(
          "%s: cannot keep examples there: it needs room for %s%d bytes, of which it has %d (data.memory is what may be on the heap): %s"
              .formatted(
                  folder,
                  whole > there ? "" : "at least ",
                  Math.max(whole, there + more),
                  there,
                  reason(e)),
          e);
    }

    /** Java names the file, and Linux the reason, if it has one. */
    private static String reason(IOException e) {
      boolean named = e instanceof FileSystemException f && f.getReason() != null;
      return named ? ((FileSystemException) e).getReason() : e.getMessage();
    }

    private boolean take(int bytes) {
      if (taken.addAndGet(bytes) <= heap) return true;
      taken.addAndGet(-bytes);
      return false;
    }
  }

  private final ExampleStore.Layout layout;
  private final Room room;
  private final List<ByteBuffer> pieces = new ArrayList<>();
  private FileChannel file;
  private long spilled;
  private ByteBuffer piece;
  private int count;

  StoreWriter(ExampleStore.Layout layout, Room room) {
    this.layout = layout;
    this.room = room;
  }

  /** The next example, as {@link ExampleRecord} writes it, from its position to its limit. */
  void add(ByteBuffer example) {
    if (count == Integer.MAX_VALUE)
      throw new DataException("more than 2^31-1 examples in a process");
    if (piece == null) piece = ByteBuffer.allocate(layout.piece()).order(ByteOrder.LITTLE_ENDIAN);
    piece.put(example);
    count++;
    if (piece.hasRemaining()) return;
    if (room.take(layout.piece())) {
      pieces.add(piece);
      piece = null;
    } else {
      spill();
    }
  }

  /** Number of whole examples. */
  int count() {
    return count;
  }

  /** Bytes that lie in a file. */
  long spilled() {
    return spilled;
  }

  private void spill() {
    try {
      pieces.add(mapped(piece.flip()));
      piece.clear();
    } catch (IOException e) {
      throw room.failed(piece.limit(), e);
    }
  }

  /** Written first, since a disk that is full is only told to who writes. */
  private ByteBuffer mapped(ByteBuffer from) throws IOException {
    if (file == null) file = unnamed(room.folder);
    int size = from.remaining();
    while (from.hasRemaining()) file.write(from, spilled + from.position());
    ByteBuffer mapped = file.map(FileChannel.MapMode.READ_WRITE, spilled, size);
    spilled += size;
    room.filed.addAndGet(size);
    return mapped;
  }

  private static FileChannel unnamed(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) Files.createDirectories(folder);
    Path path = Files.createTempFile(folder, "kudari-examples-", ".bin");
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    Files.delete(path);
    return channel;
  }

  /** Frees what more examples would need: nothing can be added any more. */
  void seal() {
    if (piece != null && piece.position() > 0) {
      if (room.take(piece.position())) {
        ByteBuffer last = ByteBuffer.allocate(piece.position());
        pieces.add(last.put(piece.flip()).clear());
      } else {
        spill();
      }
    }
    piece = null;
    if (file != null) close();
    file = null;
  }

  /** Gives each class another number; seals. */
  void relabel(int[] number) {
    seal();
    if (layout.targets() > 0) return;
    for (ByteBuffer of : pieces) {
      of.order(ByteOrder.LITTLE_ENDIAN);
      for (int at = layout.features(); at < of.limit(); at += layout.size())
        of.putInt(at, number[of.getInt(at)]);
    }
  }

  /** All of them; seals. */
  ExampleStore store() {
    seal();
    return new ExampleStore(layout, pieces.toArray(ByteBuffer[]::new), count, spilled);
  }

  /** What is mapped stays. */
  private void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new DataException(room.folder + ": " + e.getMessage(), e);
    }
  }
}
