package io.kudari.spark.link;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One direction of shared memory: slots that one side fills and the other empties, in turn. A
 * slot's state is 0 while it is free, and the message's length plus one from when it is full until
 * the reader has given it back. Whoever sees a state also sees what was done to the slot before it.
 *
 * <p>Each side has its own object over the same memory and uses it by one thread at a time.
 */
final class Ring {

  /** A few more than ranks are ahead of each other; more would not stay in the cache. */
  static final int SLOTS = 16;

  /** Bytes of a slot's message. */
  static final int CAPACITY = NetworkLink.WIRE_MESSAGE;

  /** States do not share a cache line. */
  private static final int LINE = 64;

  /** Bytes that one takes. */
  static final int BYTES = SLOTS * (LINE + CAPACITY);

  private static final VarHandle STATE =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private final ByteBuffer memory;
  private final int base;
  private final ByteBuffer[] slots = new ByteBuffer[SLOTS];

  /** Of the reader: what it has taken and not given back, and would take for the next message. */
  private final boolean[] taken = new boolean[SLOTS];

  private int next;

  /**
   * A side of the ring whose {@link #BYTES} begin at {@code base}, a multiple of 64; all free when
   * they are 0.
   */
  Ring(ByteBuffer memory, int base) {
    this.memory = memory;
    this.base = base;
    for (int i = 0; i < SLOTS; i++) {
      slots[i] = memory.slice(base + SLOTS * LINE + i * CAPACITY, CAPACITY);
    }
  }

  private int state(int slot) {
    return (int) STATE.getAcquire(memory, base + slot * LINE);
  }

  private void set(int slot, int state) {
    STATE.setRelease(memory, base + slot * LINE, state);
  }

  /** Of the writer: whether the next slot is free. */
  boolean isFree() {
    return state(next) == 0;
  }

  /** The next slot's buffer. */
  ByteBuffer buffer() {
    return slots[next];
  }

  /** Of the writer: gives a message in the next slot to the reader. */
  void publish(int length) {
    set(next, length + 1);
    next = (next + 1) % SLOTS;
  }

  /** Of the reader: length of the message in the next slot, as the writer says; −1 for none. */
  int length() {
    return taken[next] ? -1 : state(next) - 1;
  }

  /** Of the reader: the message in the next slot, to be given back. */
  ByteBuffer take(int length) {
    ByteBuffer message = slots[next].clear().limit(length);
    taken[next] = true;
    next = (next + 1) % SLOTS;
    return message;
  }

  /** Of the reader: whether the slot before the next one is in use: the writer may have to wait. */
  boolean isFull() {
    return state((next + SLOTS - 1) % SLOTS) != 0;
  }

  /** Whether a buffer is a slot's. */
  boolean owns(ByteBuffer message) {
    return indexOf(message) >= 0;
  }

  /** Of the reader: gives a slot back to the writer. */
  void free(ByteBuffer message) {
    int slot = indexOf(message);
    taken[slot] = false;
    set(slot, 0);
  }

  private int indexOf(ByteBuffer message) {
    for (int i = 0; i < SLOTS; i++) if (slots[i] == message) return i;
    return -1;
  }
}
