package io.kudari.data;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Keeps examples and their keys, in the order in which they are added. Not thread-safe. */
final class Keeper {

  private final ExampleStore.Layout layout;
  private final StoreWriter store;
  private long[] keys = new long[64];
  private int added;

  Keeper(ExampleStore.Layout layout, StoreWriter.Room room) {
    this.layout = layout;
    this.store = new StoreWriter(layout, room);
  }

  /** The next example, as a store keeps it. */
  void add(long key, ByteBuffer record) {
    key(key);
    store.add(record).end();
  }

  /** The key of the next example. */
  void key(long key) {
    if (added == keys.length) keys = Arrays.copyOf(keys, Math.max(added + 1, added / 2 * 3));
    keys[added++] = key;
  }

  /** Begins an example with its features, less offsets if there are any. */
  StoreWriter add(byte[] features, Offsets offsets) {
    return store.add(features, offsets);
  }

  /** Begins an example with its features, less offsets if there are any. */
  StoreWriter add(double[] features, Offsets offsets) {
    return store.add(features, offsets);
  }

  /** Bytes of an example. */
  int size() {
    return layout.size();
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
    return new Kept(store.store(), Arrays.copyOf(keys, added), store.spilled());
  }
}
