package io.kudari.engine.program;

import static org.bytedeco.dnnl.global.dnnl.dnnl_sgemm;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.cblas_sgemm;

import io.kudari.engine.processor.NativeSetup;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.bytedeco.javacpp.FloatPointer;

/**
 * Products of row-major matrices, computed on one thread by oneDNN or, where one side is narrow, by
 * OpenBLAS: which of them is a function of the shape and the processor's instructions, and with it
 * the order of every sum.
 *
 * <p>Operands are copied to buffers outside the heap and the product is copied back: a copy costs
 * about a hundredth of the product, and the garbage collector is never held up by native code that
 * looks into the heap. Every buffer starts on a cache line, so that the library sees the same
 * alignment in every instance. Not thread-safe.
 */
final class MatrixProduct implements AutoCloseable {

  /**
   * The least side of a product that oneDNN computes on most processors: it arranges both operands
   * anew before it multiplies, which a narrow product does not pay back.
   */
  private static final int NARROW = 32;

  /**
   * Instruction sets, by how their names begin, with which oneDNN is the faster one for narrow
   * products too, if they are no smaller than the least that is not narrow.
   */
  private static final String NARROW_TOO = "avx";

  /** Longer sums of rows by rows are split: oneDNN computes them a fifth more slowly. */
  private static final int LONGEST = 1 << 10;

  private final List<Operand> operands = new ArrayList<>();
  private final Operand shared = operand();
  private final boolean narrowToo;

  MatrixProduct() {
    this.narrowToo = NativeSetup.apply().instructions().startsWith(NARROW_TOO);
  }

  /** A new operand, whose memory is freed by {@link #close}. */
  Operand operand() {
    Operand operand = new Operand();
    operands.add(operand);
    return operand;
  }

  /** A product's place until the next one that goes there. */
  Operand shared() {
    return shared;
  }

  /**
   * c ← op(a) op(b) + beta c, where op(a) is m × k and op(b) is k × n.
   *
   * @param transposeA whether {@code a} holds the k × m transpose
   * @param transposeB whether {@code b} holds the n × k transpose
   * @param a as a whole outside the heap
   * @param b likewise when {@code transposeA} and not {@code transposeB}
   * @param beta 0 (c is overwritten, whatever it held) or 1
   * @param c holds m · n elements in a row
   */
  void multiply(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      Operand a,
      Operand b,
      float beta,
      Operand c) {
    c.reserve(m * n);
    if (transposeB) {
      byRowsOfB(transposeA, m, n, k, a, b, beta, c);
    } else if (transposeA) {
      multiply(true, false, m, n, k, a.at(0), a.stride(), b.at(0), b.stride(), beta, c.at(0), n);
    } else {
      byTerms(m, n, k, a, b, beta, c);
    }
  }

  /**
   * c ← aᵀ b, a few rows of c at a time, from the last to the first; they are copied to the heap
   * while they are in the cache.
   *
   * @param atC index of the first element in {@code c}
   * @param finalFrom hears the index of the first element of c that is final, after each of them
   */
  void multiply(
      int m, int n, int k, Operand a, Operand b, float[] c, int atC, IntConsumer finalFrom) {
    int step = Operand.rows(m, n);
    for (int to = m; to > 0; to -= step) {
      int from = Math.max(0, to - step);
      int rows = to - from;
      shared.reserve(rows * n);
      FloatPointer columns = a.at(0, from);
      multiply(
          true, false, rows, n, k, columns, a.stride(), b.at(0), b.stride(), 0, shared.at(0), n);
      shared.read(0, c, atC + from * n, rows * n);
      finalFrom.accept(atC + from * n);
    }
  }

  /** Rows of b, which are columns of the product, a few at a time. */
  private void byRowsOfB(
      boolean transposeA, int m, int n, int k, Operand a, Operand b, float beta, Operand c) {
    int terms = Operand.even(k, (k + LONGEST - 1) / LONGEST);
    int step = Operand.rows(n, terms);
    for (int from = 0; from < n; from += step) {
      int rows = Math.min(step, n - from);
      for (int term = 0; term < k; term += terms) {
        int length = Math.min(terms, k - term);
        multiply(
            transposeA,
            true,
            m,
            rows,
            length,
            transposeA ? a.at(term, 0) : a.at(0, term),
            a.stride(),
            b.piece(from, rows, term, length),
            b.pieceStride(length),
            term == 0 ? beta : 1,
            c.at(from),
            n);
      }
    }
  }

  /** Rows of b, which add to the product, a few at a time. */
  private void byTerms(int m, int n, int k, Operand a, Operand b, float beta, Operand c) {
    int step = Operand.rows(k, n);
    for (int from = 0; from < k; from += step) {
      int rows = Math.min(step, k - from);
      FloatPointer second = b.piece(from, rows, 0, n);
      float keep = from == 0 ? beta : 1;
      multiply(
          false,
          false,
          m,
          n,
          rows,
          a.at(0, from),
          a.stride(),
          second,
          b.pieceStride(n),
          keep,
          c.at(0),
          n);
    }
  }

  /** Whether oneDNN is the faster one, as measured. */
  private boolean byOneDnn(int m, int n, int k) {
    if (narrowToo) return (long) m * n * k >= NARROW * NARROW * NARROW;
    return m >= NARROW && n >= NARROW && k >= NARROW;
  }

  /**
   * c ← op(a) op(b) + beta c, of parts of larger matrices.
   *
   * @param widthA from one row of {@code a} to the next, in floats; so the others
   */
  void multiply(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      FloatPointer a,
      int widthA,
      FloatPointer b,
      int widthB,
      float beta,
      FloatPointer c,
      int widthC) {
    if (byOneDnn(m, n, k)) {
      byte opA = (byte) (transposeA ? 'T' : 'N');
      byte opB = (byte) (transposeB ? 'T' : 'N');
      int failed = dnnl_sgemm(opA, opB, m, n, k, 1, a, widthA, b, widthB, beta, c, widthC);
      if (failed != 0) throw new IllegalStateException("oneDNN's sgemm fails: status " + failed);
      return;
    }
    cblas_sgemm(
        CblasRowMajor,
        transposeA ? CblasTrans : CblasNoTrans,
        transposeB ? CblasTrans : CblasNoTrans,
        m,
        n,
        k,
        1,
        a,
        widthA,
        b,
        widthB,
        beta,
        c,
        widthC);
  }

  @Override
  public void close() {
    operands.forEach(Operand::close);
  }
}
