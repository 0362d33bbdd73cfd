package io.kudari.collective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Work beside the computing threads: in order, up to the first failure. */
@Timeout(30)
class CourierTest {

  @Test
  void workIsDoneInTheOrderItWasGivenAndAwaitIsAfterAllOfIt() {
    List<Integer> done = Collections.synchronizedList(new ArrayList<>());
    try (Courier courier = new Courier("test-courier")) {
      for (int i = 0; i < 100; i++) {
        int n = i;
        var unused = courier.send(() -> done.add(n));
      }
      courier.await();
      assertEquals(100, done.size());
      for (int i = 0; i < 100; i++) assertEquals(i, done.get(i));
    }
  }

  @Test
  void afterAFailureNothingRunsAndEverythingFailsAlike() {
    List<Integer> done = Collections.synchronizedList(new ArrayList<>());
    IllegalStateException failure = new IllegalStateException("no way");
    try (Courier courier = new Courier("test-courier")) {
      Courier.Errand first = courier.send(() -> done.add(1));
      Courier.Errand second =
          courier.send(
              () -> {
                throw failure;
              });
      Courier.Errand third = courier.send(() -> done.add(3));
      first.await();
      assertSame(failure, assertThrows(IllegalStateException.class, second::await));
      assertSame(failure, assertThrows(IllegalStateException.class, third::await));
      assertSame(failure, assertThrows(IllegalStateException.class, courier::await));
      assertEquals(List.of(1), done);
    }
  }

  @Test
  void closingInterruptsWhatIsUnderWayAndWaitersOfTheRestFail() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    List<String> ends = Collections.synchronizedList(new ArrayList<>());
    Courier courier = new Courier("test-courier");
    Courier.Errand blocked =
        courier.send(
            () -> {
              begun.countDown();
              try {
                never.await();
              } catch (InterruptedException e) {
                ends.add("interrupted");
              }
            });
    Courier.Errand rest = courier.send(() -> ends.add("ran"));
    assertTrue(begun.await(10, TimeUnit.SECONDS));
    courier.close();
    blocked.await();
    assertEquals(List.of("interrupted"), ends);
    assertThrows(CollectiveException.class, rest::await);
    assertThrows(CollectiveException.class, () -> courier.send(() -> {}));
  }

  @Test
  void whoWaitsAndIsInterruptedSaysSo() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try (Courier courier = new Courier("test-courier")) {
      Courier.Errand errand =
          courier.send(
              () -> {
                try {
                  never.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      Thread.currentThread().interrupt();
      var e = assertThrows(CollectiveException.class, errand::await);
      assertEquals("interrupted while the ranks exchange", e.getMessage());
      assertTrue(Thread.interrupted());
    }
  }
}
