package io.kudari.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReadAheadTest {

  /** By example, the thread that fetched it. */
  private final Map<Integer, Thread> by = Collections.synchronizedMap(new HashMap<>());

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(50, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static Set<Integer> numbers(int from, int to) {
    return IntStream.range(from, to).boxed().collect(Collectors.toSet());
  }

  @Test
  void examplesAreFetchedBeforeAnybodyNeedsThem() {
    try (ReadAhead ahead = new ReadAhead()) {
      CountDownLatch all = new CountDownLatch(7);
      Fetching fetching =
          ahead.begin(
              new Fetching(
                  3,
                  10,
                  () ->
                      i -> {
                        by.putIfAbsent(i, Thread.currentThread());
                        all.countDown();
                      }));
      await(all);
      fetching.await();
      assertEquals(numbers(3, 10), by.keySet());
      for (Thread thread : by.values()) assertEquals(ReadAhead.NAME, thread.getName());
    }
  }

  /** So that a slow disk reads for both at once. */
  @Test
  void whoNeedsThemFetchesTheRestAndWaitsForTheOneThatIsBeingRead() throws Exception {
    try (ReadAhead ahead = new ReadAhead()) {
      CountDownLatch reading = new CountDownLatch(1);
      CountDownLatch rest = new CountDownLatch(4);
      CountDownLatch disk = new CountDownLatch(1);
      Fetching fetching =
          ahead.begin(
              new Fetching(
                  0,
                  5,
                  () ->
                      i -> {
                        if (i == 0) reading.countDown();
                        else rest.countDown();
                        if (i == 0) await(disk);
                        by.putIfAbsent(i, Thread.currentThread());
                      }));
      await(reading);
      Thread needing =
          new Thread(
              () -> {
                fetching.await();
                by.putIfAbsent(5, Thread.currentThread());
              });
      needing.start();
      await(rest);
      assertFalse(by.containsKey(5), "it did not wait");
      disk.countDown();
      needing.join();
      assertEquals(numbers(0, 6), by.keySet());
      assertEquals(ReadAhead.NAME, by.get(0).getName());
      for (int i = 1; i <= 5; i++) assertSame(needing, by.get(i));
    }
  }

  @Test
  void whatReadingFailsWithIsThrownWhereTheExamplesAreNeeded() {
    try (ReadAhead ahead = new ReadAhead()) {
      CountDownLatch done = new CountDownLatch(2);
      DataException failure = new DataException("the disk is gone");
      Fetching fetching =
          ahead.begin(
              new Fetching(
                  0,
                  2,
                  () ->
                      i -> {
                        by.putIfAbsent(i, Thread.currentThread());
                        done.countDown();
                        if (i == 0) throw failure;
                      }));
      await(done);
      assertEquals(ReadAhead.NAME, by.get(0).getName());
      assertSame(failure, assertThrows(DataException.class, fetching::await));
      // The next is fetched all the same.
      ahead.begin(new Fetching(7, 8, () -> i -> by.putIfAbsent(i, Thread.currentThread()))).await();
      assertTrue(by.containsKey(7));
    }
  }

  @Test
  void itsEndWaitsForTheExampleThatIsReadWithoutInterruptingItAndLeavesTheRest() throws Exception {
    ReadAhead ahead = new ReadAhead();
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch disk = new CountDownLatch(1);
    List<Boolean> interrupted = Collections.synchronizedList(new java.util.ArrayList<>());
    Fetching fetching =
        ahead.begin(
            new Fetching(
                0,
                3,
                () ->
                    i -> {
                      by.putIfAbsent(i, Thread.currentThread());
                      reading.countDown();
                      await(disk);
                      interrupted.add(Thread.currentThread().isInterrupted());
                    }));
    await(reading);
    Thread ending = new Thread(ahead::close);
    ending.start();
    while (ending.getState() != Thread.State.TIMED_WAITING) Thread.onSpinWait();
    assertEquals(numbers(0, 1), by.keySet());
    disk.countDown();
    ending.join();
    assertEquals(List.of(false), interrupted);
    assertEquals(numbers(0, 1), by.keySet(), "after its end");
    by.get(0).join();
    fetching.await();
    assertEquals(numbers(0, 3), by.keySet());
    assertSame(Thread.currentThread(), by.get(2));
    // Nothing more begins by itself.
    ahead.begin(new Fetching(5, 6, () -> i -> by.putIfAbsent(i, Thread.currentThread()))).await();
    assertSame(Thread.currentThread(), by.get(5));
  }
}
