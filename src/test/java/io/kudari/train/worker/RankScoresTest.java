package io.kudari.train.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.collective.Distribution;
import io.kudari.exchange.Team;
import io.kudari.exchange.TeamMember;
import io.kudari.math.Layout;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.model.MiniBatch;
import io.kudari.model.ScoreCounts;
import io.kudari.model.Shape;
import io.kudari.spark.Ranks;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RankScoresTest {

  private static final long SEED = 20261130;

  private static final int CLASSES = 3;

  /** Some ranks have counted nothing, or nothing of some class. */
  @Test
  void everyRankGetsTheCountsOfAll() throws Exception {
    for (int ranks = 2; ranks <= 4; ranks++) {
      int size = ranks;
      ScoreCounts whole = ScoreCounts.of(CLASSES);
      for (int r = 0; r < size; r++) count(r, whole);
      long[][] expected = whole.entries();
      assertTrue(expected[0].length > 20);
      Layout layout = Layout.flat(8);
      try (Ranks all = new Ranks(size)) {
        List<long[][]> found =
            all.run(
                size,
                (rank, collectives) -> {
                  Distribution hosts = Distribution.even(size, size);
                  Team team = new Team(layout, hosts, rank, 1, collectives, Ranks.BOUND);
                  ScoreCounts own = ScoreCounts.of(CLASSES);
                  count(rank, own);
                  return RankScores.gather(own, collectives, new TeamMember(team, 0)).entries();
                });
        for (int r = 0; r < size; r++)
          assertEquals(
              Arrays.deepToString(expected),
              Arrays.deepToString(found.get(r)),
              "rank " + r + " of " + size);
      }
    }
  }

  /** What a rank sees; rank 1 sees nothing. */
  private static void count(int rank, ScoreCounts into) {
    if (rank == 1) return;
    RandomStream random = new RandomStream(SEED, Purpose.TEST, rank, 0);
    MiniBatch batch = MiniBatch.labelled(Shape.flat(1), 40);
    float[] outputs = new float[40 * CLASSES];
    for (int i = 0; i < 40; i++) batch.labels[i] = random.below(CLASSES);
    for (int i = 0; i < outputs.length; i++) outputs[i] = random.uniform() * random.uniform();
    batch.filled(40, new MiniBatch.Draw(0, 0, 0));
    into.add(batch, outputs);
  }
}
