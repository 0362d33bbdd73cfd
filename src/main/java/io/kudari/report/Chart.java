package io.kudari.report;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A line chart.
 *
 * @param title above it
 * @param hint one sentence: what to look for
 * @param xLabel what runs to the right, with its unit
 * @param yLabel what rises, with its unit
 * @param scale how the y axis is made
 * @param lines drawn in this order; those without points are left out
 */
record Chart(
    String title, String hint, String xLabel, String yLabel, Scale scale, List<Line> lines) {

  /** How the y axis is made. */
  enum Scale {
    /** Logarithmic when values span more than two decades, else linear. */
    AUTOMATIC,
    /** Linear, from zero. */
    FROM_ZERO,
    /** Linear, around the values. */
    LINEAR
  }

  private static final double DECADES = 100;
  private static final double WIDTH = 760;
  private static final double HEIGHT = 300;
  private static final double LEFT = 84;
  private static final double RIGHT = WIDTH - 30;
  private static final double TOP = 12;
  private static final double BOTTOM = HEIGHT - 46;

  /** Few points are marked one by one. */
  private static final int MARKED = 40;

  Chart {
    lines = lines.stream().filter(Line::hasPoints).toList();
  }

  /** Appends the chart, or nothing when no line has points. */
  void draw(Markup page) {
    if (lines.isEmpty()) return;
    Axis x = Axis.tight(0, maximum(Line::x), LEFT, RIGHT);
    Axis y = yAxis();
    page.open("figure").element("h2", title).element("p", hint, "class", "hint");
    if (lines.size() > 1) legend(page);
    page.open(
        "svg",
        "viewBox",
        "0 0 " + Numbers.pixel(WIDTH) + " " + Numbers.pixel(HEIGHT),
        "role",
        "img",
        "aria-label",
        title);
    axes(page, x, y);
    for (Line line : lines) draw(page, line, x, y);
    page.close().close();
  }

  private void legend(Markup page) {
    page.open("p", "class", "legend");
    for (Line line : lines) {
      page.open("span").open("i", "class", "swatch " + line.style()).close();
      page.text(line.name()).close();
    }
    page.close();
  }

  private interface Values {
    double[] of(Line line);
  }

  private DoubleStream drawn(Values values) {
    return lines.stream()
        .flatMapToDouble(
            line ->
                IntStream.range(0, line.x().length)
                    .filter(line::drawn)
                    .mapToDouble(i -> values.of(line)[i]));
  }

  private double maximum(Values values) {
    return drawn(values).max().orElse(1);
  }

  private Axis yAxis() {
    double min = drawn(Line::y).min().orElse(0);
    double max = maximum(Line::y);
    if (scale == Scale.FROM_ZERO) return Axis.round(Math.min(0, min), max, BOTTOM, TOP);
    // A loss of exactly zero is drawn at the lower end.
    double positive = drawn(Line::y).filter(v -> v > 0).min().orElse(max);
    if (scale == Scale.AUTOMATIC && min >= 0 && max > DECADES * positive) {
      return Axis.logarithmic(positive, max, BOTTOM, TOP);
    }
    return Axis.round(min, max, BOTTOM, TOP);
  }

  private void axes(Markup page, Axis x, Axis y) {
    for (double tick : y.ticks()) {
      String at = Numbers.pixel(y.at(tick));
      page.empty("path", "class", "grid", "d", "M" + LEFT + " " + at + "H" + RIGHT);
      label(page, LEFT - 8, y.at(tick) + 4, "end", Numbers.tick(tick));
    }
    for (double tick : x.ticks()) {
      String at = Numbers.pixel(x.at(tick));
      page.empty("path", "class", "grid", "d", "M" + at + " " + TOP + "V" + BOTTOM);
      label(page, x.at(tick), BOTTOM + 17, "middle", Numbers.tick(tick));
    }
    page.empty("path", "class", "axis", "d", "M" + LEFT + " " + TOP + "V" + BOTTOM + "H" + RIGHT);
    label(page, (LEFT + RIGHT) / 2, HEIGHT - 8, "middle", xLabel);
    page.element(
        "text",
        yLabel + (y.log() ? " (logarithmic)" : ""),
        "transform",
        "translate(14 " + Numbers.pixel((TOP + BOTTOM) / 2) + ") rotate(-90)",
        "text-anchor",
        "middle");
  }

  private static void label(Markup page, double x, double y, String anchor, String text) {
    page.element("text", text, "x", Numbers.pixel(x), "y", Numbers.pixel(y), "text-anchor", anchor);
  }

  private static void draw(Markup page, Line line, Axis x, Axis y) {
    StringBuilder path = new StringBuilder();
    boolean mark = line.x().length <= MARKED && !line.style().endsWith("faint");
    for (int i = 0; i < line.x().length; i++) {
      if (!line.drawn(i)) continue;
      boolean joined = i > 0 && line.drawn(i - 1);
      boolean alone = !joined && (i + 1 == line.x().length || !line.drawn(i + 1));
      String atX = Numbers.pixel(x.at(line.x()[i]));
      String atY = Numbers.pixel(y.at(line.y()[i]));
      path.append(joined ? "L" : "M").append(atX).append(' ').append(atY);
      if (mark || alone) {
        page.open("circle", "class", line.style(), "cx", atX, "cy", atY, "r", "3.5")
            .element("title", line.name() + ": " + Numbers.significant(line.y()[i], 4))
            .close();
      }
    }
    page.empty("path", "class", "line " + line.style(), "d", path.toString());
  }
}
