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
 * @param levels lines of equal height behind every panel; may be empty
 * @param panels from left to right
 */
public record Figure(
    String title, String caption, Scale x, Scale y, List<Level> levels, List<Panel> panels) {

  /** Copies the lists. */
  public Figure {
    levels = List.copyOf(levels);
    panels = List.copyOf(panels);
  }

  /** Without lines of equal height. */
  public Figure(String title, String caption, Scale x, Scale y, List<Panel> panels) {
    this(title, caption, x, y, List.of(), panels);
  }

  /**
   * How one direction is made.
   *
   * @param label with its unit
   * @param log whether equal ratios are equally far apart
   * @param names what stands at 0, 1, 2 …; empty where there are numbers
   */
  public record Scale(String label, boolean log, List<String> names) {

    /** Copies the list. */
    public Scale {
      names = List.copyOf(names);
    }

    /** Of numbers. */
    public Scale(String label, boolean log) {
      this(label, log, List.of());
    }

    /** Of things, evenly apart. */
    public static Scale of(List<String> names) {
      return new Scale("", false, names);
    }
  }

  /**
   * Where a surface has a height: lines of points.
   *
   * @param height of the surface
   */
  public record Level(double height, List<List<Point>> lines) {

    /** Copies the lists. */
    public Level {
      lines = lines.stream().map(List::copyOf).toList();
    }
  }

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
    THEORY,
    /** Thick without marks: too many points to mark each. */
    LINE,
    /** A path whose points come one after the other: the page can show it in time. */
    TRAIL,
    /** A lying bar, for a named thing, whose points are its ends one after the other in time. */
    GROWING,
    /** A mark at each point, not joined. */
    DOTS,
    /** A bar at each point: from the left where the upright scale has names, else from below. */
    BAR;

    boolean moves() {
      return this == TRAIL || this == GROWING;
    }

    /** Whether it is of what was measured, point by point. */
    private boolean breaks() {
      return this == MIDDLE || this == SEED || this == LINE || this == DOTS;
    }
  }

  /**
   * Points joined by a line. Where a measured y is infinite, for what never arrives or is lost, a
   * cross stands at the upper edge; there, and where it is NaN, the line breaks.
   *
   * @param colour from 0: one a method, the same in all panels
   */
  public record Curve(String name, Kind kind, int colour, List<Point> points) {

    /** Leaves out what cannot be drawn. */
    public Curve {
      points = points.stream().filter(p -> p.isFinite() || (kind.breaks() && p.isBreak())).toList();
    }

    /** Of values at these places. */
    public static Curve of(String name, Kind kind, int colour, double[] x, double[] y) {
      return new Curve(
          name,
          kind,
          colour,
          IntStream.range(0, x.length).mapToObj(i -> new Point(x[i], y[i])).toList());
    }

    /** The same where a y of NaN was not left unmeasured, but never arrived or is lost. */
    public Curve orLost() {
      return new Curve(name, kind, colour, points.stream().map(Point::orLost).toList());
    }
  }

  /** A point of a curve. */
  public record Point(double x, double y) {

    boolean isFinite() {
      return Double.isFinite(x) && Double.isFinite(y);
    }

    /** Whether it never arrives, or is lost. */
    boolean isLost() {
      return y == Double.POSITIVE_INFINITY;
    }

    private Point orLost() {
      return Double.isNaN(y) ? new Point(x, Double.POSITIVE_INFINITY) : this;
    }

    private boolean isBreak() {
      return Double.isFinite(x) && (isLost() || Double.isNaN(y));
    }
  }

  /** Whether the page can show it in time. */
  boolean isMoving() {
    return panels.stream().flatMap(p -> p.curves().stream()).anyMatch(c -> c.kind().moves());
  }

  /** How many points of all panels never arrive, or are lost. */
  long lost() {
    return points().filter(Point::isLost).count();
  }

  /** Every x that is drawn. */
  DoubleStream allX() {
    return points().mapToDouble(Point::x);
  }

  /** Every y that is drawn. */
  DoubleStream allY() {
    return points().mapToDouble(Point::y).filter(Double::isFinite);
  }

  private Stream<Point> points() {
    return Stream.concat(
        panels.stream().flatMap(p -> p.curves().stream()).flatMap(c -> c.points().stream()),
        levels.stream().flatMap(l -> l.lines().stream()).flatMap(List::stream));
  }
}
