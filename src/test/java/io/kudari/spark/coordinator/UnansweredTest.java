package io.kudari.spark.coordinator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.network.client.RpcResponseCallback;
import org.junit.jupiter.api.Test;

/** When a rank counts the driver as lost. */
class UnansweredTest {

  private static final String LATE = "it has not answered for 8.0 s";

  private final AtomicLong seconds = new AtomicLong(-100);
  private final Unanswered unanswered =
      new Unanswered(Duration.ofSeconds(8), () -> TimeUnit.SECONDS.toNanos(seconds.get()));
  private final List<Object> heard = new ArrayList<>();

  @Test
  void oneAnswerThatIsMissingIsNoticedWhateverElseIsAnswered() {
    RpcResponseCallback unused = sent();
    for (int i = 0; i < 7; i++) {
      pass(1);
      RpcResponseCallback other = sent();
      assertNull(unanswered.late());
      if (i % 2 == 0) other.onSuccess(ByteBuffer.allocate(i));
      else other.onFailure(new IOException("" + i));
    }
    assertEquals(7, heard.size());
    assertTrue(unanswered.isSilentFor(Duration.ofSeconds(7)));
    pass(1);
    assertEquals(LATE, unanswered.late());
  }

  @Test
  void whatIsAnsweredIsNotLateHoweverLongNothingIsSent() {
    sent().onSuccess(ByteBuffer.allocate(1));
    for (int i = 0; i < 100; i++) {
      pass(1);
      assertNull(unanswered.late());
    }
    assertFalse(unanswered.isSilentFor(Duration.ZERO));
  }

  @Test
  void aRankThatWasFrozenItselfDoesNotBlameTheDriver() {
    RpcResponseCallback unused = sent();
    pass(3600);
    for (int i = 0; i < 8; i++) {
      assertNull(unanswered.late());
      pass(1);
    }
    assertEquals(LATE, unanswered.late());
  }

  private RpcResponseCallback sent() {
    return unanswered.sent(
        new RpcResponseCallback() {
          @Override
          public void onSuccess(ByteBuffer answer) {
            heard.add(answer);
          }

          @Override
          public void onFailure(Throwable cause) {
            heard.add(cause);
          }
        });
  }

  private void pass(long by) {
    seconds.addAndGet(by);
  }
}
