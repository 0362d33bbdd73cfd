package io.kudari.ml;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.checkpoint.SavedModel;
import io.kudari.data.Normalizer;
import io.kudari.data.Schema;
import io.kudari.event.Event;
import io.kudari.event.StepTimes;
import io.kudari.math.Layout;
import io.kudari.model.Loss;
import io.kudari.model.Shape;
import io.kudari.run.Outcome;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a summary makes of the events of a run. */
class HistoryTest {

  private static final SavedModel MODEL =
      new SavedModel(
          "{}",
          new Layout(List.of()),
          new float[0],
          Normalizer.none(),
          new Schema(Shape.flat(1), 2, 0, List.of("a", "b"), List.of("x"), List.of("y")),
          1,
          Loss.CROSS_ENTROPY,
          "1");

  private static Event step(int number, StepTimes times) {
    return new Event.StepDone(number, 0, 10 * number, 10, 0.5, 0.1, times);
  }

  private static TrainingSummary summary(History history) {
    Event.Finished end = new Event.Finished("completed", 2, 1, -1, 2, null);
    return history.summary(new Outcome(end, Optional.empty(), MODEL, null));
  }

  private static double[] shares(TrainingSummary summary) {
    return new double[] {
      summary.computeShare(),
      summary.waitingShare(),
      summary.exchangeShare(),
      summary.updateShare(),
      summary.inputShare()
    };
  }

  @Test
  void sharesOfTimeAreOfAllSteps() {
    History history = new History();
    history.on(step(1, new StepTimes(30, 1, 2, 3, 4)));
    history.on(step(2, new StepTimes(20, 9, 13, 7, 11)));
    assertShares(new double[] {0.5, 0.1, 0.15, 0.1, 0.15}, summary(history));
  }

  @Test
  void sharesOfARunThatGoesOnAreOfItsLastPartAsExamplesAre() {
    History history = new History();
    history.earlier(step(1, new StepTimes(100, 0, 0, 0, 0)));
    history.on(new Event.Resumed(1, 0, List.of()));
    assertShares(new double[5], summary(history));
    history.on(step(2, new StepTimes(1, 1, 1, 1, 0)));
    assertShares(new double[] {0.25, 0.25, 0.25, 0.25, 0}, summary(history));
    assertEquals(5, summary(history).examplesPerSecond());
  }

  private static void assertShares(double[] expected, TrainingSummary summary) {
    double[] shares = shares(summary);
    for (int i = 0; i < 5; i++) assertEquals(expected[i], shares[i], 1e-12, "part " + i);
  }
}
