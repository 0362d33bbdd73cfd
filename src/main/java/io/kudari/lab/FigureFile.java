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

  /** Where the name of a curve stands, behind its key and upon its line. */
  private static final double NAME = 38;

  private static final double FOOT = 8;
  private static final int COLUMNS = 2;

  private FigureFile() {}

  static String of(Figure figure) throws IOException {
    List<Figure.Curve> named = LabPage.named(figure);
    int columns = Math.min(COLUMNS, figure.panels().size());
    double width = columns * PanelDrawing.WIDTH;
    double panels = rows(figure.panels().size(), columns) * PanelDrawing.HEIGHT;
    int keys = named.size() + (figure.lost() > 0 ? 1 : 0);
    double height = HEAD + panels + rows(keys, columns) * LINE + FOOT;
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
    svg.element("style", Page.style(PanelDrawing.style()));
    svg.empty("rect", "class", "card", "width", "100%", "height", "100%");
    svg.element("text", figure.title(), "class", "head", "x", "12", "y", "20");
    for (int p = 0; p < figure.panels().size(); p++) {
      at(svg, p % columns * PanelDrawing.WIDTH, HEAD + p / columns * PanelDrawing.HEIGHT);
      PanelDrawing.draw(svg, figure, figure.panels().get(p), new TrailDrawing(svg, "", figure));
      svg.close();
    }
    for (int k = 0; k < keys; k++) {
      double x = 12 + k % columns * PanelDrawing.WIDTH;
      at(svg, x, HEAD + panels + k / columns * LINE + FOOT / 2);
      boolean curve = k < named.size();
      if (curve) PanelDrawing.key(svg, named.get(k));
      else PanelDrawing.cross(svg, "axis", 15, 4);
      String name = curve ? named.get(k).name() : LabPage.lost(figure);
      svg.element("text", name, "x", Numbers.pixel(NAME), "y", "8").close();
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
