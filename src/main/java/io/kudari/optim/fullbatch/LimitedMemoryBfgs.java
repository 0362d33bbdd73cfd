package io.kudari.optim.fullbatch;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * L-BFGS: the quasi-Newton direction from the last m pairs s = Δx, y = Δg by the two-loop
 * recursion, scaled by s·y / y·y (Liu and Nocedal 1989; Nocedal and Wright 2006, algorithms 7.4 and
 * 7.5). Keeps 2 m vectors of doubles.
 *
 * @param pairs m
 * @param curvature c₂ of the strong Wolfe conditions
 */
public record LimitedMemoryBfgs(int pairs, double curvature) implements Minimizer {

  /** One remembered step. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Pair(double[] s, double[] y, double product) {}

  @Override
  public Run start(Objective objective, double[] x) {
    LineSearch line = new LineSearch(objective, curvature, x);
    Deque<Pair> memory = new ArrayDeque<>();
    return new Run() {
      private Iteration now = line.iteration(0);

      @Override
      public Iteration now() {
        return now;
      }

      @Override
      public boolean advance() {
        if (!(now.gradientNorm() > 0)) return false;
        double[] direction = direction(line.gradient, memory);
        double[] oldX = x.clone();
        double[] oldGradient = line.gradient.clone();
        double first = memory.isEmpty() ? Math.min(1, 1 / now.gradientNorm()) : 1;
        if (line.search(direction, first) == 0) {
          boolean forgets = !memory.isEmpty();
          memory.clear();
          return forgets;
        }
        remember(memory, difference(x, oldX), difference(line.gradient, oldGradient));
        now = line.iteration(now.number() + 1);
        return true;
      }
    };
  }

  private void remember(Deque<Pair> memory, double[] s, double[] y) {
    double product = LineSearch.dot(s, y);
    if (!(product > 0)) return;
    memory.addLast(new Pair(s, y, product));
    if (memory.size() > pairs) memory.removeFirst();
  }

  private static double[] direction(double[] gradient, Deque<Pair> memory) {
    double[] q = gradient.clone();
    double[] alpha = new double[memory.size()];
    int i = memory.size();
    for (Iterator<Pair> newestFirst = memory.descendingIterator(); newestFirst.hasNext(); ) {
      Pair p = newestFirst.next();
      alpha[--i] = LineSearch.dot(p.s, q) / p.product;
      addTimes(q, -alpha[i], p.y);
    }
    if (!memory.isEmpty()) {
      Pair newest = memory.getLast();
      double scale = newest.product / LineSearch.dot(newest.y, newest.y);
      for (int k = 0; k < q.length; k++) q[k] *= scale;
    }
    for (Pair p : memory) {
      double beta = LineSearch.dot(p.y, q) / p.product;
      addTimes(q, alpha[i++] - beta, p.s);
    }
    for (int k = 0; k < q.length; k++) q[k] = -q[k];
    return q;
  }

  private static void addTimes(double[] target, double factor, double[] v) {
    for (int i = 0; i < target.length; i++) target[i] += factor * v[i];
  }

  private static double[] difference(double[] a, double[] b) {
    double[] d = new double[a.length];
    for (int i = 0; i < d.length; i++) d[i] = a[i] - b[i];
    return d;
  }
}
