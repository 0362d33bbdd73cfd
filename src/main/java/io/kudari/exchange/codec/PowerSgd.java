package io.kudari.exchange.codec;

import io.kudari.math.RandomStream;
import io.kudari.math.Slice;
import io.kudari.setting.Setting;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Every weight matrix as a product of two thin ones, by one step of subspace iteration: P = M Q,
 * the columns of P made orthonormal (Gram–Schmidt in their order, twice), Q = Mᵀ P, decoded as P Qᵀ
 * (Vogels, Karimireddy, Jaggi, "PowerSGD: practical low-rank gradient compression for distributed
 * optimization", NeurIPS 2019). M is n × m: a unit's weights are a row, so a filter of a
 * convolution is one. Each iteration begins with the worker's Q of the step before, the first with
 * a random one. Where M had a lower rank than r, columns of P are left without a direction and
 * become 0, and so do those of Q: the next iteration draws these anew.
 *
 * <p>There P and Q are those of the sum of all workers. Here every worker has its own, of its own
 * matrix, and what is summed is what is decoded: a message for each worker, and a sum of a rank up
 * to workers · r.
 *
 * <p>Bytes of each segment: vectors, and matrices where r (n + m) ≥ n m, as floats; of other
 * matrices the columns of P one after the other, then those of Q, as floats.
 *
 * @param rank r, the number of columns
 * @param warmStart whether an iteration begins with the Q of the step before
 */
public record PowerSgd(int rank, boolean warmStart) implements VectorCodec {

  static final Setting<Integer> RANK =
      Setting.whole("rank", 2, 1, 1024, "of the matrix that is sent for a weight matrix");
  static final Setting<Boolean> WARM_START =
      Setting.flag(
          "warm-start", true, "whether the search for that matrix begins where the last one ended");

  static final Codecs.Kind KIND =
      new Codecs.Kind(
          "power-sgd",
          "each worker's weight matrices as products of two thin ones of `rank` columns, vectors in"
              + " 32 bits (after Vogels et al. 2019, whose two are of the workers' sum)",
          List.of(RANK, WARM_START),
          false,
          false,
          settings ->
              new PowerSgd(
                  (int) settings.get(RANK.key()), (boolean) settings.get(WARM_START.key())));

  /** What remains of a column is rounding, where it is shorter than this part of what it was. */
  private static final double NOTHING_LEFT = 1e-5;

  @Override
  public String name() {
    return KIND.name();
  }

  @Override
  public Map<String, Object> settings() {
    return Map.of(RANK.key(), rank, WARM_START.key(), warmStart);
  }

  private boolean isThin(Learned.Matrix m) {
    return (long) rank * (m.rows() + m.columns()) < (long) m.rows() * m.columns();
  }

  @Override
  public int bytes(Learned layout) {
    long values = 0;
    for (Learned.Matrix m : layout.matrices())
      values += isThin(m) ? (long) rank * (m.rows() + m.columns()) : m.slice().size();
    return Bytes.length(Float.BYTES * values);
  }

  @Override
  public int memory(Learned layout) {
    if (!warmStart) return 0;
    return layout.matrices().stream().filter(this::isThin).mapToInt(m -> rank * m.columns()).sum();
  }

  @Override
  public void encode(Learned layout, float[] values, Draw draw, ByteBuffer out) {
    encode(layout, values, new float[memory(layout)], draw, out);
  }

  @Override
  public void encode(Learned layout, float[] values, float[] memory, Draw draw, ByteBuffer out) {
    RandomStream random = draw.stream();
    int at = 0;
    for (Learned.Matrix m : layout.matrices()) {
      if (!isThin(m)) {
        Slice s = m.slice();
        for (int i = s.from(); i < s.to(); i++) out.putFloat(values[i]);
        continue;
      }
      double[] q = new double[rank * m.columns()];
      for (int i = 0; warmStart && i < q.length; i++) q[i] = memory[at + i];
      for (int k = 0; k < rank; k++) drawIfZero(q, k * m.columns(), m.columns(), random);
      float[] p = floats(orthonormal(left(values, m, q), m.rows()));
      float[] found = floats(right(values, m, p));
      for (float v : p) out.putFloat(v);
      for (float v : found) out.putFloat(v);
      if (warmStart) System.arraycopy(found, 0, memory, at, found.length);
      at += found.length;
    }
  }

  /** A column of 0 would stay so for ever. */
  private static void drawIfZero(double[] q, int from, int length, RandomStream random) {
    for (int i = from; i < from + length; i++) if (q[i] != 0) return;
    for (int i = from; i < from + length; i++) q[i] = random.gaussian();
  }

  /** M Q, its columns one after the other. */
  private double[] left(float[] values, Learned.Matrix m, double[] q) {
    int columns = m.columns();
    double[] p = new double[rank * m.rows()];
    for (int k = 0; k < rank; k++)
      for (int i = 0; i < m.rows(); i++)
        p[k * m.rows() + i] = dot(values, m.slice().from() + i * columns, q, k * columns, columns);
    return p;
  }

  /** In four sums, for one would wait for each of its additions. */
  private static double dot(float[] a, int fromA, double[] b, int fromB, int length) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i < length - 3; i += 4) {
      s0 += a[fromA + i] * b[fromB + i];
      s1 += a[fromA + i + 1] * b[fromB + i + 1];
      s2 += a[fromA + i + 2] * b[fromB + i + 2];
      s3 += a[fromA + i + 3] * b[fromB + i + 3];
    }
    for (; i < length; i++) s0 += a[fromA + i] * b[fromB + i];
    return s0 + s1 + (s2 + s3);
  }

  /** Mᵀ P, its columns one after the other. */
  private double[] right(float[] values, Learned.Matrix m, float[] p) {
    int columns = m.columns();
    double[] q = new double[rank * columns];
    double[] column = new double[columns];
    for (int k = 0; k < rank; k++) {
      Arrays.fill(column, 0);
      for (int i = 0; i < m.rows(); i++) {
        double factor = p[k * m.rows() + i];
        int from = m.slice().from() + i * columns;
        for (int j = 0; j < columns; j++) column[j] += factor * values[from + j];
      }
      System.arraycopy(column, 0, q, k * columns, columns);
    }
    return q;
  }

  /** A column of which the others leave nothing becomes 0. */
  private double[] orthonormal(double[] p, int rows) {
    for (int k = 0; k < rank; k++) {
      double before = norm(p, k, rows);
      for (int pass = 0; pass < 2; pass++)
        for (int other = 0; other < k; other++) {
          double along = 0;
          for (int i = 0; i < rows; i++) along += p[k * rows + i] * p[other * rows + i];
          for (int i = 0; i < rows; i++) p[k * rows + i] -= along * p[other * rows + i];
        }
      double after = norm(p, k, rows);
      double factor = after > NOTHING_LEFT * before ? 1 / after : 0;
      for (int i = 0; i < rows; i++) p[k * rows + i] *= factor;
    }
    return p;
  }

  private static double norm(double[] p, int column, int rows) {
    double squares = 0;
    for (int i = 0; i < rows; i++) squares += p[column * rows + i] * p[column * rows + i];
    return Math.sqrt(squares);
  }

  private static float[] floats(double[] values) {
    float[] all = new float[values.length];
    for (int i = 0; i < all.length; i++) all[i] = finite(values[i]);
    return all;
  }

  private static float finite(double value) {
    return (float) Math.max(-Float.MAX_VALUE, Math.min(Float.MAX_VALUE, value));
  }

  @Override
  public void decode(Learned layout, ByteBuffer in, Draw draw, float[] into) {
    Bytes.checkLength(name(), in, bytes(layout));
    for (Learned.Matrix m : layout.matrices()) {
      Slice s = m.slice();
      if (isThin(m)) product(floats(in, rank * m.rows()), floats(in, rank * m.columns()), m, into);
      else System.arraycopy(floats(in, s.size()), 0, into, s.from(), s.size());
    }
  }

  private float[] floats(ByteBuffer in, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) values[i] = Bytes.finite(name(), in);
    return values;
  }

  /** P Qᵀ. */
  private void product(float[] p, float[] q, Learned.Matrix m, float[] into) {
    int columns = m.columns();
    double[] row = new double[columns];
    for (int i = 0; i < m.rows(); i++) {
      Arrays.fill(row, 0);
      for (int k = 0; k < rank; k++) {
        double factor = p[k * m.rows() + i];
        int from = k * columns;
        for (int j = 0; j < columns; j++) row[j] += factor * q[from + j];
      }
      int from = m.slice().from() + i * columns;
      for (int j = 0; j < columns; j++) into[from + j] = finite(row[j]);
    }
  }
}
