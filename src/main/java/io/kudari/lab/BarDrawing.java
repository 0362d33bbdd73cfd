package io.kudari.lab;

import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Point;
import io.kudari.report.Axis;
import io.kudari.report.Markup;
import io.kudari.report.Numbers;
import java.util.List;

/** Draws bars: histograms, which rise from below, and bars of named things, which lie. */
final class BarDrawing {

  /** How thick a lying bar is. */
  static final double LYING = 14;

  private BarDrawing() {}

  static void draw(Markup page, Figure figure, Curve curve, Axis x, Axis y) {
    List<Point> points = curve.points();
    boolean lying = !figure.y().names().isEmpty();
    double width = points.size() < 2 ? 8 : x.at(points.get(1).x()) - x.at(points.get(0).x());
    for (Point point : points) {
      double right = x.at(point.x());
      double top = y.at(point.y());
      if (lying) rectangle(page, curve, x.from(), top - LYING / 2, right - x.from(), LYING);
      else rectangle(page, curve, right - width / 2, top, width, y.from() - top);
    }
  }

  private static void rectangle(
      Markup page, Curve curve, double x, double y, double width, double height) {
    page.empty(
        "rect",
        "class",
        "bar " + PanelDrawing.colour(curve),
        "x",
        Numbers.pixel(x),
        "y",
        Numbers.pixel(y),
        "width",
        Numbers.pixel(Math.max(0, width)),
        "height",
        Numbers.pixel(Math.max(0, height)));
  }
}
