package io.kudari.lab;

import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Figure.Point;
import io.kudari.report.Axis;
import io.kudari.report.Markup;
import io.kudari.report.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/** Draws a panel of a figure: an SVG that is readable at the width of a telephone. */
final class PanelDrawing {

  static final double WIDTH = 340;
  static final double HEIGHT = 250;
  private static final double LEFT = 72;
  private static final double RIGHT = WIDTH - 12;
  private static final double TOP = 26;
  private static final double BOTTOM = HEIGHT - 44;
  private static final int COLOURS = 6;

  private PanelDrawing() {}

  static void draw(Markup page, Figure figure, Figure.Panel panel) {
    Axis x = axis(figure.x(), figure.allX(), LEFT, RIGHT);
    Axis y = axis(figure.y(), figure.allY(), BOTTOM, TOP);
    String size = "0 0 " + Numbers.pixel(WIDTH) + " " + Numbers.pixel(HEIGHT);
    String name = panel.title().isEmpty() ? figure.title() : panel.title();
    page.open(
        "svg",
        "width",
        Numbers.pixel(WIDTH),
        "height",
        Numbers.pixel(HEIGHT),
        "viewBox",
        size,
        "role",
        "img",
        "aria-label",
        name);
    page.element("title", name).element("desc", figure.caption());
    label(page, LEFT, TOP - 10, "start", panel.title());
    axes(page, figure, x, y);
    for (Kind kind : List.of(Kind.SEED, Kind.THEORY, Kind.MIDDLE))
      for (Curve curve : panel.curves()) if (curve.kind() == kind) draw(page, curve, x, y);
    page.close();
  }

  private static Axis axis(Figure.Scale scale, DoubleStream values, double from, double to) {
    double[] drawn = values.filter(v -> !scale.log() || v > 0).toArray();
    double min = DoubleStream.of(drawn).min().orElse(1);
    double max = DoubleStream.of(drawn).max().orElse(1);
    if (scale.log()) return Axis.logarithmic(min, min < max ? max : 2 * min, from, to);
    return Axis.round(Math.min(0, min), max, from, to);
  }

  private static void axes(Markup page, Figure figure, Axis x, Axis y) {
    for (double tick : ticks(y)) {
      String at = Numbers.pixel(y.at(tick));
      page.empty("path", "class", "grid", "d", "M" + LEFT + " " + at + "H" + RIGHT);
      label(page, LEFT - 6, y.at(tick) + 4, "end", Numbers.tick(tick));
    }
    for (double tick : ticks(x)) {
      String at = Numbers.pixel(x.at(tick));
      page.empty("path", "class", "grid", "d", "M" + at + " " + TOP + "V" + BOTTOM);
      label(page, x.at(tick), BOTTOM + 16, "middle", Numbers.tick(tick));
    }
    page.empty("path", "class", "axis", "d", "M" + LEFT + " " + TOP + "V" + BOTTOM + "H" + RIGHT);
    label(page, (LEFT + RIGHT) / 2, HEIGHT - 8, "middle", figure.x().label());
    page.element(
        "text",
        figure.y().label(),
        "transform",
        "translate(12 " + Numbers.pixel((TOP + BOTTOM) / 2) + ") rotate(-90)",
        "text-anchor",
        "middle");
  }

  /** At least two: less than a decade may hold no power of ten, or one. */
  private static List<Double> ticks(Axis axis) {
    List<Double> ticks = new ArrayList<>(axis.ticks());
    if (ticks.size() < 2) {
      ticks.remove(axis.low());
      ticks.remove(axis.high());
      ticks.add(0, axis.low());
      ticks.add(axis.high());
    }
    return ticks;
  }

  private static void label(Markup page, double x, double y, String anchor, String text) {
    page.element("text", text, "x", Numbers.pixel(x), "y", Numbers.pixel(y), "text-anchor", anchor);
  }

  private static void draw(Markup page, Curve curve, Axis x, Axis y) {
    StringBuilder path = new StringBuilder();
    for (Point point : curve.points()) {
      String atX = Numbers.pixel(x.at(point.x()));
      String atY = Numbers.pixel(y.at(point.y()));
      path.append(path.length() == 0 ? "M" : "L").append(atX).append(' ').append(atY);
      if (curve.kind() == Kind.MIDDLE)
        page.empty("circle", "class", colour(curve), "cx", atX, "cy", atY, "r", "3");
    }
    if (path.length() > 0) page.empty("path", "class", style(curve), "d", path.toString());
  }

  /** The class of a curve's path in the style sheets. */
  static String style(Curve curve) {
    String dash =
        curve.kind() == Kind.SEED ? " faint" : curve.kind() == Kind.THEORY ? " theory" : "";
    return "line " + colour(curve) + dash;
  }

  private static String colour(Curve curve) {
    return "colour" + curve.colour() % COLOURS;
  }
}
