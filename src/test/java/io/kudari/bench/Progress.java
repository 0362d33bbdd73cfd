package io.kudari.bench;

import java.util.List;
import java.util.Locale;

/** Tells on standard error what runs and how long the rest will take. */
final class Progress {

  private final int runs;
  private final long start = System.nanoTime();
  private double ahead;
  private double expected;
  private int done;

  /**
   * Nothing has run yet.
   *
   * @param seconds that each run will take, roughly
   */
  Progress(List<Double> seconds) {
    this.runs = seconds.size();
    this.ahead = seconds.stream().mapToDouble(Double::doubleValue).sum();
  }

  /** What will run in all, and for how long. */
  void announce() {
    System.err.printf("%d runs, about %s%n", runs, time(ahead));
  }

  /** A run begins. */
  void begin(String what) {
    double took = (System.nanoTime() - start) / 1e9;
    double left = done == 0 ? ahead : ahead * took / expected;
    System.err.printf("%3d of %d, %6s left: %-32s", done + 1, runs, time(left), what);
  }

  /** The run has ended, or will not take place. */
  void end(Contender contender, String result) {
    done++;
    ahead -= contender.seconds();
    expected += contender.seconds();
    System.err.println(result);
  }

  private static String time(double seconds) {
    return seconds < 90
        ? Math.round(seconds) + " s"
        : String.format(Locale.ROOT, "%d min", Math.round(seconds / 60));
  }
}
