package io.kudari.data.digits;

import io.kudari.data.digits.DigitStrokes.Stroke;
import io.kudari.math.RandomStream;
import java.util.Arrays;
import java.util.List;

/**
 * Paints one digit after another as a grey image: chooses a way of writing it, moves the points the
 * pen goes through, distorts the path and inks it. Not thread-safe: its buffers are used again.
 *
 * <p>The distortions are those of Simard, Steinkraus, Platt, "Best practices for convolutional
 * neural networks applied to visual document analysis" (ICDAR 2003): a random affine map and a
 * smooth random displacement field. Here they move the pen's path rather than the pixels, and the
 * field is white noise smoothed by the cubic B-spline instead of the Gaussian it resembles.
 *
 * <p>Only exactly specified arithmetic is used (Java's basic operations, square root, {@link
 * StrictMath}), so an image has the same bytes on every JVM.
 */
final class DigitPainter {

  /** Width and height of an image. */
  static final int SIDE = 28;

  private static final int PIECES = 6;
  private static final int MOST_POINTS = 256;

  // Ranges and standard deviations of what differs between two writers, in pixels unless stated.
  private static final float WANDER = 0.028f; // of a point of the path, in boxes
  private static final int CELLS = 3; // of the displacement field, a side
  private static final float ELASTIC = 0.09f; // of a value of the field, in boxes
  private static final double ROTATION = 0.13; // radians
  private static final double SHEAR = 0.19;
  private static final double HEIGHT = 19;
  private static final double HEIGHT_DEVIATION = 0.07; // of the logarithm
  private static final double ASPECT = 0.68; // width by height
  private static final double ASPECT_DEVIATION = 0.13; // of the logarithm
  private static final float SHIFT = 1.4f; // either way
  private static final double RADIUS = 1.15;
  private static final double RADIUS_DEVIATION = 0.3; // of the logarithm
  private static final float PRESSURE = 0.12f; // of the radius along the path, relative
  private static final float NOISE = 12; // largest standard deviation, grey levels

  private final float[] x = new float[MOST_POINTS];
  private final float[] y = new float[MOST_POINTS];
  private final float[] radius = new float[MOST_POINTS];
  private final boolean[] drawn = new boolean[MOST_POINTS];
  private int points;

  private final float[] fieldX = new float[(CELLS + 3) * (CELLS + 3)];
  private final float[] fieldY = new float[fieldX.length];
  private final float[] ink = new float[SIDE * SIDE];

  /**
   * Paints a digit.
   *
   * @param digit 0 to 9
   * @param random decides everything else
   * @param image 28 × 28 bytes are written from {@code at} on, 0 paper to 255 ink
   */
  void paint(int digit, RandomStream random, byte[] image, int at) {
    List<List<Stroke>> ways = DigitStrokes.ways(digit);
    write(ways.get(random.below(ways.size())), random);
    displace(random);
    place(random);
    inkPath(0.9f + 0.8f * random.uniform());
    develop(random, image, at);
  }

  /** Lays the path through wandering points, with a pressure that varies along it. */
  private void write(List<Stroke> strokes, RandomStream random) {
    points = 0;
    double thickness = RADIUS * StrictMath.exp(RADIUS_DEVIATION * random.gaussian());
    for (Stroke stroke : strokes) {
      int n = stroke.x().length;
      float[] px = new float[n];
      float[] py = new float[n];
      float[] pr = new float[n];
      for (int i = 0; i < n; i++) {
        px[i] = stroke.x()[i] + WANDER * (float) random.gaussian();
        py[i] = stroke.y()[i] + WANDER * (float) random.gaussian();
        pr[i] = (float) thickness * (1 + PRESSURE * (float) random.gaussian());
      }
      add(px[0], py[0], pr[0], false);
      for (int i = 0; i + 1 < n; i++) span(px, py, pr, stroke.corner(), i);
    }
  }

  /** The curve from point i to the next, in Hermite form. */
  private void span(float[] px, float[] py, float[] pr, boolean[] corner, int i) {
    int before = i == 0 || corner[i] ? i : i - 1;
    int after = i + 2 == px.length || corner[i + 1] ? i + 1 : i + 2;
    float from = before == i ? 1 : 0.5f;
    float to = after == i + 1 ? 1 : 0.5f;
    for (int k = 1; k <= PIECES; k++) {
      float t = (float) k / PIECES;
      float h1 = t * t * (3 - 2 * t);
      float h2 = t * (1 - t) * (1 - t) * from;
      float h3 = t * t * (t - 1) * to;
      add(
          px[i]
              + h1 * (px[i + 1] - px[i])
              + h2 * (px[i + 1] - px[before])
              + h3 * (px[after] - px[i]),
          py[i]
              + h1 * (py[i + 1] - py[i])
              + h2 * (py[i + 1] - py[before])
              + h3 * (py[after] - py[i]),
          pr[i] + t * (pr[i + 1] - pr[i]),
          true);
    }
  }

  private void add(float px, float py, float pr, boolean fromPrevious) {
    x[points] = px;
    y[points] = py;
    radius[points] = pr;
    drawn[points++] = fromPrevious;
  }

