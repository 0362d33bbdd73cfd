package io.kudari.data;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Keeps examples and their keys, in the order in which they are added. Not thread-safe. */
final class Keeper {

  private static final int PIECE = 1 << 12;

  private final String source;
  private final StoreWriter.Room room;
  private final StoreWriter store;
  private final List<long[]> keys = new ArrayList<>();
  private int added;

  /**
   * Of nothing yet.
   *
   * @param source for errors
   */
  Keeper(String source, ExampleStore.Layout layout, StoreWriter.Room room) {
    this.source = source;
    this.room = room;
    this.store = new StoreWriter(layout, room);
  }

  /** The next example, as a store keeps it. */
  void add(long key, ByteBuffer record) {
    if (added % PIECE == 0) grow();
    keys.get(added / PIECE)[added++ % PIECE] = key;
    store.add(record);
  }

  /** In pieces: an array that grows has for a while twice what it holds. */
  private void grow() {
    long all = room.keep(PIECE);
    Heap.check(source, "keys and places of more than " + all + " examples", all * Kept.DEALT);
    keys.add(new long[PIECE]);
  }

  /** Frees what more examples would need: nothing can be added any more. */
  void seal() {
    int used = added % PIECE;
    if (used > 0 && keys.get(keys.size() - 1).length == PIECE) {
      keys.set(keys.size() - 1, Arrays.copyOf(keys.get(keys.size() - 1), used));
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
    for (int from = 0; from < added; from += PIECE)
      System.arraycopy(keys.get(from / PIECE), 0, all, from, Math.min(PIECE, added - from));
    keys.clear();
    return new Kept(store.store(), all);
  }
}
