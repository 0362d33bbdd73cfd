package io.kudari.lab.experiment;

import io.kudari.exchange.Codec;
import io.kudari.exchange.Exchanges;
import io.kudari.lab.Check;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Figure.Point;
import io.kudari.lab.Table;
import io.kudari.math.Layout;
import io.kudari.math.RandomStream;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What must be true of lossy codes, of whatever is trained by them. */
class Codes {

  private static final long SEED = 20261128;
  private static final String NAME = "name";
  private static final String FEEDBACK = "error-feedback";

  /** A matrix and its biases, small enough for many steps. */
  private static final Layout LAYER =
      new Layout(
          List.of(
              new Segment("weight", 0, List.of(32, 64), Role.WEIGHT),
              new Segment("bias", 2048, List.of(32), Role.BIAS)));

  private static final Map<String, Map<String, Object>> FED =
      Map.of(
          "top-k", Map.of(NAME, "top-k"),
          "random-k", Map.of(NAME, "random-k"),
          "sign", Map.of(NAME, "sign"),
          "one-bit", Map.of(NAME, "one-bit"),
          "power-sgd", Map.of(NAME, "power-sgd"));

  private static final int DRAWS = 2000;
  private static final int BUCKET = 512;
  private static final int LEVELS = 7;

  /** The codec that an exchange's section says, as training has it. */
  Codec codec(Map<String, Object> section, Layout layout) {
    return Exchanges.parse(section).codec(layout, SEED);
  }

  /** What a worker keeps, as a checkpoint saves it. */
  float[][] saved(Codec codec, int worker) {
    return codec.kept(worker);
  }

  /**
   * What was found.
   *
   * @param conserved largest relative difference of the gradients and what was sent of them and is
   *     left
   * @param zero what a 0 is decoded as by {@code sign}, by the mean magnitude
   * @param rankTwo relative error of a matrix of rank 2 by {@code power-sgd}
   * @param bias of {@code qsgd} along the vector, in its standard errors
   * @param variance of {@code qsgd}, by its bound
   * @param alone values of the example on the way of {@code sign} without feedback
   * @param fed with it
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Properties(
      double conserved,
      double zero,
      double rankTwo,
      double bias,
      double variance,
      double[] alone,
      double[] fed) {

    Table table() {
      return new Table(
          "What codes do to vectors",
          List.of("what", "measured"),
          List.of(
              List.of("gradients less what was sent and is left, relative", conserved),
              List.of("a matrix of rank 2 by power-sgd of rank 2, relative error", rankTwo),
              List.of("bias of qsgd, in standard errors", bias),
              List.of("variance of qsgd by its bound", variance),
              List.of("least value of the example, sign alone", least(alone)),
              List.of("least value of the example, sign with feedback", least(fed))));
    }

    Figure figure() {
      return new Figure(
          "½|x + y| + |x − y| by signs of its gradient",
          "From (1, 0.503), steps of 0.01. Signs alone never leave the line on which x + y is"
              + " 1.503; with error feedback the same signs come down to where the step length"
              + " ends.",
          new Figure.Scale("steps", true),
          new Figure.Scale("value", true),
          List.of(
              new Figure.Panel(
                  "",
                  List.of(
                      new Curve("sign", Kind.LINE, 1, thinned(alone)),
                      new Curve("sign with error feedback", Kind.LINE, 0, thinned(fed))))));
    }

    private static List<Point> thinned(double[] values) {
      List<Point> points = new ArrayList<>();
      for (int i = 1; i <= values.length; i = Math.max(i + 1, (int) (1.05 * i)))
        points.add(new Point(i, values[i - 1]));
      return points;
    }

    private static double least(double[] values) {
      double least = Double.POSITIVE_INFINITY;
      for (double v : values) least = Math.min(least, v);
      return least;
    }

    List<Check> checks() {
      return List.of(
          Check.atMost(
              "conserved",
              "gradients less what was sent of them and is left, relative",
              conserved,
              1e-6,
              "a residual of the mean, or one that is lost at a checkpoint"),
          Check.within(
              "sign-of-zero",
              "what sign makes of a 0, by the mean magnitude",
              zero,
              .999999,
              1.000001,
              "a sign of 0 that is 0"),
          Check.atMost(
              "rank-two",
              "relative error of a matrix of rank 2 by power-sgd of rank 2",
              rankTwo,
              5e-6,
              "fewer columns than the rank"),
          Check.atMost("bias", "bias of qsgd, in standard errors", bias, 3, "rounding to nearest"),
          Check.within(
              "variance", "variance of qsgd by its bound", variance, .01, 1, "too few levels"),
          Check.atLeast(
              "sign-stays",
              "least value of the example by signs alone",
              least(alone),
              .7515 - 1e-6,
              "feedback that cannot be switched off"),
          Check.atMost(
              "sign-arrives",
              "least value of the example by signs with feedback",
              least(fed),
              .01,
              "no error feedback"));
    }
  }

  Properties properties() {
    double conserved = 0;
    for (Map<String, Object> section : FED.values())
      conserved = Math.max(conserved, conserved(section));
    double[] sent = quantised();
    return new Properties(
        conserved, zero(), rankTwo(), sent[0], sent[1], descent(false), descent(true));
  }

  /** Three workers, 40 steps, and a checkpoint in their middle. */
  private double conserved(Map<String, Object> section) {
    int workers = 3;
    double[][] left = new double[workers][LAYER.size()];
    Codec codec = codec(section, LAYER);
    for (int step = 0; step < 40; step++) {
      if (step == 20) codec = resumed(section, codec, workers);
      for (int v = 0; v < workers; v++) {
        float[] vector = gaussian(LAYER.size(), step, v);
        for (int i = 0; i < vector.length; i++) left[v][i] += vector[i];
        codec.code(v, step, vector);
        for (int i = 0; i < vector.length; i++) left[v][i] -= vector[i];
      }
    }
    double worst = 0;
    for (int v = 0; v < workers; v++) {
      double squares = 0;
      float[][] kept = codec.kept(v);
      // Without feedback there may be other memory, or none.
      boolean fed = kept.length > 0 && kept[0].length == LAYER.size();
      for (int i = 0; i < LAYER.size(); i++) {
        double residual = fed ? kept[0][i] : 0;
        squares += (left[v][i] - residual) * (left[v][i] - residual);
      }
      // The sum of 40 vectors of independent values of variance 1.
      worst = Math.max(worst, StrictMath.sqrt(squares / (40.0 * LAYER.size())));
    }
    return worst;
  }

