package io.kudari.model;

import io.kudari.math.RandomStream;
import io.kudari.math.Segment;
import java.util.Arrays;
import java.util.Locale;

/**
 * How the weights of a layer start. Biases and the shift of batch normalisation start at 0, its
 * scale at 1.
 *
 * @param kind the rule
 * @param value the constant of {@link Kind#CONSTANT}, the standard deviation of {@link
 *     Kind#NORMAL}, the gain of {@link Kind#ORTHOGONAL}; not used by the others
 */
public record Initializer(Kind kind, double value) implements java.io.Serializable {

  /**
   * The rules. Fan-in and fan-out are those of one unit: for a convolution, channels × kernel area.
   */
  public enum Kind {
    ZERO,
    CONSTANT,
    /** N(0, value²). */
    NORMAL,
    /** N(0, 2 / (fan-in + fan-out)) (Glorot and Bengio, 2010, eq. 12). */
    XAVIER_NORMAL,
    /** U(±√(6 / (fan-in + fan-out))) (Glorot and Bengio, 2010, eq. 16). */
    XAVIER_UNIFORM,
    /**
     * N(0, 1 / fan-in) (LeCun, Bottou, Orr, Müller, 1998, §4.6), which some notes call Xavier's.
     */
    LECUN_NORMAL,
    /** N(0, 2 / fan-in) (He, Zhang, Ren, Sun, 2015, eq. 10). */
    HE_NORMAL,
    /** U(±√(6 / fan-in)). */
    HE_UNIFORM,
    /** Orthonormal rows or columns, times the gain (Saxe, McClelland, Ganguli, 2014). */
    ORTHOGONAL;

    /** The name used in configurations, such as {@code he-normal}. */
    public String id() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public Initializer {
    if (!Double.isFinite(value))
      throw new IllegalArgumentException("initializer value must be finite, not " + value);
    if (kind == Kind.NORMAL && value < 0) {
      throw new IllegalArgumentException(
          "the standard deviation of initializer normal must be at least 0, not " + value);
    }
  }

  /** Of a rule that takes no value. */
  public static Initializer of(Kind kind) {
    return new Initializer(kind, kind == Kind.ORTHOGONAL ? 1 : 0);
  }

  /** Writes the start values of one segment, whose first axis is the output units. */
  void fill(float[] parameters, Segment segment, RandomStream random) {
    int from = segment.offset();
    int to = segment.end();
    int fanIn = segment.size() / segment.shape().get(0);
    int receptive = segment.shape().size() > 2 ? fanIn / segment.shape().get(1) : 1;
    int fanOut = segment.shape().get(0) * receptive;
    switch (kind) {
      case ZERO -> Arrays.fill(parameters, from, to, 0f);
      case CONSTANT -> Arrays.fill(parameters, from, to, (float) value);
      case NORMAL -> normal(parameters, from, to, value, random);
      case XAVIER_NORMAL ->
          normal(parameters, from, to, StrictMath.sqrt(2.0 / ((double) fanIn + fanOut)), random);
      case XAVIER_UNIFORM ->
          uniform(parameters, from, to, StrictMath.sqrt(6.0 / ((double) fanIn + fanOut)), random);
      case LECUN_NORMAL -> normal(parameters, from, to, StrictMath.sqrt(1.0 / fanIn), random);
      case HE_NORMAL -> normal(parameters, from, to, StrictMath.sqrt(2.0 / fanIn), random);
      case HE_UNIFORM -> uniform(parameters, from, to, StrictMath.sqrt(6.0 / fanIn), random);
      case ORTHOGONAL -> orthogonal(parameters, from, segment.shape().get(0), fanIn, random);
    }
  }

  private static void normal(float[] p, int from, int to, double deviation, RandomStream random) {
    for (int i = from; i < to; i++) p[i] = (float) (deviation * random.gaussian());
  }

  private static void uniform(float[] p, int from, int to, double limit, RandomStream random) {
    for (int i = from; i < to; i++) p[i] = (float) (limit * (2 * random.uniformDouble() - 1));
  }

  /** Gram–Schmidt, run twice for accuracy, on the shorter axis of a Gaussian matrix. */
  private void orthogonal(float[] p, int from, int rows, int columns, RandomStream random) {
    int vectors = Math.min(rows, columns);
    int length = Math.max(rows, columns);
    double[][] basis = new double[vectors][length];
    for (int v = 0; v < vectors; v++) {
      for (int i = 0; i < length; i++) basis[v][i] = random.gaussian();
      for (int pass = 0; pass < 2; pass++) {
        for (int u = 0; u < v; u++) addScaled(basis[v], basis[u], -dot(basis[v], basis[u]));
      }
      double norm = StrictMath.sqrt(dot(basis[v], basis[v]));
      for (int i = 0; i < length; i++) basis[v][i] /= norm;
    }
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        p[from + r * columns + c] = (float) (value * (rows <= columns ? basis[r][c] : basis[c][r]));
      }
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) sum += a[i] * b[i];
    return sum;
  }

  private static void addScaled(double[] target, double[] addend, double factor) {
    for (int i = 0; i < target.length; i++) target[i] += factor * addend[i];
  }
}
