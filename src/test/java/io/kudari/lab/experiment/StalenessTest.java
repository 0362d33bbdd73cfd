package io.kudari.lab.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.lab.Bench;
import io.kudari.lab.Check;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Trial;
import io.kudari.lab.TrialResult;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Limits of stability of what trains, and of mistakes that their checks must miss. */
class StalenessTest {

  private static final int STEPS = 2000;

  /** How a mistake takes a step. */
  private interface Mistake {

    /**
     * The next x.
     *
     * @param x all before, the last one the newest
     * @param v a velocity, changed
     */
    double next(double[] x, int step, double[] v, int delay, double momentum, double rate);
  }

  private static double at(double[] x, int step) {
    return step <= 0 ? 1 : x[step - 1];
  }

  private static Staleness mistaken(Mistake mistake) {
    return new Staleness() {
      @Override
      double[] path(int delay, double momentum, double rate) {
        double[] x = new double[STEPS];
        double[] v = new double[STEPS + 1];
        for (int t = 0; t < STEPS; t++) x[t] = mistake.next(x, t, v, delay, momentum, rate);
        return x;
      }
    };
  }

  /** In a world where the digits learn up to half the limit of theory. */
  private static Findings run(Staleness experiment) throws InterruptedException {
    Bench bench = trials -> trials.stream().map(StalenessTest::train).toList();
    return experiment.measure(new Scope(true, 0, 1), bench);
  }

  private static TrialResult train(Trial trial) {
    double rate = Double.parseDouble(trial.settings().get("optimizer.learning-rate"));
    int delay = Integer.parseInt(trial.settings().getOrDefault("train.algorithm.delay", "0"));
    double limit = Math.sin(Math.PI / (2 * (2 * delay + 1)));
    var found = new TrialResult.Evaluated("validation", 390, 5, 1, rate < limit ? .09 : .9);
    return new TrialResult("completed", 390, 390, "bits", List.of(found), List.of());
  }

  private static Set<String> missed(Mistake mistake) throws InterruptedException {
    Set<String> missed = new TreeSet<>();
    for (Check check : run(mistaken(mistake)).missed()) missed.add(check.id());
    return missed;
  }

  @Test
  void whatTrainsHasTheLimitsOfTheory() throws InterruptedException {
    assertEquals(List.of(), run(new Staleness()).missed());
  }

  /** What diverged has no bits, and a late world no law. */
  @Test
  void digitsThatDivergeAreNotCalledLawfulOrSynchronous() throws InterruptedException {
    TrialResult lost = new TrialResult(TrialResult.DIVERGED, 0, 0, "", List.of(), List.of());
    Findings found =
        new Staleness()
            .measure(new Scope(true, 0, 1), trials -> trials.stream().map(t -> lost).toList());
    assertTrue(found.missed().stream().anyMatch(c -> c.id().equals("synchronous")));
    assertTrue(found.answer().startsWith("Rates must fall, but not as"), found.answer());
  }

  @Test
  void aDelayThatIsOneOffIsCaught() throws InterruptedException {
    Set<String> missed =
        missed(
            (x, t, v, delay, momentum, rate) -> {
              v[t + 1] = momentum * v[t] + at(x, t - delay - 1);
              return at(x, t) - rate * v[t + 1];
            });
    assertTrue(missed.containsAll(List.of("stable-0", "stable-5", "momentum-1")), "" + missed);
  }

  @Test
  void aGradientThatIsAppliedWhereItWasTakenIsCaught() throws InterruptedException {
    Set<String> missed =
        missed(
            (x, t, v, delay, momentum, rate) -> {
              v[t + 1] = momentum * v[t] + at(x, t - delay);
              return at(x, t - delay) - rate * v[t + 1];
            });
    assertTrue(missed.containsAll(List.of("stable-1", "stable-5")), "" + missed);
  }

  @Test
  void aVelocityThatIsLateAsWellIsCaught() throws InterruptedException {
    Set<String> missed =
        missed(
            (x, t, v, delay, momentum, rate) -> {
              v[t + 1] = momentum * v[Math.max(0, t - delay)] + at(x, t - delay);
              return at(x, t) - rate * v[t + 1];
            });
    assertTrue(missed.containsAll(List.of("momentum-1", "momentum-5")), "" + missed);
  }

  @Test
  void aDelayForEachOfSeveralWorkersIsCaught() throws InterruptedException {
    Set<String> missed =
        missed(
            (x, t, v, delay, momentum, rate) -> {
              double mean = 0;
              for (int w = 0; w <= delay; w++) mean += at(x, t - w) / (delay + 1);
              v[t + 1] = momentum * v[t] + mean;
              return at(x, t) - rate * v[t + 1];
            });
    assertTrue(missed.containsAll(List.of("stable-1", "stable-5")), "" + missed);
  }
}
