package io.kudari.spark.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** When the driver counts a rank as lost. */
class AttemptTest {

  private final AtomicLong seconds = new AtomicLong(100);
  private final Attempt attempt =
      new Attempt(
          5,
          2,
          10,
          Duration.ofSeconds(60),
          Duration.ofSeconds(8),
          () -> TimeUnit.SECONDS.toNanos(seconds.get()));

  @Test
  void aRankThatFallsSilentIsLostAfterTheSilence() {
    greet(0);
    greet(1);
    for (int i = 0; i < 7; i++) {
      pass(1);
      attempt.heard(0);
      assertNull(attempt.lost());
    }
    pass(1);
    attempt.heard(0);
    assertEquals("rank 1 gave no sign of life for 8.0 s", attempt.lost());
  }

  @Test
  void aRankThatHasHungUpMayBeSilent() {
    greet(0);
    greet(1);
    attempt.hungUp(1);
    for (int i = 0; i < 100; i++) {
      pass(1);
      attempt.heard(0);
      assertNull(attempt.lost());
    }
  }

  @Test
  void aRankThatCouldNotBeginIsNotLost() {
    for (int i = 0; i < 100; i++) {
      pass(1);
      attempt.postpone();
      assertNull(attempt.lost());
    }
    for (int i = 0; i < 59; i++) pass(1);
    assertNull(attempt.lost());
    pass(1);
    assertEquals("rank 0 did not begin within 60.0 s", attempt.lost());
  }

  @Test
  void aRankThatDoesNotBeginIsLost() {
    greet(0);
    for (int i = 0; i < 59; i++) {
      pass(1);
      attempt.heard(0);
      assertNull(attempt.lost());
    }
    pass(1);
    attempt.heard(0);
    assertEquals("rank 1 did not begin within 60.0 s", attempt.lost());
  }

  @Test
  void aDriverThatWasFrozenItselfBlamesNobody() {
    greet(0);
    greet(1);
    pass(1);
    assertNull(attempt.lost());
    pass(50);
    assertNull(attempt.lost());
    for (int i = 0; i < 7; i++) {
      pass(1);
      attempt.heard(1);
      assertNull(attempt.lost());
    }
    pass(1);
    attempt.heard(1);
    assertEquals("rank 0 gave no sign of life for 8.0 s", attempt.lost());
  }

  @Test
  void onlyRanksOfTheAttemptThatHaveNotCalledAreLetIn() {
    greet(0);
    assertThrows(IllegalArgumentException.class, () -> greet(0));
    assertThrows(IllegalArgumentException.class, () -> greet(2));
    assertThrows(IllegalArgumentException.class, () -> greet(-1));
    assertThrows(
        IllegalArgumentException.class, () -> attempt.greeted(new Greeting(4, 1), () -> {}));
    attempt.end();
    assertThrows(IllegalArgumentException.class, () -> greet(1));
  }

  private void greet(int rank) {
    attempt.greeted(new Greeting(5, rank), () -> {});
  }

  private void pass(long by) {
    seconds.addAndGet(by);
  }
}
