package io.kudari.lab.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.Examples;
import io.kudari.data.digits.DigitsSource;
import io.kudari.lab.Check;
import io.kudari.lab.DigitNetwork;
import io.kudari.lab.OwnTraining;
import io.kudari.lab.Scope;
import io.kudari.lab.Trial;
import io.kudari.lab.TrialResult;
import io.kudari.optim.OptimizerSpec;
import io.kudari.run.Models;
import io.kudari.train.Subset;
import io.kudari.train.Workers;
import io.kudari.train.plan.StepRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Trainings of one seed, whose losses are told before updates, and after them by mistake. */
class OnlineTest {

  private static final int BATCH = 32;

  private static List<String> missed(boolean after) throws InterruptedException {
    return new Online()
            .measure(
                new Scope(true, 1, 1), trials -> trials.stream().map(t -> train(t, after)).toList())
            .missed()
            .stream()
            .map(Check::id)
            .toList();
  }

  private static TrialResult train(Trial trial, boolean after) {
    int count = Integer.parseInt(trial.settings().get("data.train.examples"));
    int epochs = Integer.parseInt(trial.settings().get("train.epochs"));
    List<String> looks =
        List.of(trial.settings().get("train.evaluate.at").replaceAll("[\\[\\]]", "").split(", "));
    Examples digits = new DigitsSource(count, 1).make(0, count);
    Examples test = new DigitsSource(2000, 2).make(0, 2000);
    var sgd = new OptimizerSpec("sgd", Map.of("learning-rate", .1));
    List<TrialResult.Measured> told = new ArrayList<>();
    List<TrialResult.Evaluated> evaluated = new ArrayList<>();
    int steps = (count + BATCH - 1) / BATCH;
    try (OwnTraining training =
        OwnTraining.of(Models.of(DigitNetwork.perceptron(64)), digits, test, sgd, BATCH, 1)) {
      for (int t = 0; t < epochs * steps; t++) {
        int from = t % steps * BATCH;
        StepRange range = new StepRange(t, t / steps, from, Math.min(count, from + BATCH), false);
        double before = loss(training, range);
        training.descend(1);
        told.add(
            new TrialResult.Measured("step-loss", t + 1, after ? loss(training, range) : before));
        if (looks.contains("" + (t + 1)))
          evaluated.add(
              new TrialResult.Evaluated(
                  "test", t + 1, 0, training.evaluate(Subset.TEST).meanLoss(), 0));
      }
    }
    return new TrialResult("completed", epochs * steps, 0, "", evaluated, told);
  }

  private static double loss(OwnTraining training, StepRange range) {
    Workers.Sum sum = training.gradient(range);
    return sum.loss() / sum.count();
  }

  @Test
  void lossesBeforeUpdatesHoldAllChecks() throws InterruptedException {
    assertEquals(List.of(), missed(false));
  }

  @Test
  void lossesAfterUpdatesAreCaught() throws InterruptedException {
    assertTrue(missed(true).contains("ahead"));
  }
}
