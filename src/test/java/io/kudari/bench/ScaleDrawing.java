package io.kudari.bench;

import java.util.List;
import java.util.Locale;

/** Small diagrams of efficiency by ranks, as one SVG. */
final class ScaleDrawing {

  private static final int WIDTH = 260;
  private static final int HEIGHT = 170;
  private static final int MARGIN = 34;
  private static final String[] COLOURS = {"#1b6ca8", "#c2410c", "#15803d", "#7e22ce"};

  /**
   * A curve.
   *
   * @param efficiency at 1, 2, 4, … ranks, within 0..1
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Line(String name, double[] efficiency) {}

  private ScaleDrawing() {}

  /** The panels under each other and side by side. */
  static String page(String panels, int columns, int rows) {
    return String.format(
        Locale.ROOT,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\""
            + " font-family=\"sans-serif\" font-size=\"10\">%n%s</svg>%n",
        columns * WIDTH,
        rows * HEIGHT,
        panels);
  }

  /** One diagram, in a place of the page. */
  static String panel(String title, List<Line> lines, int column, int row) {
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<g transform=\"translate(%d,%d)\"><text x=\"%d\" y=\"14\">%s</text>%n",
            column * WIDTH,
            row * HEIGHT,
            MARGIN,
            title));
    for (double e : new double[] {0, 0.5, 1})
      svg.append(
          String.format(
              Locale.ROOT,
              "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ccc\"/>"
                  + "<text x=\"4\" y=\"%.1f\">%.1f</text>%n",
              MARGIN,
              WIDTH - 8,
              y(e),
              y(e),
              y(e) + 3,
              e));
    for (int i = 0; i < lines.size(); i++) svg.append(line(lines.get(i), i));
    return svg.append("</g>\n").toString();
  }

  private static String line(Line line, int index) {
    StringBuilder points = new StringBuilder();
    int n = line.efficiency.length;
    double step = (WIDTH - 8.0 - MARGIN) / Math.max(1, n - 1);
    for (int i = 0; i < n; i++)
      points.append(
          String.format(Locale.ROOT, "%.1f,%.1f ", MARGIN + i * step, y(line.efficiency[i])));
    return String.format(
        Locale.ROOT,
        "<polyline fill=\"none\" stroke=\"%s\" points=\"%s\"/>"
            + "<text x=\"%d\" y=\"%d\" fill=\"%s\">%s</text>%n",
        COLOURS[index],
        points.toString().trim(),
        MARGIN + index * 54,
        HEIGHT - 6,
        COLOURS[index],
        line.name);
  }

  private static double y(double efficiency) {
    return 22 + (1 - efficiency) * (HEIGHT - 48);
  }
}
