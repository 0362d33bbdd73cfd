package io.kudari.lab;

import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Point;
import io.kudari.report.Axis;
import io.kudari.report.Markup;
import io.kudari.report.Numbers;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Draws what moves, by SMIL and without a script: a box to tick starts it, and the style sheet
 * shows either the finished path or the moving one. All trails of a figure move through the same
 * number of frames in the same time; one with fewer points stays at its last.
 */
final class TrailDrawing {

  private static final double FRAME = 0.2;
  private static final double LONGEST = 10;
  private static final double WIDTH = 340;

  private final Markup page;
  private final String box;
  private final int frames;

  /**
   * Of a figure.
   *
   * @param box id of the box, which begins with a letter and has letters and digits only, for else
   *     the timing needs escapes; empty where nothing moves
   */
  TrailDrawing(Markup page, String box, Figure figure) {
    this.page = page;
    this.box = box;
    this.frames =
        figure.panels().stream()
            .flatMap(p -> p.curves().stream())
            .filter(c -> c.kind().moves())
            .mapToInt(c -> c.points().size())
            .max()
            .orElse(0);
  }

  /** The box, and beside it a clock: which frame is shown. */
  void box() {
    page.empty("input", "type", "checkbox", "class", "play", "id", box);
    page.element(
        "label",
        "Show it in time: "
            + (frames - 1)
            + " frames in "
            + Numbers.significant(seconds(), 2)
            + " s",
        "for",
        box);
    page.open("svg", "class", "clock moving", "viewBox", "0 0 340 24", "aria-hidden", "true");
    page.empty("path", "class", "axis", "d", "M12 16H328");
    List<Double> at = IntStream.range(0, frames).mapToObj(this::clock).toList();
    page.open("circle", "class", "hand", "cx", "12", "cy", "16", "r", "5");
    animate("cx", at.stream().map(Numbers::pixel).collect(Collectors.joining(";")));
    page.close().close();
  }

  private double clock(int frame) {
    return 12 + (WIDTH - 24) * frame / Math.max(1, frames - 1);
  }

  private double seconds() {
    return Math.min(LONGEST, FRAME * (frames - 1));
  }

  /** The finished path and the moving one. */
  void draw(Curve curve, Axis x, Axis y) {
    List<Point> points = curve.points();
    if (points.isEmpty()) return;
    StringBuilder path = new StringBuilder();
    double[] done = new double[points.size()];
    for (int i = 0; i < points.size(); i++) {
      path.append(i == 0 ? "M" : "L").append(at(points.get(i), x, y));
      if (i > 0) done[i] = done[i - 1] + apart(points.get(i - 1), points.get(i), x, y);
    }
    Point end = points.get(points.size() - 1);
    page.open("g", "class", "still");
    page.empty("path", "class", PanelDrawing.style(curve), "d", path.toString());
    mark(curve, end, x, y).close();
    page.close();
    if (box.isEmpty()) return;
    page.open("g", "class", "moving");
    moving(curve, path.toString(), done);
    mark(curve, points.get(0), x, y);
    animate("cx", values(points.stream().mapToDouble(p -> x.at(p.x()))));
    animate("cy", values(points.stream().mapToDouble(p -> y.at(p.y()))));
    page.close().close();
  }

  /** A bar as long as it is at last, and one that grows to that. */
  void grow(Curve curve, Axis x, Axis y) {
    List<Point> points = curve.points();
    if (points.isEmpty()) return;
    double[] lengths = points.stream().mapToDouble(p -> x.at(p.x()) - x.from()).toArray();
    double top = y.at(points.get(0).y()) - BarDrawing.LYING / 2;
    page.open("g", "class", "still");
    bar(curve, x.from(), top, lengths[lengths.length - 1]).close();
    page.close();
    if (box.isEmpty()) return;
    page.open("g", "class", "moving");
    bar(curve, x.from(), top, lengths[0]);
    animate("width", values(DoubleStream.of(lengths)));
    page.close().close();
  }

  private Markup bar(Curve curve, double x, double y, double width) {
    return page.open(
        "rect",
        "class",
        "bar " + PanelDrawing.colour(curve),
        "x",
        Numbers.pixel(x),
        "y",
        Numbers.pixel(y),
        "width",
        Numbers.pixel(width),
        "height",
        Numbers.pixel(BarDrawing.LYING));
  }

  private void moving(Curve curve, String path, double[] done) {
    double length = done[done.length - 1];
    page.open(
        "path",
        "class",
        PanelDrawing.style(curve),
        "d",
        path,
        "pathLength",
        "1",
        "stroke-dasharray",
        "1",
        "stroke-dashoffset",
        "1");
    String left =
        DoubleStream.of(done)
            .mapToObj(d -> Numbers.significant(length == 0 ? 0 : 1 - d / length, 3))
            .collect(Collectors.joining(";"));
    animate("stroke-dashoffset", padded(left, done.length));
    page.close();
  }

  private Markup mark(Curve curve, Point point, Axis x, Axis y) {
    return page.open(
        "circle",
        "class",
        PanelDrawing.colour(curve),
        "cx",
        Numbers.pixel(x.at(point.x())),
        "cy",
        Numbers.pixel(y.at(point.y())),
        "r",
        "4");
  }

  private String values(DoubleStream pixels) {
    List<String> texts = pixels.mapToObj(Numbers::pixel).toList();
    return padded(String.join(";", texts), texts.size());
  }

  /** The last value again and again, up to the number of frames. */
  private String padded(String values, int count) {
    String last = values.substring(values.lastIndexOf(';') + 1);
    return values + (";" + last).repeat(frames - count);
  }

  private void animate(String attribute, String values) {
    page.empty(
        "animate",
        "attributeName",
        attribute,
        "values",
        values,
        "dur",
        Numbers.significant(Math.max(FRAME, seconds()), 3) + "s",
        "begin",
        box + ".click",
        "calcMode",
        "discrete",
        "fill",
        "freeze");
  }

  private static String at(Point point, Axis x, Axis y) {
    return Numbers.pixel(x.at(point.x())) + " " + Numbers.pixel(y.at(point.y()));
  }

  private static double apart(Point a, Point b, Axis x, Axis y) {
    return Math.hypot(x.at(a.x()) - x.at(b.x()), y.at(a.y()) - y.at(b.y()));
  }
}
