package io.kudari.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.collective.Distribution;
import io.kudari.collective.TreeSum;
import io.kudari.exchange.Codec;
import io.kudari.exchange.Exchange;
import io.kudari.exchange.Exchanges;
import io.kudari.exchange.GradientExchange;
import io.kudari.exchange.Team;
import io.kudari.exchange.TeamMember;
import io.kudari.math.Layout;
import io.kudari.math.RandomStream;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.train.worker.WorkerRange;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What ranks send with a lossy exchange, over sockets: the bytes of the formula. */
class CodedBytesTest {

  private static final long SEED = 20261128;
  private static final int SIZE = 100_000;
  private static final int WORKERS = 4;
  private static final int STEPS = 3;

  /** Of 250 units with 400 weights each. */
  private static final Layout MATRIX =
      new Layout(List.of(new Segment("weight", 0, List.of(250, 400), Role.WEIGHT)));

  /** The bytes that a worker's vector has by hand; −1 where they are not always as many. */
  @ParameterizedTest
  @CsvSource({
    "top-k, 8000",
    "random-k, 4000",
    "sign, 12504",
    "one-bit, 12508",
    // Buckets of 256 bytes and a norm; the last has 160 values.
    "qsgd, 50784",
    "threshold, -1",
    // Two columns of 250 and two of 400.
    "power-sgd, 5200",
    // Of the rank's sums, what the others own, in 16 bits, and its part of the parameters in 32.
    "fp16, 0",
    "bf16, 0",
  })
  void aRankSendsTheCodesOfItsWorkersAndNoParametersOrPartsInFewerBits(String name, long code)
      throws Exception {
    GradientExchange exchange = Exchanges.parse(Map.of("name", name));
    Layout layout = name.equals("power-sgd") ? MATRIX : Layout.flat(SIZE);
    for (int ranks = 2; ranks <= 3; ranks++) {
      long[] sent = new long[ranks];
      float[][] found = new float[ranks][];
      try (Ranks all = new Ranks(ranks)) {
        List<Boolean> unused =
            all.run(
                WORKERS,
                (rank, collectives) -> {
                  Distribution hosts = Distribution.even(WORKERS, sent.length);
                  Team team = new Team(layout, hosts, rank, 1, collectives, Ranks.BOUND);
                  found[rank] = rank(exchange, team, hosts, rank);
                  sent[rank] = collectives.sentBytes();
                  return true;
                });
        assertEquals(ranks, unused.size());
      }
      float[] expected = alone(exchange, layout);
      Distribution hosts = Distribution.even(WORKERS, ranks);
      for (int r = 0; r < ranks; r++) {
        assertArrayEquals(expected, found[r], name + " on rank " + r + " of " + ranks);
        long own = layout.shard(r, ranks).size();
        long codes = 0;
        for (int v = hosts.first(r); v < hosts.last(r); v++)
          codes += code < 0 ? bytesOfThreshold(v) : STEPS * code;
        long formula =
            code == 0
                ? STEPS * (2 * hosts.nodes(r).size() * (SIZE - own) + 4 * (ranks - 1) * own)
                : (ranks - 1) * codes;
        assertEquals(formula, sent[r], 0.05 * formula, name + " from rank " + r + " of " + ranks);
        assertTrue(sent[r] >= formula, "nothing is left out");
      }
    }
  }

  /** 8 bytes a step, and 4 for each value of at least a threshold, which adapts. */
  private static long bytesOfThreshold(int worker) {
    float[] left = new float[SIZE];
    float threshold = 0.5f;
    long bytes = 0;
    for (int step = 0; step < STEPS; step++) {
      float[] values = values(step, worker);
      int count = 0;
      for (int i = 0; i < SIZE; i++) {
        left[i] += values[i];
        if (Math.abs(left[i]) < threshold) continue;
        left[i] -= Math.copySign(threshold, left[i]);
        count++;
      }
      bytes += 8 + 4 * count;
      threshold *= count > 0.01 * SIZE ? 1.2 : count < 0.001 * SIZE ? 1 / 1.2 : 1;
    }
    return bytes;
  }

  private static float[] values(int step, int worker) {
    RandomStream random = new RandomStream(SEED, RandomStream.Purpose.TEST, step, worker);
    float[] values = new float[SIZE];
    for (int i = 0; i < SIZE; i++) values[i] = random.uniform() - 0.5f;
    return values;
  }

  /** Takes some steps; gives the last sum. */
  private static float[] rank(GradientExchange exchange, Team team, Distribution hosts, int rank) {
    Codec codec = exchange.codec(team.layout(), SEED);
    Exchange open = exchange.open(new TeamMember(team, 0), codec);
    float[] sum = new float[SIZE];
    for (int step = 0; step < STEPS; step++) {
      open.offer(coded(codec, step, hosts.first(rank), hosts.last(rank)).nodes());
      team.await(0);
      open.reduce().copy(open.slice(), sum);
      open.publish(sum);
    }
    return sum;
  }

  private static float[] alone(GradientExchange exchange, Layout layout) {
    Codec codec = exchange.codec(layout, SEED);
    float[] sum = {};
    for (int step = 0; step < STEPS; step++) sum = coded(codec, step, 0, WORKERS).root();
    return sum;
  }

  private static TreeSum<float[]> coded(Codec codec, int step, int first, int last) {
    TreeSum<float[]> sum =
        new TreeSum<>(
            WORKERS,
            (left, right) -> {
              codec.round(WorkerRange.add(left, right));
              return left;
            });
    codec.begin(step, 0);
    for (int v = first; v < last; v++) {
      float[] values = values(step, v);
      codec.code(v, step, values);
      sum.add(v, values);
    }
    return sum;
  }
}
