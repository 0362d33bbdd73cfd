package io.kudari.engine;

import static org.bytedeco.openblas.global.openblas.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas.CblasTrans;
import static org.bytedeco.openblas.global.openblas.cblas_sgemm;

import org.bytedeco.javacpp.FloatPointer;

/**
 * Products of row-major matrices in Java arrays, computed by OpenBLAS on one thread.
 *
 * <p>Operands are copied to buffers outside the heap and the product is copied back: a copy costs
 * about a hundredth of the product, and the garbage collector is never held up by native code that
 * looks into the heap. Every buffer starts on a cache line, so that the library sees the same
 * alignment in every instance. Not thread-safe.
 */
final class MatrixProduct implements AutoCloseable {

  private static final int LINE = 64;

  /**
   * Floats of a weight matrix that are copied at a time: what fits into the processor's cache, so
   * that a large matrix goes through memory once and not twice.
   */
  private static final int COPIED = 1 << 19;

  private final Buffer left = new Buffer();
  private final Buffer right = new Buffer();
  private final Buffer product = new Buffer();

  MatrixProduct() {
    NativeSetup.apply();
  }

  /**
   * c ← op(a) op(b) + beta c, where op(a) is m × k and op(b) is k × n.
   *
   * @param transposeA whether {@code a} holds the k × m transpose
   * @param transposeB whether {@code b} holds the n × k transpose
   * @param atA index of the first element in {@code a}; {@code atB} and {@code atC} likewise
   * @param beta 0 (c is overwritten, whatever it held) or 1
   */
  void multiply(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      float[] a,
      int atA,
      float[] b,
      int atB,
      float beta,
      float[] c,
      int atC) {
    left.write(a, atA, m * k);
    if (transposeB) {
      byRowsOfB(transposeA, m, n, k, b, atB, beta, c, atC);
      return;
    }
    if (!transposeA) {
      byTerms(m, n, k, b, atB, beta, c, atC);
      return;
    }
    right.write(b, atB, k * n);
    int step = step(m, n);
    for (int from = 0; from < m; from += step) {
      int rows = Math.min(step, m - from);
      if (beta != 0) product.write(c, atC + from * n, rows * n);
      else product.reserve(rows * n);
      FloatPointer second = right.at(0);
      sgemm(CblasTrans, CblasNoTrans, rows, n, k, left.at(from), m, second, n, beta, 0, n);
      product.at(0).get(c, atC + from * n, rows * n);
    }
  }

  /** Rows of b, which are columns of the product, a few at a time. */
  private void byRowsOfB(
      boolean transposeA, int m, int n, int k, float[] b, int atB, float beta, float[] c, int atC) {
    if (beta != 0) product.write(c, atC, m * n);
    else product.reserve(m * n);
    int step = step(n, k);
    for (int from = 0; from < n; from += step) {
      int rows = Math.min(step, n - from);
      right.write(b, atB + from * k, rows * k);
      int transposed = transposeA ? CblasTrans : CblasNoTrans;
      int width = transposeA ? m : k;
      FloatPointer second = right.at(0);
      sgemm(transposed, CblasTrans, m, rows, k, left.at(0), width, second, k, beta, from, n);
    }
    product.at(0).get(c, atC, m * n);
  }

  /** Rows of b, which add to the product, a few at a time. */
  private void byTerms(int m, int n, int k, float[] b, int atB, float beta, float[] c, int atC) {
    if (beta != 0) product.write(c, atC, m * n);
    else product.reserve(m * n);
    int step = step(k, n);
    for (int from = 0; from < k; from += step) {
      int rows = Math.min(step, k - from);
      right.write(b, atB + from * n, rows * n);
      float keep = from == 0 ? beta : 1;
      FloatPointer second = right.at(0);
      sgemm(CblasNoTrans, CblasNoTrans, m, n, rows, left.at(from), k, second, n, keep, 0, n);
    }
    product.at(0).get(c, atC, m * n);
  }

  /** How many of the rows of this length are copied at a time: a function of the shape alone. */
  private static int step(int rows, int length) {
    return (long) rows * length <= COPIED ? rows : Math.max(16, COPIED / length / 16 * 16);
  }

  private void sgemm(
      int transposeA,
      int transposeB,
      int m,
      int n,
      int k,
      FloatPointer a,
      int widthA,
      FloatPointer b,
      int widthB,
      float beta,
      int atC,
      int widthC) {
    cblas_sgemm(
        CblasRowMajor,
        transposeA,
        transposeB,
        m,
        n,
        k,
        1,
        a,
        widthA,
        b,
        widthB,
        beta,
        product.at(atC),
        widthC);
  }

  @Override
  public void close() {
    left.close();
    right.close();
    product.close();
  }

  /** Memory outside the heap that grows when it must. */
  private static final class Buffer implements AutoCloseable {
    private FloatPointer memory;
    private int size;
    private long start;

    void reserve(int floats) {
      if (memory != null && floats <= size) return;
      close();
      memory = new FloatPointer(floats + LINE / (long) Float.BYTES);
      long beyond = memory.address() % LINE;
      start = beyond == 0 ? 0 : (LINE - beyond) / Float.BYTES;
      size = floats;
    }

    void write(float[] from, int at, int floats) {
      reserve(floats);
      at(0).put(from, at, floats);
    }

    /** The same object for every call: only the last position counts. */
    FloatPointer at(int index) {
      return memory.position(start + index);
    }

    @Override
    public void close() {
      if (memory != null) memory.deallocate();
      memory = null;
    }
  }
}
