package io.kudari.engine.program;

import org.bytedeco.javacpp.FloatPointer;

/**
 * A row-major matrix for {@link MatrixProduct}, copied from a Java array to memory outside the heap
 * that grows when it must. It stays there for any number of products until another is copied.
 */
final class Operand implements AutoCloseable {

  private static final int LINE = 64;

  /**
   * Floats of a weight matrix that are copied at a time: what fits into the processor's cache, so
   * that a large matrix goes through memory once and not twice.
   */
  private static final int COPIED = 1 << 19;

  private FloatPointer memory;
  private int size;
  private long start;

  /** Of a matrix that is too large to be copied as a whole, else null. */
  private float[] source;

  private int atSource;

  /** How many of the rows of this length are taken at a time: a function of the shape alone. */
  static int rows(int rows, int length) {
    return (long) rows * length <= COPIED ? rows : Math.max(16, COPIED / length / 16 * 16);
  }

  /** Copies a matrix of {@code floats} elements that starts at {@code at}. */
  void copy(float[] from, int at, int floats) {
    source = null;
    copyIf(true, from, at, floats);
  }

  /**
   * As {@link #copy}, but a large matrix is only remembered and copied again in every product,
   * piece by piece. It must not change meanwhile.
   */
  void copyWeights(float[] from, int at, int floats) {
    if (floats <= COPIED) {
      copy(from, at, floats);
    } else {
      source = from;
      atSource = at;
    }
  }

  /** Reserves the memory, and fills it if so wanted. */
  void copyIf(boolean wanted, float[] from, int at, int floats) {
    if (memory == null || floats > size) reserve(floats);
    if (wanted) at(0).put(from, at, floats);
  }

  private void reserve(int floats) {
    close();
    memory = new FloatPointer(floats + LINE / (long) Float.BYTES);
    long beyond = memory.address() % LINE;
    start = beyond == 0 ? 0 : (LINE - beyond) / Float.BYTES;
    size = floats;
  }

  /** Copies the first elements back. */
  void read(float[] to, int at, int floats) {
    at(0).get(to, at, floats);
  }

  /** The same object for every call: only the last position counts. */
  FloatPointer at(int index) {
    return memory.position(start + index);
  }

  /** Some elements in a row, valid until the next call; the same object as from {@link #at}. */
  FloatPointer piece(int from, int floats) {
    if (source == null) return at(from);
    copyIf(true, source, atSource + from, floats);
    return at(0);
  }

  /** Frees the memory. */
  @Override
  public void close() {
    if (memory != null) memory.deallocate();
    memory = null;
  }
}
