package io.kudari.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Fills an {@link ExampleStore}, on the heap while there is room, then in a file that is mapped.
 * The file has no name from its beginning, so that the system removes it when the last who uses it
 * ends, however it ends. Not thread-safe.
 */
final class StoreWriter {

  /**
   * Where examples may lie.
   *
   * @param heap bytes on the heap at most
   * @param folder on a local disk where the rest goes
   */
  record Room(long heap, Path folder) {

    /** No limit but the heap's. */
    static Room ofHeap() {
      return new Room(Long.MAX_VALUE, Path.of("."));
    }
  }

  private final ExampleStore.Layout layout;
  private final Room room;
  private final List<ByteBuffer> pieces = new ArrayList<>();
  private FileChannel file;
  private long onHeap;
  private long spilled;
  private ByteBuffer piece;
  private int count;

  StoreWriter(ExampleStore.Layout layout, Room room) {
    this.layout = layout;
    this.room = room;
  }

  /** Begins the next example with its features, less offsets if there are any. */
  void add(byte[] features, Offsets offsets) {
    if (layout.ofBytes()) {
      bytes(features);
      return;
    }
    begin();
    for (int j = 0; j < features.length; j++) piece.putFloat(offsets.less(features[j] & 0xff, j));
  }

  /** Begins the next example with its features, less offsets if there are any. */
  void add(double[] features, Offsets offsets) {
    begin();
    for (int j = 0; j < features.length; j++) piece.putFloat(offsets.less(features[j], j));
  }

  /** Begins the next example with its features. */
  void bytes(byte[] features) {
    begin();
    piece.put(features);
  }

  /** Begins the next example with its features. */
  void floats(float[] features) {
    begin();
    for (float feature : features) piece.putFloat(feature);
  }

  /** The class of the example. */
  void label(int label) {
    piece.putInt(label);
  }

  /** The next target of the example. */
  void target(float value) {
    piece.putFloat(value);
  }

  /** The example is whole. */
  void end() {
    if (count == Integer.MAX_VALUE)
      throw new DataException("more than 2^31-1 examples in a process");
    count++;
    if (!piece.hasRemaining()) full();
  }

  /** Number of whole examples. */
  int count() {
    return count;
  }

  /** Bytes that lie in a file. */
  long spilled() {
    return spilled;
  }

  private void begin() {
    if (piece == null) piece = ByteBuffer.allocate(layout.piece()).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void full() {
    if (onHeap + layout.piece() <= room.heap()) {
      onHeap += layout.piece();
      pieces.add(piece);
      piece = null;
      return;
    }
    try {
      pieces.add(mapped(piece.flip()));
      piece.clear();
    } catch (IOException e) {
      throw new DataException(
          room.folder()
              + ": cannot keep examples there, after "
              + spilled
              + " bytes of them: "
              + e.getMessage(),
          e);
    }
  }

  /** Written first, since a disk that is full is only told to who writes. */
  private ByteBuffer mapped(ByteBuffer from) throws IOException {
    if (file == null) file = unnamed(room.folder());
    int size = from.remaining();
    while (from.hasRemaining()) file.write(from, spilled + from.position());
    ByteBuffer mapped = file.map(FileChannel.MapMode.READ_ONLY, spilled, size);
    spilled += size;
    return mapped;
  }

  private static FileChannel unnamed(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path path = Files.createTempFile(folder, "kudari-examples-", ".bin");
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    Files.delete(path);
    return channel;
  }

  /** All of them. Nothing can be added any more. */
  ExampleStore store() {
    if (piece != null && piece.position() > 0) {
      ByteBuffer last = ByteBuffer.allocate(piece.position());
      pieces.add(last.put(piece.flip()).clear());
    }
    piece = null;
    if (file != null) close();
    return new ExampleStore(layout, pieces.toArray(ByteBuffer[]::new), count);
  }

  /** What is mapped stays. */
  private void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new DataException(room.folder() + ": " + e.getMessage(), e);
    }
  }
}
