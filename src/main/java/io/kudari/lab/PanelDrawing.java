package io.kudari.lab;

import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Figure.Point;
import io.kudari.report.Axis;
import io.kudari.report.Markup;
import io.kudari.report.Numbers;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Draws a panel of a figure: an SVG that is readable at the width of a telephone. */
final class PanelDrawing {

  static final double WIDTH = 340;
  static final double HEIGHT = 250;
  private static final double LEFT = 72;

  /** Where names stand in the place of numbers. */
  private static final double BEHIND_NAMES = 78;

  /** Leaves room for half of a number below it. */
  private static final double RIGHT = WIDTH - 20;

  /** No text of the drawings has wider letters on average, by half. */
  private static final double HALF_LETTER = 3.6;

  private static final double TOP = 26;
  private static final double BOTTOM = HEIGHT - 44;
  private static final int COLOURS = 8;

  /** Half of a cross's side. */
  private static final double CROSS = 3;

  /** What is drawn later lies above. */
  private static final List<Kind> ORDER =
      List.of(
          Kind.BAR,
          Kind.GROWING,
          Kind.SEED,
          Kind.THEORY,
          Kind.LINE,
          Kind.MIDDLE,
          Kind.TRAIL,
          Kind.DOTS);

  private PanelDrawing() {}

  /**
   * Draws a panel.
   *
   * @param trails draws those of the figure
   */
  static void draw(Markup page, Figure figure, Figure.Panel panel, TrailDrawing trails) {
    Axis x = axis(figure.x(), bars(figure, false), figure.allX(), left(figure), RIGHT);
    // Names are read from above, numbers grow upwards.
    boolean names = !figure.y().names().isEmpty();
    double low = names ? TOP : BOTTOM;
    double high = names ? BOTTOM : TOP;
    Axis y = axis(figure.y(), bars(figure, true), figure.allY(), low, high);
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
    for (Figure.Level level : figure.levels()) draw(page, level, x, y);
    for (Kind kind : ORDER)
      for (Curve curve : panel.curves())
        if (curve.kind() == kind) {
          if (kind == Kind.TRAIL) trails.draw(curve, x, y);
          else if (kind == Kind.GROWING) trails.grow(curve, x, y);
          else if (kind == Kind.BAR) BarDrawing.draw(page, figure, curve, x, y);
          else draw(page, curve, x, y);
        }
    page.close();
  }

  private static double left(Figure figure) {
    return figure.y().names().isEmpty() ? LEFT : BEHIND_NAMES;
  }

  /** Whether bars rise along an axis, or lie along it: those begin at its low end. */
  private static boolean bars(Figure figure, boolean upright) {
    return figure.y().names().isEmpty() == upright
        && figure.panels().stream()
            .flatMap(p -> p.curves().stream())
            .anyMatch(c -> c.kind() == Kind.BAR || c.kind() == Kind.GROWING);
  }

  private static Axis axis(
      Figure.Scale scale, boolean bars, DoubleStream values, double from, double to) {
    if (!scale.names().isEmpty())
      return new Axis(-0.5, scale.names().size() - 0.5, false, from, to);
    double[] drawn = values.filter(v -> !scale.log() || v > 0).toArray();
    double min = DoubleStream.of(drawn).min().orElse(1);
    double max = DoubleStream.of(drawn).max().orElse(1);
    if (scale.log())
      return Axis.logarithmic(bars ? min / 2 : min, min < max ? max : 2 * min, from, to);
    return Axis.round(Math.min(0, min), max, from, to);
  }

  private static void draw(Markup page, Figure.Level level, Axis x, Axis y) {
    StringBuilder path = new StringBuilder();
    for (List<Point> line : level.lines())
      for (int i = 0; i < line.size(); i++)
        path.append(i == 0 ? "M" : "L")
            .append(Numbers.pixel(x.at(line.get(i).x())))
            .append(' ')
            .append(Numbers.pixel(y.at(line.get(i).y())));
    if (path.length() > 0) page.empty("path", "class", "level", "d", path.toString());
  }

