package io.kudari.engine.program;

/**
 * Loops over float arrays, in the forms that the JIT compiles to vector instructions: it does so
 * when all arrays of a loop have the same index, so a loop over arrays that start at different
 * indices copies a block first.
 */
final class Kernels {

  /** Floats a block should have at least: short loops spend their time before and after. */
  private static final int BLOCK = 512;

  /** Its square times the least number above 0 is more than 1. */
  private static final float LARGE = 0x1p75f;

  private Kernels() {}

  /** {@code buffer}, or a longer one when it has fewer than {@code size} elements. */
  static float[] sized(float[] buffer, int size) {
    return buffer.length >= size ? buffer : new float[size];
  }

  /** Length of the blocks in which rows of {@code columns} are taken: whole rows. */
  static int block(int columns) {
    return columns * Math.max(1, (BLOCK + columns - 1) / columns);
  }

  /**
   * Copies a matrix out of an operand and adds a vector to each row of it.
   *
   * @param from holds {@code rows · columns} elements in a row
   * @param to where the matrix goes, from index {@code atTo} on
   * @param tile of {@link #block} elements, overwritten
   * @param rowBlock of {@link #block} elements, overwritten
   */
  static void addToRows(
      Operand from,
      float[] to,
      int atTo,
      int rows,
      float[] vector,
      int at,
      int columns,
      float[] tile,
      float[] rowBlock) {
    int block = block(columns);
    for (int i = 0; i < block; i += columns) System.arraycopy(vector, at, tile, i, columns);
    int size = rows * columns;
    for (int first = 0; first < size; first += block) {
      int length = Math.min(block, size - first);
      from.read(first, rowBlock, 0, length);
      add(rowBlock, tile, length);
      System.arraycopy(rowBlock, 0, to, atTo + first, length);
    }
  }

  /**
   * Sums the rows of a matrix into {@code sums[at..at + columns)}: row r is added to partial sum r
   * mod (rows a block), the partial sums are added in order.
   *
   * @param tile of {@link #block} elements, overwritten
   * @param rowBlock of {@link #block} elements, overwritten
   */
  static void sumRows(
      float[] matrix, int rows, float[] sums, int at, int columns, float[] tile, float[] rowBlock) {
    int block = block(columns);
    java.util.Arrays.fill(tile, 0, block, 0);
    int size = rows * columns;
    for (int from = 0; from < size; from += block) {
      int length = Math.min(block, size - from);
      System.arraycopy(matrix, from, rowBlock, 0, length);
      add(tile, rowBlock, length);
    }
    fold(tile, sums, at, columns);
  }

  /** Sums the rows of a tile into {@code sums[at..at + columns)}, in their order. */
  static void fold(float[] tile, float[] sums, int at, int columns) {
    System.arraycopy(tile, 0, sums, at, columns);
    for (int from = columns; from < tile.length; from += columns) {
      for (int i = 0; i < columns; i++) sums[at + i] += tile[from + i];
    }
  }

  /** {@code target[i] += addend[i]} for i below n. */
  static void add(float[] target, float[] addend, int n) {
    for (int i = 0; i < n; i++) target[i] += addend[i];
  }

  /** {@code values[i] = max(0, values[i])} for i below n. */
  static void rectify(float[] values, int n) {
    for (int i = 0; i < n; i++) values[i] = Math.max(0, values[i]);
  }

  /**
   * Keeps the gradient where the output is above 0, and makes it 0 elsewhere, by a product with 1
   * or 0: branches would be mispredicted, and bits of floats are not taken in vectors.
   *
   * @param out at least 0
   */
  static void keepPositive(float[] out, float[] gradient, int n) {
    for (int i = 0; i < n; i++) gradient[i] *= Math.min(1, out[i] * LARGE * LARGE);
  }

  /** {@code out[i] = a[i] · b[i]} for i below n. */
  static void multiply(float[] a, float[] b, float[] out, int n) {
    for (int i = 0; i < n; i++) out[i] = a[i] * b[i];
  }

  /**
   * Moves images from channels-first to channels-last, or back.
   *
   * @param outer 'channels' of the input order that becomes the inner axis, or 'pixels' for back
   */
  static void transposeEach(float[] in, float[] out, int count, int outer, int inner) {
    for (int e = 0; e < count; e++) {
      int from = e * outer * inner;
      for (int i = 0; i < inner; i++) {
        for (int o = 0; o < outer; o++) out[from + i * outer + o] = in[from + o * inner + i];
      }
    }
  }

  /** Writes the transpose of a {@code rows × columns} matrix, from index {@code at} on. */
  static void transpose(float[] from, float[] to, int at, int rows, int columns) {
    for (int c = 0; c < columns; c++)
      for (int r = 0; r < rows; r++) to[at + c * rows + r] = from[r * columns + c];
  }

  /** Copies {@code count} matrices of {@code rows × columns}, each transposed. */
  static void swapInner(
      float[] from, int at, float[] to, int atTo, int count, int rows, int columns) {
    for (int f = 0; f < count; f++) {
      int base = f * rows * columns;
      for (int c = 0; c < columns; c++)
        for (int r = 0; r < rows; r++)
          to[atTo + base + c * rows + r] = from[at + base + r * columns + c];
    }
  }
}
