package io.kudari.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.event.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CheckpointWriterTest {

  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(1);

  private final List<Long> saved = Collections.synchronizedList(new ArrayList<>());

  @Test
  void ofStatesThatComeTooFastTheNewestIsWrittenAndTheOthersAreDropped() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    CheckpointWriter.Target slow =
        state -> {
          begun.countDown();
          await(goOn);
          saved.add(state.step());
          return 10;
        };
    try (CheckpointWriter writer = new CheckpointWriter(slow, 3, SHORT)) {
      writer.accept(States.at(1).state());
      await(begun);
      for (long step = 2; step <= 9; step++) writer.accept(States.at(step).state());
      assertFalse(writer.finish(SHORT), "one is being written");
      goOn.countDown();
      assertTrue(writer.finish(BOUND));
      assertEquals(List.of(1L, 9L), saved);
      List<Event> outcomes = writer.outcomes();
      assertEquals(2, outcomes.size());
      Event.Saved last = (Event.Saved) outcomes.get(1);
      assertEquals(9, last.step());
      assertEquals(10, last.bytes());
      assertEquals(List.of(), writer.outcomes());
    }
  }

  @Test
  void aStateThatCannotBeSavedIsTriedAgainAndThenGivenUp() throws Exception {
    int[] attempts = {0};
    CheckpointWriter.Target failing =
        state -> {
          attempts[0]++;
          if (attempts[0] == 3 || state.step() > 1) return 1;
          throw new IOException("No space left on device");
        };
    try (CheckpointWriter writer = new CheckpointWriter(failing, 3, SHORT)) {
      writer.accept(States.at(1).state());
      assertTrue(writer.finish(BOUND));
      assertEquals(3, attempts[0]);
      assertTrue(writer.outcomes().get(0) instanceof Event.Saved);
      attempts[0] = 5;
      writer.accept(States.at(1).state());
      assertTrue(writer.finish(BOUND));
      assertEquals(8, attempts[0]);
      Event.SaveFailed failed = (Event.SaveFailed) writer.outcomes().get(0);
      assertEquals("IOException: No space left on device", failed.reason());
      writer.accept(States.at(2).state());
      assertTrue(writer.finish(BOUND));
      assertTrue(writer.outcomes().get(0) instanceof Event.Saved, "later states are saved");
    }
  }

  @Test
  void aNewerStateEndsThePauseOfAnOlderOne() throws Exception {
    CountDownLatch failed = new CountDownLatch(1);
    CheckpointWriter.Target target =
        state -> {
          if (state.step() == 2) return 1;
          failed.countDown();
          throw new IOException("no");
        };
    try (CheckpointWriter writer = new CheckpointWriter(target, 3, Duration.ofHours(1))) {
      writer.accept(States.at(1).state());
      await(failed);
      writer.accept(States.at(2).state());
      assertTrue(writer.finish(BOUND));
      List<Event> outcomes = writer.outcomes();
      assertEquals(1, ((Event.SaveFailed) outcomes.get(0)).step());
      assertEquals(2, ((Event.Saved) outcomes.get(1)).step());
    }
  }

  @Test
  void whoHasLostTheLeaseDoesNotTryAgain() throws Exception {
    int[] attempts = {0};
    CheckpointWriter.Target fenced =
        state -> {
          attempts[0]++;
          throw new LeaseLostException("taken over");
        };
    try (CheckpointWriter writer = new CheckpointWriter(fenced, 9, Duration.ofHours(1))) {
      writer.accept(States.at(1).state());
      assertTrue(writer.finish(BOUND));
      assertEquals(1, attempts[0]);
    }
  }

  @Test
  void anErrorOfOneStateIsToldAndLaterOnesAreSaved() throws Exception {
    CheckpointWriter.Target failing =
        state -> {
          if (state.step() == 1) throw new InternalError("No space left on device");
          return 1;
        };
    try (CheckpointWriter writer = new CheckpointWriter(failing, 3, SHORT)) {
      writer.accept(States.at(1).state());
      assertTrue(writer.finish(BOUND), "the thread that writes has ended");
      Event.SaveFailed failed = (Event.SaveFailed) writer.outcomes().get(0);
      assertTrue(failed.reason().endsWith("No space left on device"), failed.reason());
      writer.accept(States.at(2).state());
      assertTrue(writer.finish(BOUND));
      assertTrue(writer.outcomes().get(0) instanceof Event.Saved);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(20, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
