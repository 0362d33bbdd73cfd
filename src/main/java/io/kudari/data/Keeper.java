package io.kudari.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Keeps examples, their keys and classes, in the order in which they are added. Not thread-safe.
 */
final class Keeper {

  private static final int PIECE = 1 << 12;

  private final String source;
  private final ExampleStore.Layout layout;
  private final StoreWriter.Room room;
  private final StoreWriter store;
  private final List<long[]> keys = new ArrayList<>();
  private final List<int[]> labels = new ArrayList<>();
  private int added;

  /**
   * Of nothing yet.
   *
   * @param source for errors
   */
  Keeper(String source, ExampleStore.Layout layout, StoreWriter.Room room) {
    this.source = source;
    this.layout = layout;
    this.room = room;
    this.store = new StoreWriter(layout, room);
  }

  /** The next example, as a store keeps it. */
  void add(long key, ByteBuffer record) {
    if (added % PIECE == 0) grow();
    keys.get(added / PIECE)[added % PIECE] = key;
    labels.get(added / PIECE)[added % PIECE] = label(record);
    added++;
    store.add(record);
  }

  private int label(ByteBuffer record) {
    if (layout.targets() > 0) return 0;
    return record.order(ByteOrder.LITTLE_ENDIAN).getInt(record.position() + layout.features());
  }

  /** In pieces: an array that grows has for a while twice what it holds. */
  private void grow() {
    long all = room.keep(PIECE);
    Heap.check(
        source, "keys, classes and places of more than " + all + " examples", all * Kept.DEALT);
    keys.add(new long[PIECE]);
    labels.add(new int[PIECE]);
  }

  /** Frees what more examples would need: nothing can be added any more. */
  void seal() {
    int used = added % PIECE;
    if (used > 0 && keys.get(keys.size() - 1).length == PIECE) {
      int last = keys.size() - 1;
      keys.set(last, Arrays.copyOf(keys.get(last), used));
      labels.set(last, Arrays.copyOf(labels.get(last), used));
      long unused = room.keep(used - PIECE);
    }
    store.seal();
  }

  /** Number of examples. */
  int count() {
    return added;
  }

  /**
   * All of them. Nothing can be added any more.
   *
   * @param number the final number of each class
   */
  Kept kept(int[] number) {
    store.relabel(number);
    long[] all = new long[added];
    int[] classes = new int[added];
    for (int from = 0; from < added; from += PIECE) {
      int more = Math.min(PIECE, added - from);
      System.arraycopy(keys.get(from / PIECE), 0, all, from, more);
      int[] found = labels.get(from / PIECE);
      for (int i = 0; i < more; i++)
        classes[from + i] = layout.targets() > 0 ? 0 : number[found[i]];
    }
    keys.clear();
    labels.clear();
    return new Kept(store.store(), all, classes);
  }
}
