package io.kudari.event;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.model.Figures;
import io.kudari.model.Libraries;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class EventJsonTest {

  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.006Z");

  private static final Figures NONE =
      new Figures.OfTargets(0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

  /** One of every kind. */
  private static final List<Event> EVENTS =
      List.of(
          new Event.Started("serial", "gradient-sharing", 1, 2, 3, 40, 50, 6, 7, 8, 9_000_000_000L),
          new Event.StepDone(1, 0, 5, 5, 0.1, Double.NaN, new StepTimes(1, 2, 3, 4, 5)),
          new Event.EpochDone(0, 1, 1 / 3.0, NONE, 0.25),
          new Event.Recovered(3, 4, 2, "rank 1: \"killed\"", 1e-3),
          new Event.Waiting("for a slot"),
          new Event.Scalar("noise-scale", 11, Double.NaN),
          new Event.Diverged(7, "loss is NaN", "skipped"),
          new Event.Finished(
              "completed", 1, 1, -1, 0.5, new Figures.OfTargets(2, 1, 2, 3, 4, Double.NaN)),
          new Event.Evaluated(7, 2, "test", new Figures.OfTargets(2, 1, 2, 3, 4, Double.NaN)),
          new Event.Computing(new Libraries("OpenBLAS 0.3", "oneDNN 3.11, avx2", null)),
          new Event.Connected(2, "mesh", "apart"),
          new Event.Saved(5, 0.5, 1L << 40),
          new Event.SaveFailed(6, "disk full"),
          new Event.Reading(true, 3, 4, 1L << 33, 1L << 34, 2.5),
          new Event.Described(0.25, 1L << 35, 1L << 38),
          new Event.Dealt(0.5, 1L << 36, 1L << 37),
          new Event.Resumed(5, 1, List.of("a", "b")));

  @Test
  void everyKindOfEventIsReadBackAsItWasWritten() {
    for (Event event : EVENTS)
      assertEquals(
          Optional.of(new EventJson.Recorded(Optional.of(NOW), event)),
          EventJson.read(EventJson.line(event, NOW)));
    Set<Class<?>> tried = EVENTS.stream().map(Object::getClass).collect(Collectors.toSet());
    assertEquals(Set.of(Event.class.getPermittedSubclasses()), tried);
  }

  @Test
  void figuresOfClassesAreReadBackAsTheyWereWritten() {
    double[] top = {0.5, Double.NaN};
    double[] each = {0, 1};
    long[][] counts = {{1, 2}, {3, 1L << 40}};
    Figures.Scores scores = new Figures.Scores(0.5, Double.NaN, 0.75, 0.25, 0.625, 0.125);
    Figures.OfClasses read =
        back(new Figures.OfClasses(3, 1, 0.5, top, each, each, each, counts, scores));
    assertEquals(scores, read.scores());
    assertArrayEquals(top, read.topAccuracy());
    assertArrayEquals(each, read.f1());
    assertTrue(Arrays.deepEquals(counts, read.confusion()));
    Figures.OfClasses many = back(read.withoutClasses());
    assertEquals(0.5, many.accuracy());
    assertNull(many.f1());
    assertNull(many.confusion());
  }

  @Test
  void linesOfEpochsAreNoLongerForScoresThatAreToldAtTheEnd() {
    double[] top = {0.5};
    Figures told = new Figures.OfClasses(3, 1, 0.5, top, null, null, null, null, null);
    assertEquals(
        "{\"examples\":3,\"loss\":1.0,\"accuracy\":0.5,\"topAccuracy\":[0.5]}",
        EventJson.of(told).toString());
    Figures.Scores scores = new Figures.Scores(0.5, Double.NaN, 0.75, 0.25, 0.625, 0.125);
    Figures ended = new Figures.OfClasses(3, 1, 0.5, top, null, null, null, null, scores);
    assertEquals(
        "{\"examples\":3,\"loss\":1.0,\"accuracy\":0.5,\"topAccuracy\":[0.5],\"macroF1\":0.5,"
            + "\"logLoss\":null,\"rocAuc\":0.75,\"rocAucError\":0.25,\"prAuc\":0.625,"
            + "\"prAucError\":0.125}",
        EventJson.of(ended).toString());
  }

  private static Figures.OfClasses back(Figures written) {
    String line = EventJson.line(new Event.EpochDone(0, 1, 1, written, 1), NOW);
    Event.EpochDone read = (Event.EpochDone) EventJson.read(line).orElseThrow().event();
    return (Figures.OfClasses) read.validation();
  }

  @Test
  void whatIsNoEventIsNotTakenForOne() {
    String whole = EventJson.line(EVENTS.get(1), NOW);
    for (int length = 0; length < whole.length(); length++)
      assertEquals(Optional.empty(), EventJson.read(whole.substring(0, length)));
    for (String line :
        List.of(
            "[]",
            "7",
            "null",
            "{}",
            "{\"type\":\"other\"}",
            "{\"type\":\"waiting\"}",
            "{\"type\":\"stepDone\",\"step\":1,\"loss\":\"x\",\"times\":{}}",
            "{\"type\":\"epochDone\",\"validation\":{\"accuracy\":1}}"))
      assertEquals(Optional.empty(), EventJson.read(line), line);
  }

  @Test
  void aTimeThatCannotBeReadIsUnknown() {
    String line = EventJson.line(EVENTS.get(4), NOW).replace(NOW.toString(), "yesterday");
    assertEquals(Optional.empty(), EventJson.read(line).orElseThrow().time());
  }
}