  /** Moves the path by a smooth random field over the unit box. */
  private void displace(RandomStream random) {
    for (int i = 0; i < fieldX.length; i++) {
      fieldX[i] = ELASTIC * (float) random.gaussian();
      fieldY[i] = ELASTIC * (float) random.gaussian();
    }
    float[] wx = new float[4];
    float[] wy = new float[4];
    for (int p = 0; p < points; p++) {
      int column = spline(x[p], wx);
      int row = spline(y[p], wy);
      float dx = 0;
      float dy = 0;
      for (int a = 0; a < 4; a++) {
        for (int b = 0; b < 4; b++) {
          int at = (row + a) * (CELLS + 3) + column + b;
          dx += wy[a] * wx[b] * fieldX[at];
          dy += wy[a] * wx[b] * fieldY[at];
        }
      }
      x[p] += dx;
      y[p] += dy;
    }
  }

  /** Weights of the uniform cubic B-spline at u of 0..1; returns the first knot they belong to. */
  private static int spline(float u, float[] weights) {
    float at = Math.max(0, Math.min(u, 1)) * CELLS;
    int cell = Math.min((int) at, CELLS - 1);
    float t = at - cell;
    float s = 1 - t;
    weights[0] = s * s * s / 6;
    weights[1] = (t * t * (3 * t - 6) + 4) / 6;
    weights[2] = (s * s * (3 * s - 6) + 4) / 6;
    weights[3] = t * t * t / 6;
    return cell;
  }

  /** Scales, shears and rotates the path, and centres it up to a small shift, in pixels. */
  private void place(RandomStream random) {
    double height = HEIGHT * StrictMath.exp(HEIGHT_DEVIATION * random.gaussian());
    double width = height * ASPECT * StrictMath.exp(ASPECT_DEVIATION * random.gaussian());
    double shear = SHEAR * random.gaussian();
    double angle = ROTATION * random.gaussian();
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    float xx = (float) (cos * width);
    float xy = (float) (-cos * shear * height - sin * height);
    float yx = (float) (sin * width);
    float yy = (float) (-sin * shear * height + cos * height);
    float left = Float.POSITIVE_INFINITY;
    float right = Float.NEGATIVE_INFINITY;
    float top = Float.POSITIVE_INFINITY;
    float bottom = Float.NEGATIVE_INFINITY;
    for (int p = 0; p < points; p++) {
      float px = xx * x[p] + xy * y[p];
      float py = yx * x[p] + yy * y[p];
      x[p] = px;
      y[p] = py;
      left = Math.min(left, px);
      right = Math.max(right, px);
      top = Math.min(top, py);
      bottom = Math.max(bottom, py);
    }
    float dx = (SIDE - left - right) / 2 + SHIFT * (2 * random.uniform() - 1);
    float dy = (SIDE - top - bottom) / 2 + SHIFT * (2 * random.uniform() - 1);
    for (int p = 0; p < points; p++) {
      x[p] += dx;
      y[p] += dy;
    }
  }

  /** Inks every pixel by its distance to the path, over an edge of some softness. */
  private void inkPath(float softness) {
    Arrays.fill(ink, 0);
    for (int p = 1; p < points; p++) {
      if (drawn[p]) inkSegment(p - 1, p, Math.max(0.5f, (radius[p - 1] + radius[p]) / 2), softness);
    }
  }

  private void inkSegment(int a, int b, float r, float softness) {
    float reach = r + softness / 2;
    float dx = x[b] - x[a];
    float dy = y[b] - y[a];
    float inverse = 1 / Math.max(dx * dx + dy * dy, 1e-6f);
    int left = Math.max(0, (int) (Math.min(x[a], x[b]) - reach));
    int right = Math.min(SIDE - 1, (int) (Math.max(x[a], x[b]) + reach));
    int top = Math.max(0, (int) (Math.min(y[a], y[b]) - reach));
    int bottom = Math.min(SIDE - 1, (int) (Math.max(y[a], y[b]) + reach));
    for (int row = top; row <= bottom; row++) {
      for (int column = left; column <= right; column++) {
        float px = column + 0.5f - x[a];
        float py = row + 0.5f - y[a];
        float t = Math.max(0, Math.min((px * dx + py * dy) * inverse, 1));
        float ex = px - t * dx;
        float ey = py - t * dy;
        float squared = ex * ex + ey * ey;
        if (squared >= reach * reach) continue;
        float covered = Math.min(1, (reach - (float) Math.sqrt(squared)) / softness);
        int at = row * SIDE + column;
        ink[at] = Math.max(ink[at], covered);
      }
    }
  }

  /** Turns ink to grey levels, with noise (the sum of four uniform bytes) on every pixel. */
  private void develop(RandomStream random, byte[] image, int at) {
    float black = 255 * (1 - 0.25f * random.uniform());
    float grain = NOISE * random.uniform() / 147.8f;
    for (int i = 0; i < ink.length; i++) {
      int bits = random.nextInt();
      int sum = (bits & 0xff) + (bits >>> 8 & 0xff) + (bits >>> 16 & 0xff) + (bits >>> 24) - 510;
      float grey = black * ink[i] + grain * sum + 0.5f;
      image[at + i] = (byte) Math.max(0, Math.min((int) grey, 255));
    }
  }
}