  private static void axes(Markup page, Figure figure, Axis x, Axis y) {
    double left = left(figure);
    for (double tick : ticks(y, figure.y())) {
      String at = Numbers.pixel(y.at(tick));
      page.empty("path", "class", "grid", "d", "M" + left + " " + at + "H" + RIGHT);
      label(page, left - 6, y.at(tick) + 4, "end", written(tick, figure.y()));
    }
    for (double tick : ticks(x, figure.x())) {
      String at = Numbers.pixel(x.at(tick));
      page.empty("path", "class", "grid", "d", "M" + at + " " + TOP + "V" + BOTTOM);
      String text = written(tick, figure.x());
      double middle = Math.min(x.at(tick), WIDTH - HALF_LETTER * text.length());
      label(page, middle, BOTTOM + 16, "middle", text);
    }
    page.empty("path", "class", "axis", "d", "M" + left + " " + TOP + "V" + BOTTOM + "H" + RIGHT);
    label(page, (left + RIGHT) / 2, HEIGHT - 8, "middle", figure.x().label());
    page.element(
        "text",
        figure.y().label(),
        "transform",
        "translate(12 " + Numbers.pixel((TOP + BOTTOM) / 2) + ") rotate(-90)",
        "text-anchor",
        "middle");
  }

  private static String written(double tick, Figure.Scale scale) {
    return scale.names().isEmpty() ? Numbers.tick(tick) : scale.names().get((int) tick);
  }

  /** At least two: less than a decade may hold no power of ten, or one. */
  private static List<Double> ticks(Axis axis, Figure.Scale scale) {
    if (!scale.names().isEmpty())
      return IntStream.range(0, scale.names().size()).mapToObj(i -> (double) i).toList();
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
    boolean joined = false;
    for (Point point : curve.points()) {
      if (point.isLost()) cross(page, style(curve), x.at(point.x()), y.to());
      boolean before = joined;
      joined = point.isFinite();
      if (!joined) continue;
      String atX = Numbers.pixel(x.at(point.x()));
      String atY = Numbers.pixel(y.at(point.y()));
      path.append(before ? "L" : "M").append(atX).append(' ').append(atY);
      if (curve.kind() == Kind.MIDDLE || curve.kind() == Kind.DOTS)
        page.empty("circle", "class", colour(curve), "cx", atX, "cy", atY, "r", "3");
    }
    if (path.length() > 0 && curve.kind() != Kind.DOTS)
      page.empty("path", "class", style(curve), "d", path.toString());
  }

  /**
   * A mark of what has no place within the frame.
   *
   * @param style class of its strokes
   */
  static void cross(Markup page, String style, double x, double y) {
    String from = "M" + Numbers.pixel(x - CROSS) + " ";
    String to = "L" + Numbers.pixel(x + CROSS) + " ";
    String above = Numbers.pixel(y - CROSS);
    String below = Numbers.pixel(y + CROSS);
    String path = from + above + to + below + from + below + to + above;
    page.empty("path", "class", "cross " + style, "d", path);
  }

  /** What a curve looks like in a legend: 30 wide and 8 high. */
  static void key(Markup page, Curve curve) {
    if (curve.kind() == Kind.BAR || curve.kind() == Kind.GROWING)
      page.empty("rect", "class", "bar " + colour(curve), "width", "30", "height", "8");
    else if (curve.kind() == Kind.DOTS)
      page.empty("circle", "class", colour(curve), "cx", "15", "cy", "4", "r", "3");
    else page.empty("path", "class", style(curve), "d", "M0 4H30");
  }

  /** The style of drawings, on a page and in files, behind that of reports. */
  static InputStream style() {
    return PanelDrawing.class.getResourceAsStream("drawings.css");
  }

  /** The class of a curve's path in the style sheets. */
  static String style(Curve curve) {
    String dash =
        curve.kind() == Kind.SEED ? " faint" : curve.kind() == Kind.THEORY ? " theory" : "";
    return "line " + colour(curve) + dash;
  }

  static String colour(Curve curve) {
    return "colour" + curve.colour() % COLOURS;
  }
}
