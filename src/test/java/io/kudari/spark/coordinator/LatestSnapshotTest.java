package io.kudari.spark.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.math.Slice;
import io.kudari.state.State;
import io.kudari.train.TrainState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Snapshots on their way from the ranks to whoever keeps them. */
class LatestSnapshotTest {

  @Test
  void aSlowReceiverGetsTheNewestAndTheLast() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch leave = new CountDownLatch(1);
    List<Long> received = Collections.synchronizedList(new ArrayList<>());
    LatestSnapshot newest =
        new LatestSnapshot(
            null,
            state -> {
              received.add(state.step());
              entered.countDown();
              try {
                assertTrue(leave.await(20, TimeUnit.SECONDS));
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    newest.set(state(1));
    assertTrue(entered.await(20, TimeUnit.SECONDS));
    for (int step = 2; step <= 9; step++) newest.set(state(step));
    assertEquals(9, newest.get().step());
    leave.countDown();
    newest.close();
    assertEquals(List.of(1L, 9L), received);
  }

  @Test
  void theStartIsTheNewestButNotHandedOn() throws Exception {
    List<TrainState> received = Collections.synchronizedList(new ArrayList<>());
    TrainState start = state(5);
    try (LatestSnapshot newest = new LatestSnapshot(start, received::add)) {
      assertSame(start, newest.get());
      TrainState earlier = state(3);
      newest.goBack(earlier);
      assertSame(earlier, newest.get());
    }
    assertEquals(List.of(), received);
  }

  @Test
  void whatTheReceiverThrowsIsThrownToTheRun() throws Exception {
    LatestSnapshot newest =
        new LatestSnapshot(
            null,
            state -> {
              throw new IllegalStateException("the disk is full");
            });
    newest.set(state(1));
    newest.close();
    assertThrows(IllegalStateException.class, newest::check);
  }

  @Test
  void anErrorOfTheReceiverIsThrownToTheRunToo() throws Exception {
    LatestSnapshot newest =
        new LatestSnapshot(
            null,
            state -> {
              throw new StackOverflowError("as deep as that");
            });
    newest.set(state(1));
    newest.close();
    assertThrows(StackOverflowError.class, newest::check);
  }

  @Test
  void aReceiverThatHangsWithTheLastStateFailsTheRun() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    ExecutorService late =
        new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>()) {
          @Override
          public boolean awaitTermination(long most, TimeUnit unit) {
            return false;
          }
        };
    LatestSnapshot newest =
        new LatestSnapshot(
            null,
            state -> {
              entered.countDown();
              try {
                assertFalse(new CountDownLatch(1).await(20, TimeUnit.SECONDS));
              } catch (InterruptedException e) {
                interrupted.countDown();
              }
            },
            late);
    newest.set(state(1));
    assertTrue(entered.await(20, TimeUnit.SECONDS));
    newest.close();
    assertEquals(
        "the last snapshot was not taken within 120 s",
        assertThrows(IllegalStateException.class, newest::check).getMessage());
    assertTrue(interrupted.await(20, TimeUnit.SECONDS));
  }

  private static TrainState state(long step) {
    return new TrainState(new Slice(0, 1), step, 0, 1, 0, 1, new float[1], State.EMPTY);
  }
}
