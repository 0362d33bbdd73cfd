package io.kudari.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.collective.ExchangeCosts;
import io.kudari.collective.Hosts;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The simulated exchanges beside their closed forms, where those hold. */
class ScaleModelTest {

  private static final double BYTES = 4e6;
  private static final double ALPHA = 5e-5;
  private static final double BETA = 8e-9;
  private static final double GAMMA = 5e-10;

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 16, 64})
  void withEqualStartsTheTimesAreThoseOfTheFormulas(int ranks) {
    double share = (ranks - 1.0) / ranks * BYTES;
    double wire = 2 * share * BETA + share * GAMMA;
    double logarithm = Math.log(ranks) / Math.log(2);
    assertEquals(2 * (ranks - 1) * ALPHA + wire, time(ScaleModel.Exchange.RING, ranks, 1), 1e-9);
    assertEquals(2 * logarithm * ALPHA + wire, time(ScaleModel.Exchange.HALVING, ranks, 1), 1e-9);
    // Sums are taken while other parts arrive: of the last part alone there is nothing to hide it.
    double mesh = 2 * ALPHA + 2 * share * BETA + BYTES / ranks * GAMMA;
    assertEquals(mesh, time(ScaleModel.Exchange.MESH, ranks, 1), 1e-9);
  }

  @ParameterizedTest
  @EnumSource(ScaleModel.Exchange.class)
  void anExchangeWaitsForTheLastRankAndNobodyElse(ScaleModel.Exchange by) {
    double[] ready = new double[8];
    ready[5] = 3;
    double[] finished = new ScaleModel(costs(1), BYTES, ready).run(by);
    double alone = time(by, 8, 1);
    for (double f : finished) {
      assertTrue(f >= 3, by + " has the last rank's vector");
      assertTrue(
          f <= 3 + alone + 1e-9,
          by + " takes " + (f - 3) + " s after it, and " + alone + " s otherwise");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 8})
  void hostsThatShareMemorySendLessThanRanksAlone(int perHost) {
    double hosts = 32.0 / perHost;
    double memory = 2 * 1e-6 + (perHost - 1.0) / perHost * BYTES * (GAMMA + 1e-10);
    double rounds = 2 * Math.log(hosts) / Math.log(2);
    // The ranks of a host share its interface: together they send what one alone would.
    double wire = 2 * (hosts - 1) / hosts * BYTES * BETA;
    double found = time(ScaleModel.Exchange.HIERARCHICAL, 32, perHost);
    assertTrue(found >= memory + wire, "found " + found + ", at least " + (memory + wire));
    double most = memory + wire + rounds * perHost * ALPHA + BYTES * GAMMA;
    assertTrue(found <= most, "found " + found + ", at most " + most);
    assertTrue(found < time(ScaleModel.Exchange.HALVING, 32, 1));
  }

  /** The points of the table of {@code scripts/bench-scale}, as far as a test can simulate them. */
  @ParameterizedTest
  @ValueSource(doubles = {1, 10, 25, 100})
  void theProgramsFormulaIsTheSimulatedTimeAndChoosesAlike(double gigabits) {
    for (double bytes : new double[] {4.0 * 669_706, 4.0 * 431_080, 4.0 * 5_824_522, 1e8}) {
      for (int perHost : new int[] {1, 2, 8}) {
        for (int ranks = 2; ranks <= 128; ranks *= 2) compare(gigabits, bytes, perHost, ranks);
      }
    }
  }

  private static void compare(double gigabits, double bytes, int perHost, int ranks) {
    var costs = new ScaleModel.Costs(ALPHA, 8e-9 / gigabits, 1e-10, 1e-6, 1e-10, perHost);
    double mesh = time(costs, bytes, ScaleModel.Exchange.MESH, ranks);
    double byHost = time(costs, bytes, ScaleModel.Exchange.HIERARCHICAL, ranks);
    var program = new ExchangeCosts(ALPHA, 8e-9 / gigabits, 1e-10, 1e-6, 1e-10);
    List<String> names = IntStream.range(0, ranks).mapToObj(r -> "host " + r / perHost).toList();
    Hosts hosts = Hosts.of(names);
    String where =
        "%s Gbit/s, %s bytes, %s a host, %s ranks".formatted(gigabits, bytes, perHost, ranks);
    if (hosts.count() == 1) {
      assertFalse(program.hostsPay(bytes, hosts, false), where);
      return;
    }
    assertEquals(mesh, program.mesh(bytes, hosts), 0.06 * mesh, where);
    assertEquals(byHost, program.hierarchical(bytes, hosts), 0.06 * byHost, where);
    // As far as the formulas, of 6% each, can tell.
    double part = byHost / (0.8 * mesh);
    if (Math.abs(Math.log(part)) < 0.12) return;
    assertEquals(perHost > 1 && part < 1, program.hostsPay(bytes, hosts, false), where);
  }

  private static double time(
      ScaleModel.Costs costs, double bytes, ScaleModel.Exchange by, int ranks) {
    double[] finished = new ScaleModel(costs, bytes, new double[ranks]).run(by);
    return Arrays.stream(finished).max().orElseThrow();
  }

  private static double time(ScaleModel.Exchange by, int ranks, int perHost) {
    double[] finished = new ScaleModel(costs(perHost), BYTES, new double[ranks]).run(by);
    return Arrays.stream(finished).max().orElseThrow();
  }

  private static ScaleModel.Costs costs(int perHost) {
    return new ScaleModel.Costs(ALPHA, BETA, GAMMA, 1e-6, 1e-10, perHost);
  }
}
