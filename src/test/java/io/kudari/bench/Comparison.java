package io.kudari.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Contenders that take turns, and are shown in one table.
 *
 * @param title of the table
 * @param contenders to be measured
 * @param against what all are divided by: the heading of a column, by the contender's name
 */
record Comparison(String title, List<Contender> contenders, Map<String, String> against) {

  /** Ours and the peers. */
  static Comparison peers(TrainingCase c, BenchOptions options) {
    Map<String, String> against = new LinkedHashMap<>();
    against.put(Contender.CEILING, "/ ceiling");
    against.put(Contender.DDP, "/ ddp");
    against.put(Contender.LIBTORCH_1, "/ torch 1");
    against.put(Contender.LIBTORCH_2, "/ torch 2");
    against.put(Contender.LIBTORCH_INDEPENDENT, "/ 2 torch");
    against.put(Contender.DL4J_1, "/ dl4j 1");
    return new Comparison(c.toString(), Contender.all(c, options), against);
  }

  /** All-reduce on one core up to all, with as many workers as the machine has cores. */
  static Comparison strong(TrainingCase c, BenchOptions options) {
    List<Contender> sides = new ArrayList<>();
    for (int n : counts(c.workers())) addBoth(sides, c, options, n, "");
    return new Comparison("strong scaling, " + c, sides, Map.of(sides.get(0).name(), "/ first"));
  }

  /** All-reduce on one core up to all, with as many workers as cores are used. */
  static Comparison weak(TrainingCase c, BenchOptions options) {
    List<Contender> sides = new ArrayList<>();
    for (int n : counts(c.workers())) {
      String workers = n == 1 ? ", 1 worker" : ", " + n + " workers";
      addBoth(sides, new TrainingCase(c.model(), c.batch(), n), options, n, workers);
    }
    if (c.workers() > 1)
      sides.add(Contender.independent(c.workers() + " independent serial", c, options));
    return new Comparison("weak scaling, " + c, sides, Map.of(sides.get(0).name(), "/ first"));
  }

  private static void addBoth(
      List<Contender> sides, TrainingCase c, BenchOptions options, int n, String suffix) {
    sides.add(Contender.threads(n + (n == 1 ? " thread" : " threads") + suffix, c, options, n));
    if (n > 1) sides.add(Contender.ranks(n + " ranks" + suffix, c, options, n));
  }

  /** 1, 2, 4 and so on, and the last one. */
  private static List<Integer> counts(int last) {
    List<Integer> counts = new ArrayList<>();
    for (int n = 1; n < last; n *= 2) counts.add(n);
    counts.add(last);
    return counts;
  }
}
