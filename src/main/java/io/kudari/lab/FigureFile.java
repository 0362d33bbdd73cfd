package io.kudari.lab;

import io.kudari.report.Markup;
import io.kudari.report.Numbers;
import io.kudari.report.Page;
import java.io.IOException;
import java.util.List;

/** A figure as an SVG of its own, for other pages: its panels in rows of two, and their legend. */
final class FigureFile {

  private static final double HEAD = 30;
  private static final double LINE = 18;
  private static final double KEY = 34;
  private static final int COLUMNS = 2;

  /** What a page gives its drawings, and a file must bring. */
  private static final String MORE =
      "svg { font-family: system-ui, sans-serif; }\n"
          + "svg text.head { fill: var(--text); font-size: 13px; font-weight: 600; }\n"
          + ".card { fill: var(--card); }\n"
          + "path.level { fill: none; stroke: var(--soft); opacity: 0.3; }\n"
          + "path.colour6 { stroke: var(--bad); }\n"
          + "path.colour7 { stroke: var(--text); }\n"
          + "circle.colour6, rect.colour6 { fill: var(--bad); }\n"
          + "circle.colour7, rect.colour7 { fill: var(--text); }\n"
          + "rect.colour0 { fill: var(--blue); }\n"
          + "rect.colour1 { fill: var(--orange); }\n"
          + "rect.colour2 { fill: var(--green); }\n"
          + "rect.colour3 { fill: var(--exchange); }\n"
          + "rect.colour4 { fill: var(--wait); }\n"
          + "rect.colour5 { fill: var(--input); }\n"
          + "path.theory { stroke-dasharray: 6 4; stroke-width: 1.5; }\n";

  private FigureFile() {}

  static String of(Figure figure) throws IOException {
    List<Figure.Curve> named = LabPage.named(figure);
    int columns = Math.min(COLUMNS, figure.panels().size());
    double width = columns * PanelDrawing.WIDTH;
    double panels = rows(figure.panels().size(), columns) * PanelDrawing.HEIGHT;
    double height = HEAD + panels + rows(named.size(), columns) * LINE + 8;
    Markup svg = new Markup();
    svg.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "width",
        Numbers.pixel(width),
        "height",
        Numbers.pixel(height),
        "viewBox",
        "0 0 " + Numbers.pixel(width) + " " + Numbers.pixel(height));
    svg.element("title", figure.title()).element("desc", figure.caption());
    svg.element("style", Page.style() + MORE);
    svg.empty("rect", "class", "card", "width", "100%", "height", "100%");
    svg.element("text", figure.title(), "class", "head", "x", "12", "y", "20");
    for (int p = 0; p < figure.panels().size(); p++) {
      at(svg, p % columns * PanelDrawing.WIDTH, HEAD + p / columns * PanelDrawing.HEIGHT);
      PanelDrawing.draw(svg, figure, figure.panels().get(p), new TrailDrawing(svg, "", figure));
      svg.close();
    }
    for (int c = 0; c < named.size(); c++) {
      double x = 12 + c % columns * PanelDrawing.WIDTH;
      at(svg, x, HEAD + panels + (c / columns + 0.5) * LINE);
      svg.empty("path", "class", PanelDrawing.style(named.get(c)), "d", "M0 0H26");
      svg.element("text", named.get(c).name(), "x", Numbers.pixel(KEY), "y", "4").close();
    }
    return svg.close().xml();
  }

  private static int rows(int count, int columns) {
    return (count + columns - 1) / columns;
  }

  private static void at(Markup svg, double x, double y) {
    svg.open("g", "transform", "translate(" + Numbers.pixel(x) + " " + Numbers.pixel(y) + ")");
  }
}
