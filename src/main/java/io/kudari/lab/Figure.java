package io.kudari.lab;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Small multiples: panels with the same axes.
 *
 * @param title above it
 * @param caption what is plotted, what to look for, and the number
 * @param x what runs to the right
 * @param y what rises
 * @param panels from left to right
 */
public record Figure(String title, String caption, Scale x, Scale y, List<Panel> panels) {

  /** Copies the list. */
  public Figure {
    panels = List.copyOf(panels);
  }

  /**
   * How one direction is made.
   *
   * @param label with its unit
   * @param log whether equal ratios are equally far apart
   */
  public record Scale(String label, boolean log) {}

  /**
   * One drawing.
   *
   * @param title what it is of; may be empty
   */
  public record Panel(String title, List<Curve> curves) {

    /** Copies the list. */
    public Panel {
      curves = List.copyOf(curves);
    }
  }

  /** How a curve is drawn. */
  public enum Kind {
    /** Thick, with a mark at each point: a median or mean over seeds. */
    MIDDLE,
    /** Thin: one seed. */
    SEED,
    /** Dashed: what a formula says. */
    THEORY
  }

  /**
   * Points joined by a line.
   *
   * @param colour from 0: one a method, the same in all panels
   */
  public record Curve(String name, Kind kind, int colour, List<Point> points) {

    /** Leaves out what cannot be drawn. */
    public Curve {
      points = points.stream().filter(Point::isFinite).toList();
    }

    /** Of values at these places. */
    public static Curve of(String name, Kind kind, int colour, double[] x, double[] y) {
      return new Curve(
          name,
          kind,
          colour,
          IntStream.range(0, x.length).mapToObj(i -> new Point(x[i], y[i])).toList());
    }
  }

  /** A point of a curve. */
  public record Point(double x, double y) {

    boolean isFinite() {
      return Double.isFinite(x) && Double.isFinite(y);
    }
  }

  /** Every x that is drawn. */
  DoubleStream allX() {
    return points().mapToDouble(Point::x);
  }

  /** Every y that is drawn. */
  DoubleStream allY() {
    return points().mapToDouble(Point::y);
  }

  private Stream<Point> points() {
    return panels.stream().flatMap(p -> p.curves().stream()).flatMap(c -> c.points().stream());
  }
}
