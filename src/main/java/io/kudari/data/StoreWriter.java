package io.kudari.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/**
 * Fills an {@link ExampleStore}, on the heap while there is room, then in a file that is mapped.
 * Not thread-safe.
 */
public final class StoreWriter {

  /**
   * Where examples may lie: shared by all who fill stores in a process. What lies in its file is
   * there until it is closed and nobody {@link ExampleStore#hold holds} a store in it. Thread-safe.
   */
  public static final class Room implements AutoCloseable {

    private final long heap;
    private final Path folder;
    private final AtomicLong taken = new AtomicLong();
    private final AtomicLong kept = new AtomicLong();
    private final AtomicLong filed = new AtomicLong();
    private final AtomicLong expected = new AtomicLong();
    private final long memory;
    private final List<Room> emptied = new ArrayList<>();
    private SpillFile file;
    private boolean closed;

    /**
     * Nothing is there yet.
     *
     * @param heap bytes on the heap at most
     * @param folder on a local disk where the rest goes
     */
    public Room(long heap, Path folder) {
      this(heap, folder, FilePages.memory());
    }

    /**
     * As the other.
     *
     * @param memory bytes that may hold pages of files
     */
    Room(long heap, Path folder, long memory) {
      this.heap = heap;
      this.folder = folder;
      this.memory = memory;
    }

    /** No limit but the heap's. */
    public static Room ofHeap() {
      return new Room(Long.MAX_VALUE, Path.of("."));
    }

    /** The same without what is taken; closed with this one. */
    synchronized Room empty() {
      Room another = new Room(heap, folder, memory);
      if (closed) another.close();
      emptied.add(another);
      return another;
    }

    /** Ends its use: what lies in its file is gone when nobody holds it any more. */
    @Override
    public void close() {
      SpillFile filled;
      List<Room> others;
      synchronized (this) {
        filled = file;
        others = List.copyOf(emptied);
        file = null;
        closed = true;
      }
      if (filled != null) filled.release();
      others.forEach(Room::close);
    }

    /** Whether memory cannot hold what lies in the file, so that pages come and go. */
    boolean exceedsMemory() {
      return filed.get() > memory;
    }

    /** The next bytes of the file, which all share, and which none reaches by a name. */
    private synchronized FilePages pages(int bytes) throws IOException {
      if (closed) throw new ClosedChannelException();
      if (file == null) file = SpillFile.in(folder);
      return new FilePages(this, file, file.reserve(bytes));
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

    /** What an example that cannot be read back ends with. */
    DataException unreadable(IOException e) {
      return new DataException(folder + ": cannot read examples there: " + reason(e), e);
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
  private final List<FilePages> pages = new ArrayList<>();
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
      add(piece, FilePages.NONE);
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

  private void add(ByteBuffer of, FilePages in) {
    pieces.add(of);
    pages.add(in);
  }

  private void spill() {
    try {
      int size = piece.flip().limit();
      FilePages in = room.pages(size);
      add(in.mapped(piece), in);
      spilled += size;
      room.filed.addAndGet(size);
      piece.clear();
    } catch (IOException e) {
      throw room.failed(piece.limit(), e);
    }
  }

  /** Frees what more examples would need: nothing can be added any more. */
  void seal() {
    if (piece != null && piece.position() > 0) {
      if (room.take(piece.position())) {
        ByteBuffer last = ByteBuffer.allocate(piece.position());
        add(last.put(piece.flip()).clear(), FilePages.NONE);
      } else {
        spill();
      }
    }
    piece = null;
  }

  /** Gives each class another number; seals. */
  void relabel(int[] number) {
    seal();
    // What lies in a file would all be written once more.
    boolean same = IntStream.range(0, number.length).allMatch(c -> number[c] == c);
    if (layout.targets() > 0 || same) return;
    for (ByteBuffer of : pieces) {
      of.order(ByteOrder.LITTLE_ENDIAN);
      for (int at = layout.features(); at < of.limit(); at += layout.size())
        of.putInt(at, number[of.getInt(at)]);
    }
  }

  /** All of them; seals. */
  ExampleStore store() {
    seal();
    ByteBuffer[] all = pieces.toArray(ByteBuffer[]::new);
    return new ExampleStore(layout, all, pages.toArray(FilePages[]::new), count, spilled);
  }
}
