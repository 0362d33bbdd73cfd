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
    FloatPointer first = left.holding(m * k);
    FloatPointer second = right.holding(k * n);
    FloatPointer result = product.holding(m * n);
    first.put(a, atA, m * k);
    second.put(b, atB, k * n);
    if (beta != 0) result.put(c, atC, m * n);
    cblas_sgemm(
        CblasRowMajor,
        transposeA ? CblasTrans : CblasNoTrans,
        transposeB ? CblasTrans : CblasNoTrans,
        m,
        n,
        k,
        1,
        first,
        transposeA ? m : k,
        second,
        transposeB ? k : n,
        beta,
        result,
        n);
    result.get(c, atC, m * n);
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

    FloatPointer holding(int floats) {
      if (memory == null || floats > size) {
        close();
        memory = new FloatPointer(floats + LINE / (long) Float.BYTES);
        long beyond = memory.address() % LINE;
        memory.position(beyond == 0 ? 0 : (LINE - beyond) / Float.BYTES);
        size = floats;
      }
      return memory;
    }

    @Override
    public void close() {
      if (memory != null) memory.deallocate();
      memory = null;
    }
  }
}