  private Codec resumed(Map<String, Object> section, Codec before, int workers) {
    Codec after = codec(section, LAYER);
    for (int v = 0; v < workers; v++) after.keep(v, saved(before, v));
    return after;
  }

  private double zero() {
    float[] vector = {2, 0, 1, -1};
    codec(Map.of(NAME, "sign", FEEDBACK, false), Layout.flat(4)).code(0, 0, vector);
    return vector[1];
  }

  private double rankTwo() {
    int rows = 64;
    int columns = 784;
    float[] left = gaussian(2 * rows, 0, 10);
    float[] right = gaussian(2 * columns, 0, 11);
    float[] matrix = new float[rows * columns];
    for (int i = 0; i < rows; i++)
      for (int j = 0; j < columns; j++)
        matrix[i * columns + j] = left[i] * right[j] + left[rows + i] * right[columns + j];
    Layout layout =
        new Layout(List.of(new Segment("weight", 0, List.of(rows, columns), Role.WEIGHT)));
    float[] sent = matrix.clone();
    codec(Map.of(NAME, "power-sgd", "rank", 2), layout).code(0, 0, sent);
    double lost = 0;
    double all = 0;
    for (int i = 0; i < matrix.length; i++) {
      lost += ((double) matrix[i] - sent[i]) * ((double) matrix[i] - sent[i]);
      all += (double) matrix[i] * matrix[i];
    }
    return StrictMath.sqrt(lost / all);
  }

  /** Bias along the vector by its standard error, and the variance by min(n / s², √n / s) ‖v‖². */
  private double[] quantised() {
    float[] vector = gaussian(BUCKET, 0, 12);
    double norm = 0;
    for (float v : vector) norm += v * v;
    Codec codec = codec(Map.of(NAME, "qsgd", "bits", 4), Layout.flat(BUCKET));
    double sum = 0;
    double squares = 0;
    double lost = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
      float[] sent = vector.clone();
      codec.code(0, draw, sent);
      double along = 0;
      for (int i = 0; i < BUCKET; i++) {
        double difference = (double) sent[i] - vector[i];
        along += difference * vector[i];
        lost += difference * difference / DRAWS;
      }
      sum += along;
      squares += along * along;
    }
    double mean = sum / DRAWS;
    double deviation = StrictMath.sqrt((squares / DRAWS - mean * mean) / DRAWS);
    double bound =
        Math.min(BUCKET / (double) (LEVELS * LEVELS), StrictMath.sqrt(BUCKET) / LEVELS) * norm;
    return new double[] {Math.abs(mean) / deviation, lost / bound};
  }

  /** Of ½|x + y| + |x − y|: Karimireddy et al. 2019, §3. */
  private double[] descent(boolean feedback) {
    Codec codec = codec(Map.of(NAME, "sign", FEEDBACK, feedback), Layout.flat(2));
    double x = 1;
    double y = .503;
    double[] values = new double[4000];
    for (int step = 0; step < values.length; step++) {
      double sum = Math.signum(x + y) / 2;
      double difference = Math.signum(x - y);
      float[] gradient = {(float) (sum + difference), (float) (sum - difference)};
      codec.code(0, step, gradient);
      x -= .01 * gradient[0];
      y -= .01 * gradient[1];
      values[step] = Math.abs(x + y) / 2 + Math.abs(x - y);
    }
    return values;
  }

  private static float[] gaussian(int size, int step, int worker) {
    RandomStream random = new RandomStream(SEED, RandomStream.Purpose.TEST, step, worker);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) values[i] = (float) random.gaussian();
    return values;
  }
}
