package io.kudari.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.collective.Distribution;
import io.kudari.math.Layout;
import io.kudari.spark.Ranks;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TeamTest {

  private static final int WORKERS = 2;

  @Test
  void bytesSentAreThoseOfFinishedOperationsWhileACourierIsUnderWay() throws Exception {
    try (Ranks ranks = new Ranks(2)) {
      List<Long> sent =
          ranks.run(
              WORKERS,
              (rank, others) -> {
                Distribution hosts = Distribution.even(WORKERS, 2);
                try (Team team = new Team(Layout.flat(8), hosts, rank, 1, others, Ranks.BOUND)) {
                  return sent(team);
                }
              });
      for (long bytes : sent) assertTrue(bytes > 0, sent.toString());
    }
  }

  /** Bytes of a reduction before there was a courier, who then does another. */
  private static long sent(Team team) throws InterruptedException {
    long[] ones = {1, 2, 3};
    long[] unused = team.collectives().reduce(1, ones.clone());
    long before = team.sentBytes();
    CountDownLatch reduced = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    var errand =
        team.courier()
            .send(
                () -> {
                  long[] more = team.collectives().reduce(2, ones.clone());
                  assertEquals(2 * ones[2], more[2]);
                  reduced.countDown();
                  await(end);
                });
    assertTrue(reduced.await(20, TimeUnit.SECONDS));
    assertEquals(before, team.sentBytes(), "while the courier is under way");
    end.countDown();
    errand.await();
    long after = team.collectives().sentBytes();
    assertEquals(after, team.sentBytes());
    assertTrue(after > before, before + " " + after);
    return before;
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
