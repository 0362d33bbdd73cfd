package io.kudari.spark.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.event.Event;
import io.kudari.event.EventJson;
import io.kudari.event.StepTimes;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TrainingTextTest {

  private static final Event.Started STARTED =
      new Event.Started("all-reduce", "gradient-sharing", 4, 2, 8, 90, 500, 60, 70, 2, 200);

  private static ShownTraining training(String name, boolean ended, Event... events) {
    List<String> lines =
        Stream.of(events).map(event -> EventJson.line(event, Instant.EPOCH)).toList();
    return new ShownTraining(1, name, List.of(lines), ended);
  }

  private static TrainingText text(ShownTraining training, boolean live) {
    return new TrainingText(List.of(training), live, null);
  }

  private static String status(ShownTraining training, boolean live) {
    return text(training, live).json().at("/trainings/0/status").asText();
  }

  @Test
  void aTrainingThatEndedWithoutSayingSoIsIncompleteAndOneThatGoesOnIsReadAgain() {
    ShownTraining goesOn = training("", false, STARTED);
    assertEquals("running", status(goesOn, true));
    assertTrue(text(goesOn, true).html().contains("http-equiv=\"refresh\""));
    assertEquals("incomplete", status(goesOn, false));
    assertFalse(text(goesOn, false).html().contains("http-equiv=\"refresh\""));
    assertEquals("incomplete", status(training("", true, STARTED), true));
    var end = new Event.Finished("stopped early", 9, 1, -1, 3, null);
    assertEquals("stopped early", status(training("", true, STARTED, end), true));
  }

  @Test
  void ranksAreThoseThatThereAreAfterTheLastLossAndWhatHappenedIsListed() {
    String html =
        text(
                training(
                    "",
                    false,
                    STARTED,
                    new Event.StepDone(1, 0, 0, 10, 0.5, 0.1, StepTimes.ZERO),
                    new Event.Recovered(20, 5, 3, "rank 2: killed", 2.5),
                    new Event.Waiting("for another rank"),
                    new Event.Diverged(30, "the loss is NaN", "skipped")),
                true)
            .html();
    assertTrue(html.contains("Ranks: 3, each with so many threads: 2. Training was carried"), html);
    assertTrue(html.contains("after a loss 1 time."), html);
    assertTrue(
        html.contains("went on after 2.5 s with ranks: 3; steps taken again: 5 (rank 2: killed)"),
        html);
    assertTrue(html.contains("waiting: for another rank"), html);
    assertTrue(html.contains("the loss is NaN: skipped"), html);
  }

  @Test
  void textIsEscapedAndBeforeAnythingWasToldThereIsAPage() {
    String html = text(training("out/<script>", false, new Event.Waiting("<b>")), true).html();
    assertTrue(html.contains("out/&lt;script&gt;") && html.contains("waiting: &lt;b&gt;"), html);
    assertTrue(html.contains("Training has not begun."), html);
    assertTrue(new TrainingText(List.of(), true, "7").html().contains("No training has begun."));
    assertEquals(0, new TrainingText(List.of(), true, "7").json().get("trainings").size());
  }
}
