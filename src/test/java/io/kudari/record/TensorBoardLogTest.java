package io.kudari.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.event.Event;
import io.kudari.event.StepTimes;
import io.kudari.model.Figures;
import io.kudari.record.TensorBoardReader.Point;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TensorBoardLogTest {

  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(1_800_000_000, 250_000_000), ZoneOffset.UTC);

  private final ByteArrayOutputStream file = new ByteArrayOutputStream();
  private final AtomicLong millis = new AtomicLong(-700);

  private TensorBoardLog open() throws IOException {
    return new TensorBoardLog(file, CLOCK, () -> millis.get() * 1_000_000);
  }

  private List<Point> points() throws IOException {
    return TensorBoardReader.read(file.toByteArray());
  }

  private static Event step(long step, int examples, double loss) {
    StepTimes halfAMillisecond = new StepTimes(100_000, 150_000, 50_000, 120_000, 80_000);
    return new Event.StepDone(step, 0, 5, examples, loss, 0.1 / step, halfAMillisecond);
  }

  private static Figures classes(double loss, double accuracy) {
    double[] top = {accuracy};
    return new Figures.OfClasses(10, loss, accuracy, top, null, null, null, null, null);
  }

  /** The header that TensorFlow writes: length 24, its checksum, wall time, file version. */
  @Test
  void aFileBeginsWithTheVersionAsTensorFlowWritesIt() throws IOException {
    byte[] first = TensorBoardRecord.version(0);
    assertEquals("1800000000000000a37f4b22", HexFormat.of().formatHex(first, 0, 12));
    try (TensorBoardLog unused = open()) {
      assertEquals(List.of(), points());
    }
    byte[] bytes = file.toByteArray();
    bytes[20] ^= 1;
    assertThrows(IOException.class, () -> TensorBoardReader.read(bytes), "a reader sees damage");
  }

  @Test
  void stepsBecomeOnePointEachHalfSecondWithTheMeanLossAndTheNewestValues() throws IOException {
    try (TensorBoardLog log = open()) {
      millis.addAndGet(100);
      log.accept(new Event.Scalar("noise-scale", 1, 40));
      log.accept(step(1, 30, 3));
      millis.addAndGet(300);
      log.accept(step(2, 10, 1));
      assertEquals(0, points().size(), "not yet");
      millis.addAndGet(100);
      log.accept(new Event.Scalar("noise-scale", 3, Double.NaN));
      log.accept(step(3, 10, 0.5));
      assertEquals(1, points().size(), "while the run goes on");
      millis.addAndGet(499);
      log.accept(step(4, 10, 7));
      assertEquals(1, points().size());
    }
    Point first = points().get(0);
    assertEquals(3, first.step());
    assertEquals(1_800_000_000.25, first.seconds());
    assertEquals(
        List.of("train/loss", "train/learning-rate", "train/examples-per-second", "noise-scale"),
        List.copyOf(first.values().keySet()));
    assertEquals((90 + 10 + 5) / 50f, first.values().get("train/loss"));
    assertEquals((float) (0.1 / 3), first.values().get("train/learning-rate"));
    assertEquals(50 / 0.0015f, first.values().get("train/examples-per-second"), 1e-2);
    assertTrue(first.values().get("noise-scale").isNaN());
    Point last = points().get(1);
    assertEquals(4, last.step(), "what is left is written at the end");
    assertEquals(7f, last.values().get("train/loss"));
    assertEquals(3, last.values().size(), "a value that was told is not told again");
  }

  @Test
  void evaluationsAreWrittenAtOnceByTheirSubset() throws IOException {
    try (TensorBoardLog log = open()) {
      log.accept(new Event.Scalar("grown", 1, 5));
      log.accept(new Event.Saved(0, 1, 1));
      assertEquals(0, points().size(), "what is measured is of the step that is told next");
      millis.set(-650);
      log.accept(step(1, 10, 2));
      millis.addAndGet(10_000);
      log.accept(new Event.EpochDone(0, 1, 2, classes(1.5, 0.75), 0.1));
      assertEquals(2, points().size());
      log.accept(new Event.Evaluated(1, 1, "test", classes(1.25, 0.5)));
      log.accept(new Event.EpochDone(1, 2, 1, null, 0.1));
      log.accept(new Event.Finished("completed", 2, 2, -1, 1, null));
      Figures targets = new Figures.OfTargets(10, 1, 4, 2, 1.5, 0.875);
      log.accept(new Event.Finished("completed", 2, 2, -1, 1, targets));
    }
    assertEquals(
        List.of(
            Map.of(
                "train/loss",
                2f,
                "train/learning-rate",
                0.1f,
                // Not of the ten seconds of the evaluation.
                "train/examples-per-second",
                20_000f,
                "grown",
                5f),
            Map.of("train/epoch-loss", 2f, "validation/loss", 1.5f, "validation/accuracy", 0.75f),
            Map.of("test/loss", 1.25f, "test/accuracy", 0.5f),
            Map.of("train/epoch-loss", 1f),
            Map.of("test/loss", 1f, "test/rmse", 2f, "test/mae", 1.5f, "test/r2", 0.875f)),
        points().stream().map(Point::values).toList());
    assertEquals(List.of(1L, 1L, 1L, 2L, 2L), points().stream().map(Point::step).toList());
  }

  @Test
  void aRunThatGoesBackTellsFromWhichStepOnItTellsAgain() throws IOException {
    try (TensorBoardLog log = open()) {
      log.begin();
      log.accept(new Event.Resumed(20, 2, List.of()));
      log.accept(step(21, 1, 1));
      log.accept(step(22, 1, 1));
      log.accept(new Event.Recovered(20, 2, 1, "lost", 1));
      log.accept(step(21, 1, 1));
      log.accept(step(22, 1, 1));
      log.accept(
          new Event.Diverged(22, "loss", "back to step 20 with 0.5 times the learning rate"));
      log.accept(step(21, 1, 1));
    }
    List<Long> restarts = points().stream().filter(Point::restart).map(Point::step).toList();
    assertEquals(List.of(1L, 21L, 21L, 21L), restarts);
    assertEquals(
        List.of(22L, 22L, 21L),
        points().stream().filter(p -> !p.restart()).map(Point::step).toList());
  }

  @Test
  void aFullDiskIsTold() throws IOException {
    OutputStream full =
        new OutputStream() {
          private int left = 100;

          @Override
          public void write(int b) throws IOException {
            if (left-- == 0) throw new IOException("No space left on device");
          }
        };
    TensorBoardLog log = new TensorBoardLog(full, CLOCK, () -> 0);
    Event epoch = new Event.EpochDone(0, 1, 2, classes(1.5, 0.75), 0.1);
    UncheckedIOException told = assertThrows(UncheckedIOException.class, () -> log.accept(epoch));
    assertEquals("cannot be written: No space left on device", told.getMessage());
    // Nothing behind a record that is half there.
    log.accept(epoch);
    log.close();
  }

  @Test
  void largeStepsAndTagsOfOtherLanguagesAreReadAsTheyWere() throws IOException {
    byte[] record = TensorBoardRecord.scalars(1, 1L << 40, Map.of("größe/下り", -1e30));
    Point point = TensorBoardReader.read(record).get(0);
    assertEquals(1L << 40, point.step());
    assertEquals(Map.of("größe/下り", -1e30f), point.values());
  }
}
