package io.kudari.engine.program;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;

/**
 * A row-major matrix for {@link MatrixProduct}, copied from a Java array to memory outside the heap
 * that grows when it must. It stays there for any number of products until another is copied.
 */
final class Operand implements AutoCloseable {

  private static final int LINE = 64;

  /**
   * Rows of a multiple of these floats would begin in the same few sets of the processor's caches,
   * and push each other out: they are kept a line further apart.
   */
  private static final int CONFLICTING = 256;

  /**
   * Floats of a weight matrix that are copied at a time: what fits into the processor's cache, so
   * that a large matrix goes through memory once and not twice.
   */
  private static final int COPIED = 1 << 18;

  private FloatPointer memory;

  /** The memory from {@link #start} on: long runs and short ones are copied at the same rate. */
  private FloatBuffer floats;

  private int size;
  private long start;
  private int length;
  private int stride;

  /** Of a matrix that is too large to be copied as a whole, else null. */
  private float[] source;

  private int atSource;

  /** How many of the rows of this length are taken at a time: a function of the shape alone. */
  static int rows(int rows, int length) {
    return even(rows, (int) (((long) rows * length + COPIED - 1) / COPIED));
  }

  /** The length of that many parts of about one length: of whole cache lines, if there are more. */
  static int even(int length, int parts) {
    int line = LINE / Float.BYTES;
    return parts <= 1 ? length : (length + parts * line - 1) / (parts * line) * line;
  }

  /** From one row of this length to the next, in floats. */
  static int stride(int length) {
    return length % CONFLICTING == 0 ? length + LINE / Float.BYTES : length;
  }

  /** Copies a matrix of {@code rows × length} elements that starts at {@code at}. */
  void copy(float[] from, int at, int rows, int length) {
    begin(0, length);
    copyRows(from, at, rows, length, stride);
  }

  /** Makes room for a matrix whose rows are then {@link #put}. */
  void begin(int rows, int length) {
    source = null;
    this.length = length;
    this.stride = stride(length);
    reserve(rows * stride);
  }

  /** Copies one row, the first elements of {@code from}. */
  void put(int row, float[] from) {
    floats.put(row * stride, from, 0, length);
  }

  /** Copies some rows, one after the other in {@code from}. */
  void put(int row, float[] from, int rows) {
    if (stride == length) floats.put(row * stride, from, 0, rows * length);
    else for (int r = 0; r < rows; r++) floats.put((row + r) * stride, from, r * length, length);
  }

  /** Copies some rows back, one after the other. */
  void read(int row, float[] to, int rows) {
    if (stride == length) floats.get(row * stride, to, 0, rows * length);
    else for (int r = 0; r < rows; r++) floats.get((row + r) * stride, to, r * length, length);
  }

  /**
   * As {@link #copy}, but a large matrix is only remembered and copied again in every product,
   * piece by piece. It must not change meanwhile.
   */
  void copyWeights(float[] from, int at, int rows, int length) {
    boolean whole = rows(rows, length) == rows;
    copy(from, at, whole ? rows : 0, length);
    if (whole) return;
    source = from;
    atSource = at;
  }

  /**
   * Copies the first columns of some rows.
   *
   * @param apart floats from one row to the next where they go to
   */
  private void copyRows(float[] from, int at, int rows, int columns, int apart) {
    reserve(rows * apart);
    if (columns == length && apart == length) floats.put(0, from, at, rows * columns);
    else for (int r = 0; r < rows; r++) floats.put(r * apart, from, at + r * length, columns);
  }

  /** Makes room for elements in a row. */
  void reserve(int count) {
    if (memory != null && count <= size) return;
    close();
    memory = new FloatPointer(count + LINE / (long) Float.BYTES);
    long beyond = memory.address() % LINE;
    start = beyond == 0 ? 0 : (LINE - beyond) / Float.BYTES;
    size = count;
    floats = memory.position(start).limit(start + count).asBuffer();
  }

  /** Copies elements in a row back. */
  void read(int from, float[] to, int at, int count) {
    floats.get(from, to, at, count);
  }

  /** From one row to the next, in floats. */
  int stride() {
    return stride;
  }

  /** The same object for every call: only the last position counts. */
  FloatPointer at(int index) {
    return memory.position(start + index);
  }

  /** As {@link #at(int)}. */
  FloatPointer at(int row, int column) {
    return at(row * stride + column);
  }

  /** Some columns of some rows, valid until the next call; the same object as from {@link #at}. */
  FloatPointer piece(int row, int rows, int column, int columns) {
    if (source == null) return at(row, column);
    copyRows(source, atSource + row * length + column, rows, columns, pieceStride(columns));
    return at(0);
  }

  /** From one row of a {@link #piece} to the next, in floats. */
  int pieceStride(int columns) {
    return source == null ? stride : stride(columns);
  }

  /** Frees the memory. */
  @Override
  public void close() {
    if (memory != null) memory.deallocate();
    memory = null;
    floats = null;
  }
}
