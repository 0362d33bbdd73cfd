package io.kudari.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kudari.event.Event;
import io.kudari.event.StepTimes;
import io.kudari.model.Evaluation;
import io.kudari.model.Figures;
import io.kudari.model.Loss;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventLogTest {

  @TempDir Path dir;

  @Test
  void aStateIsSavedWithTheEventsOfItsStepsWhichMayComeLater() throws Exception {
    EventLog log = new EventLog(new ByteArrayOutputStream(), Clock.systemUTC(), System::nanoTime);
    AtomicLong synced = new AtomicLong();
    Thread saving =
        new Thread(
            () -> {
              try {
                synced.set(log.sync(2));
              } catch (IOException e) {
                synced.set(-1);
              }
            });
    saving.start();
    long end = System.nanoTime() + 4_000_000_000L;
    while (saving.getState() != Thread.State.TIMED_WAITING && System.nanoTime() < end)
      Thread.onSpinWait();
    log.accept(new Event.StepDone(1, 0, 5, 5, 0.5, 0.1, StepTimes.ZERO));
    long first = log.sync();
    log.accept(new Event.StepDone(2, 0, 10, 5, 0.5, 0.1, StepTimes.ZERO));
    saving.join(20_000);
    assertEquals(log.sync(), synced.get());
    assertTrue(first < synced.get(), "without the second step");
  }

  @Test
  void everyEventIsALineWithItsFieldsAndTheFolderHoldsNothingElse() throws IOException {
    Path file = dir.resolve("events.jsonl");
    Evaluation none = Evaluation.ofClasses(Loss.CROSS_ENTROPY, 3);
    try (EventLog log =
        EventLog.create(new org.apache.hadoop.fs.Path(file.toUri()), new Configuration())) {
      log.accept(new Event.Started("serial", "gradient-sharing", 1, 2, 3, 40, 50, 6, 7, 8, 90));
      assertEquals(1, Files.readAllLines(file).size(), "is flushed at once");
      log.accept(new Event.StepDone(1, 0, 5, 5, 0.5, 0.1, new StepTimes(1, 2, 3, 4, 5)));
      log.accept(new Event.EpochDone(0, 1, Double.NaN, null, 0.25));
      assertEquals(3, Files.readAllLines(file).size(), "is flushed with the steps before it");
      log.accept(new Event.Finished("completed", 1, 1, -1, 0.5, Figures.of(none)));
    }
    List<String> lines = Files.readAllLines(file);
    assertEquals(4, lines.size());
    ObjectMapper mapper = new ObjectMapper();
    JsonNode step = mapper.readTree(lines.get(1));
    assertEquals("stepDone", step.get("type").textValue());
    assertEquals(0.5, step.get("loss").doubleValue());
    assertEquals(5, step.get("times").get("input").longValue());
    assertTrue(step.get("time").textValue().endsWith("Z"));
    JsonNode epoch = mapper.readTree(lines.get(2));
    assertTrue(epoch.get("trainLoss").isNull());
    assertTrue(epoch.get("validation").isNull());
    JsonNode test = mapper.readTree(lines.get(3)).get("test");
    assertEquals(3, test.get("confusion").size());
    assertEquals(3, test.get("topAccuracy").size());
    assertTrue(test.get("accuracy").isNull());
    assertFalse(lines.get(3).contains("NaN"));
    assertEquals(1, dir.toFile().list().length);
  }

  @ParameterizedTest
  @ValueSource(longs = {-3600, 3600})
  void stepsReachTheFileOnceASecondAlsoWhenTheClockJumpsAnHour(long jump) throws IOException {
    AtomicLong wall = new AtomicLong(1_800_000_000);
    AtomicLong seconds = new AtomicLong(-5);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    var buffered = new BufferedOutputStream(file, 1 << 20);
    try (EventLog log = new EventLog(buffered, jumping(wall), () -> nanos(seconds))) {
      for (int step = 1; step <= 10; step++) {
        if (step == 5) wall.addAndGet(jump);
        long unused = wall.incrementAndGet();
        unused = seconds.incrementAndGet();
        log.accept(step(2 * step - 1));
        assertEquals(2 * step - 1, file.toString(UTF_8).lines().count(), "after a second");
        log.accept(step(2 * step));
        assertEquals(2 * step - 1, file.toString(UTF_8).lines().count(), "at once");
      }
    }
    assertEquals(20, file.toString(UTF_8).lines().count());
  }

  private static Event step(int step) {
    return new Event.StepDone(step, 0, 5, 5, 0.5, 0.1, new StepTimes(1, 2, 3, 4, 5));
  }

  private static long nanos(AtomicLong seconds) {
    return seconds.get() * 1_000_000_000;
  }

  private static Clock jumping(AtomicLong seconds) {
    return new Clock() {
      @Override
      public ZoneOffset getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        return Instant.ofEpochSecond(seconds.get());
      }
    };
  }

  @Test
  void goingOnReplacesWhatCameAfterTheCutAndIsRepairedWhenItWasCutShort() throws IOException {
    Path file = dir.resolve("events.jsonl");
    var path = new org.apache.hadoop.fs.Path(file.toUri());
    Files.writeString(file, "one\ntwo\nthr");
    try (EventLog log = EventLog.resume(path, new Configuration(), 8)) {
      log.accept(new Event.Resumed(7, 0, List.of("x")));
      assertEquals(Files.size(file), log.sync());
    }
    List<String> lines = Files.readAllLines(file);
    assertEquals(List.of("one", "two"), lines.subList(0, 2));
    assertTrue(lines.get(2).contains("\"skipped\":[\"x\"]"), lines.get(2));
    Path temporary = dir.resolve(".events.jsonl.tmp");
    Files.move(file, temporary);
    EventLog.repair(path, new Configuration());
    assertEquals(lines, Files.readAllLines(file));
    Files.writeString(temporary, "one\n");
    EventLog.repair(path, new Configuration());
    assertEquals(lines, Files.readAllLines(file));
    Files.copy(file, temporary);
    Files.writeString(file, "on");
    EventLog.repair(path, new Configuration());
    assertEquals(lines, Files.readAllLines(file));
    assertEquals(1, dir.toFile().list().length);
  }
}
