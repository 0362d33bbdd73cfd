package io.kudari.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * How training would scale to many ranks, by {@link ScaleModel}: the efficiency of 1–1,024 ranks,
 * which is the mean time in which a rank computes by the mean time of a step, for each network,
 * link and exchange. A plan, not a measurement: what is measured is given to it. Run by {@code
 * scripts/bench-scale}.
 */
public final class ScaleBenchmark {

  private static final int MOST_RANKS = 1024;
  private static final int STEPS = 4;

  /** Of so many ranks and more one step is simulated, which takes some seconds. */
  private static final int MANY_RANKS = 256;

  private static final double[] GIGABITS = {1, 10, 25, 100};

  /**
   * A training.
   *
   * @param seconds that a rank computes in a step, in the mean: 128 examples on one core of an AMD
   *     EPYC with AVX-512, from the rates of README's table "One gradient on one thread"; those of
   *     the largest are assumed
   */
  private record Net(String name, long parameters, double seconds) {}

  private static final List<Net> NETS =
      List.of(
          new Net("MLP 784-512-512-10", 669_706, 128 / 71_300.0),
          new Net("LeNet", 431_080, 128 / 10_100.0),
          new Net("MLP 784-2048-2048-10", 5_824_522, 128 / 6_750.0),
          new Net("25 million parameters", 25_000_000, 0.5));

  /**
   * What is assumed of the machines.
   *
   * @param alpha microseconds a message takes besides its bytes
   * @param gamma nanoseconds to sum a byte
   * @param spread standard deviation of a rank's computing by its mean
   * @param perHost ranks of a host
   */
  private record Machine(double alpha, double gamma, double spread, int perHost) {}

  private record Point(int ranks, double efficiency) {}

  private ScaleBenchmark() {}

  /** {@code ALPHA GAMMA SPREAD PER-HOST FILE}: see {@code scripts/bench-scale}. */
  public static void main(String[] args) throws IOException {
    Machine machine =
        new Machine(
            Double.parseDouble(args[0]),
            Double.parseDouble(args[1]),
            Double.parseDouble(args[2]),
            Integer.parseInt(args[3]));
    StringBuilder panels = new StringBuilder();
    int row = 0;
    for (Net net : NETS) {
      for (int g = 0; g < GIGABITS.length; g++)
        panels.append(panel(net, GIGABITS[g], machine, g, row));
      row++;
    }
    Path file = Path.of(args[4]);
    Files.writeString(file, ScaleDrawing.page(panels.toString(), GIGABITS.length, row));
    System.out.println("\ndrawn in " + file);
  }

  /** Prints a table, and draws it. */
  private static String panel(Net net, double gigabits, Machine machine, int column, int row) {
    String title = String.format(Locale.ROOT, "%s, %.0f Gbit/s", net.name, gigabits);
    System.out.printf("%n%s: efficiency by ranks%n%-14s", title, "");
    for (int r = 1; r <= MOST_RANKS; r *= 2) System.out.printf("%7d", r);
    System.out.println();
    List<ScaleDrawing.Line> lines = new ArrayList<>();
    for (ScaleModel.Exchange by : ScaleModel.Exchange.values()) {
      List<Point> points = new ArrayList<>();
      for (int r = 1; r <= MOST_RANKS; r *= 2)
        points.add(new Point(r, efficiency(net, gigabits, machine, by, r)));
      String name = by.name().toLowerCase(Locale.ROOT);
      System.out.printf("%-14s", name + (by.sameBits ? "" : " *"));
      for (Point p : points) System.out.printf(Locale.ROOT, "%7.2f", p.efficiency);
      System.out.println();
      lines.add(
          new ScaleDrawing.Line(name, points.stream().mapToDouble(p -> p.efficiency).toArray()));
    }
    return ScaleDrawing.panel(title, lines, column, row);
  }

  private static double efficiency(
      Net net, double gigabits, Machine machine, ScaleModel.Exchange by, int ranks) {
    ScaleModel.Costs costs =
        new ScaleModel.Costs(
            machine.alpha * 1e-6,
            8e-9 / gigabits,
            machine.gamma * 1e-9,
            1e-6,
            1e-10,
            machine.perHost);
    // The same times for all exchanges.
    Random random = new Random(ranks);
    double[] at = new double[ranks];
    int steps = ranks < MANY_RANKS ? STEPS : 1;
    for (int step = 0; step < steps; step++) {
      for (int r = 0; r < ranks; r++)
        at[r] += net.seconds * Math.max(0.5, 1 + machine.spread * random.nextGaussian());
      at = new ScaleModel(costs, 4.0 * net.parameters, at).run(by).clone();
    }
    return steps * net.seconds / Arrays.stream(at).average().orElseThrow();
  }
}
