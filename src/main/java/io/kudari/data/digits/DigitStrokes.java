package io.kudari.data.digits;

import java.util.ArrayList;
import java.util.List;

/**
 * How a pen writes the ten digits: several ways for each, every one a few strokes through
 * hand-placed points. The curve through a stroke's points is a Catmull–Rom spline ("A class of
 * local interpolating splines", 1974), that is, a chain of cubic Béziers with matching tangents,
 * broken at corners.
 */
final class DigitStrokes {

  private DigitStrokes() {}

  /**
   * One stroke.
   *
   * @param x of each point, within 0..1 from left to right
   * @param y of each point, within 0..1 from top to bottom
   * @param corner whether the pen changes direction abruptly at the point
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Stroke(float[] x, float[] y, boolean[] corner) {}

  /**
   * Ways to write digits 0 to 9: points in percent of the box, {@code !} after a corner, {@code /}
   * where the pen is lifted. A way that stands twice is twice as frequent.
   */
  private static final String[][] WAYS = {
    {
      "64,5 48,2 24,15 12,50 23,84 50,98 77,84 88,50 76,15 54,3 42,4",
      "64,8 42,3 22,28 18,60 34,94 58,96 78,66 76,30 58,5 42,11",
      "40,8 18,32 16,70 40,98 72,88 86,54 74,16 46,4 34,12"
    },
    {
      "50,2 50,50 50,98",
      "50,2 49,50 50,98",
      "32,24! 54,2! 53,50 52,98",
      "32,22! 52,3! 52,97! / 30,97 74,97"
    },
    {
      "15,28 26,8 50,2 76,12 78,34 58,62 13,96! 50,94 88,95",
      "18,22 40,3 70,8 78,30 58,62 32,88 14,94 10,82 24,76 50,90 70,98 92,88",
      "14,12 44,3 76,12 70,38 44,68 16,94! 52,93 86,97"
    },
    {
      "18,12 46,2 76,14 70,36 40,46! 74,56 82,78 52,98 14,86",
      "18,5! 46,6 78,5! 60,24 44,42! 74,52 82,76 55,98 16,88",
      "20,15 48,2 74,16 66,38 42,50 36,46 48,44 76,60 76,86 45,98 15,84"
    },
    {
      "28,5 23,30 17,56! 50,55 86,53 / 70,6 67,50 65,98",
      "64,98 65,50 66,3! 38,36 12,66! 50,66 90,64",
      "22,6 17,36 32,55 60,50 77,36 / 80,6 74,50 68,98"
    },
    {
      "80,5! 54,6 30,6! 27,26 24,46! 50,38 80,52 80,80 50,98 16,88",
      "76,8 42,6 31,14 27,38 38,44 66,46 80,68 64,94 34,98 14,86",
      "32,6 29,26 25,46! 52,40 78,54 78,82 48,98 18,88 / 32,6 56,7 82,3"
    },
    {
      "70,4 40,22 20,56 22,84 50,98 78,84 76,60 52,50 28,62 20,78",
      "42,2 28,38 22,74 40,97 66,92 72,70 54,57 32,66 24,84",
      "62,3 34,30 18,66 32,95 62,96 76,76 60,60 36,66 24,80"
    },
    {
      "14,8! 50,7 84,6! 62,44 46,72 40,98",
      "14,8! 50,7 84,6! 60,46 44,98 / 32,52 54,50 74,48",
      "15,24! 17,7! 50,9 84,7! 60,40 46,98"
    },
    {
      "74,14 50,2 26,14 30,36 50,48 76,66 76,88 50,98 24,88 24,66 50,48 72,34 76,16",
      "62,4 50,2 28,12 28,36 50,46 72,36 72,12 52,2 42,4 / 60,48 50,46 22,60 20,84 50,98 80,84"
          + " 78,60 52,46 42,48",
      "70,10 42,3 24,22 46,44 72,66 70,92 42,98 24,82 42,56 70,32 76,8"
    },
    {
      "78,18 56,2 28,14 22,38 42,52 66,44 78,20! 77,50 70,98",
      "76,16 50,2 24,18 26,44 50,50 72,36 78,14! 80,50 70,84 46,98 22,88",
      "72,12 46,3 24,22 30,46 54,46 72,26 70,6! 64,50 56,98"
    }
  };

  private static final List<List<List<Stroke>>> DIGITS = parse();

  /** The ways to write a digit, each a list of strokes. */
  static List<List<Stroke>> ways(int digit) {
    return DIGITS.get(digit);
  }

  private static List<List<List<Stroke>>> parse() {
    List<List<List<Stroke>>> digits = new ArrayList<>();
    for (String[] ways : WAYS) {
      List<List<Stroke>> parsed = new ArrayList<>();
      for (String way : ways) {
        List<Stroke> strokes = new ArrayList<>();
        for (String stroke : way.split(" / ")) strokes.add(stroke(stroke.split(" ")));
        parsed.add(List.copyOf(strokes));
      }
      digits.add(List.copyOf(parsed));
    }
    return List.copyOf(digits);
  }

  private static Stroke stroke(String[] points) {
    Stroke stroke =
        new Stroke(new float[points.length], new float[points.length], new boolean[points.length]);
    for (int i = 0; i < points.length; i++) {
      String[] xy = points[i].replace("!", "").split(",");
      stroke.x[i] = Integer.parseInt(xy[0]) / 100f;
      stroke.y[i] = Integer.parseInt(xy[1]) / 100f;
      stroke.corner[i] = points[i].endsWith("!");
    }
    return stroke;
  }
}
