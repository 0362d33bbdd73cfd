package io.kudari.lab.descent;

import java.util.List;

/**
 * A way to write momentum, in double precision: a velocity {@code v ← μ v + c g}, and {@code w ← w
 * + d v}.
 *
 * @param gradient c, by rate
 * @param step d, by rate
 */
record MomentumForm(double gradient, double step) {

  private static final double RATE = 0.05;
  private static final double MU = 0.9;

  /** Of note 000: v ← αv − ηg, w ← w + v. */
  private static final MomentumForm OF_000 = new MomentumForm(-RATE, 1);

  /** Of note 001 with its sign put right: v ← αv + ηg, w ← w − v; Kudari's inside. */
  private static final MomentumForm INSIDE = new MomentumForm(RATE, -1);

  /** Of note 003: v ← μv − g, w ← w + ηv. */
  private static final MomentumForm OF_003 = new MomentumForm(-1, RATE);

  /** Kudari's outside: v ← μv + g, w ← w − ηv. */
  private static final MomentumForm OUTSIDE = new MomentumForm(1, -RATE);

  /** As note 001 prints it: v ← αv − ηg, w ← w − v. */
  static final MomentumForm PRINTED = new MomentumForm(-RATE, -1);

  static final List<MomentumForm> SAME = List.of(OF_000, INSIDE, OF_003, OUTSIDE);

  /** In the long valley from (−7, 2). */
  double[][] path(int steps) {
    return path(Surface.VALLEY, steps, -7, 2);
  }

  double[][] path(Surface surface, int steps, double... start) {
    double[][] path = new double[steps + 1][];
    double[] w = start.clone();
    double[] v = new double[2];
    path[0] = w.clone();
    for (int i = 1; i <= steps; i++) {
      double[] g = surface.slope().apply(w);
      for (int k = 0; k < 2; k++) {
        v[k] = MU * v[k] + gradient * g[k];
        w[k] += step * v[k];
      }
      path[i] = w.clone();
    }
    return path;
  }
}
