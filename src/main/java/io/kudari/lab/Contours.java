package io.kudari.lab;

import io.kudari.lab.Figure.Level;
import io.kudari.lab.Figure.Point;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleBinaryOperator;

/**
 * Lines of equal height of a surface over a rectangle, by marching squares (Lorensen and Cline
 * 1987, in two dimensions): within each cell of a grid the line runs straight from edge to edge.
 */
public final class Contours {

  private static final int CELLS = 72;
  private static final MathContext PICTURE = new MathContext(5);

  private final DoubleBinaryOperator surface;
  private final double left;
  private final double bottom;
  private final double width;
  private final double height;

  /** Over the rectangle of two opposite corners. */
  public Contours(
      DoubleBinaryOperator surface, double left, double bottom, double right, double top) {
    this.surface = surface;
    this.left = left;
    this.bottom = bottom;
    this.width = (right - left) / CELLS;
    this.height = (top - bottom) / CELLS;
  }

  /** A level for each height. */
  public List<Level> at(double... heights) {
    double[][] grid = new double[CELLS + 1][CELLS + 1];
    for (int i = 0; i <= CELLS; i++)
      for (int j = 0; j <= CELLS; j++)
        grid[i][j] = surface.applyAsDouble(left + i * width, bottom + j * height);
    List<Level> levels = new ArrayList<>();
    for (double level : heights) levels.add(new Level(level, joined(pieces(grid, level))));
    return levels;
  }

  private List<Point[]> pieces(double[][] grid, double level) {
    List<Point[]> pieces = new ArrayList<>();
    for (int i = 0; i < CELLS; i++)
      for (int j = 0; j < CELLS; j++) {
        List<Point> cuts = new ArrayList<>(4);
        cut(cuts, grid, level, i, j, i + 1, j);
        cut(cuts, grid, level, i + 1, j, i + 1, j + 1);
        cut(cuts, grid, level, i + 1, j + 1, i, j + 1);
        cut(cuts, grid, level, i, j + 1, i, j);
        for (int k = 0; k + 1 < cuts.size(); k += 2)
          pieces.add(new Point[] {cuts.get(k), cuts.get(k + 1)});
      }
    return pieces;
  }

  /** Where the line crosses the edge between two knots. Both cells of it find the same point. */
  private void cut(List<Point> cuts, double[][] grid, double level, int i, int j, int k, int l) {
    if (i > k || j > l) {
      cut(cuts, grid, level, k, l, i, j);
      return;
    }
    double a = grid[i][j] - level;
    double b = grid[k][l] - level;
    if (a < 0 == b < 0) return;
    double share = a / (a - b);
    cuts.add(
        new Point(
            rounded(left + (i + share * (k - i)) * width),
            rounded(bottom + (j + share * (l - j)) * height)));
  }

  /** A picture needs no more digits. */
  private static double rounded(double value) {
    return new BigDecimal(value).round(PICTURE).doubleValue();
  }

  /** Pieces with a common end as one line. */
  private static List<List<Point>> joined(List<Point[]> pieces) {
    Map<Point, List<Point[]>> byEnd = new HashMap<>();
    for (Point[] piece : pieces)
      for (Point end : piece) byEnd.computeIfAbsent(end, e -> new ArrayList<>()).add(piece);
    List<List<Point>> lines = new ArrayList<>();
    for (Point[] piece : pieces) {
      if (!byEnd.get(piece[0]).contains(piece)) continue;
      take(byEnd, piece);
      Deque<Point> line = new ArrayDeque<>(List.of(piece[0], piece[1]));
      for (Point[] next; (next = any(byEnd, line.peekLast())) != null; take(byEnd, next))
        line.addLast(other(next, line.peekLast()));
      for (Point[] next; (next = any(byEnd, line.peekFirst())) != null; take(byEnd, next))
        line.addFirst(other(next, line.peekFirst()));
      lines.add(List.copyOf(line));
    }
    return lines;
  }

  private static Point[] any(Map<Point, List<Point[]>> byEnd, Point end) {
    List<Point[]> found = byEnd.get(end);
    return found.isEmpty() ? null : found.get(0);
  }

  private static Point other(Point[] piece, Point end) {
    return piece[0].equals(end) ? piece[1] : piece[0];
  }

  private static void take(Map<Point, List<Point[]>> byEnd, Point[] piece) {
    for (Point end : piece) byEnd.get(end).remove(piece);
  }
}
