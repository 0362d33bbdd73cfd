package io.kudari.lab.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.lab.Bench;
import io.kudari.lab.Check;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Trial;
import io.kudari.lab.TrialResult;
import io.kudari.math.RandomStream;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Least squares in parts, summed rightly and wrongly: the checks must tell them apart. */
class SplitInvarianceTest {

  private static final long SEED = 20261129;
  private static final int EXAMPLES = 100;
  private static final int FEATURES = 20;
  private static final float[] X = gaussian(EXAMPLES * FEATURES, 0);
  private static final float[] Y = gaussian(EXAMPLES, 1);

  /** What parts' sums become. */
  private interface Sum {

    /**
     * The factor of a part's sum of gradients.
     *
     * @param part from 0
     * @param size its examples
     */
    double factor(int part, int parts, int size);
  }

  private static final Sum RIGHT = (part, parts, size) -> 1.0 / EXAMPLES;

  private static float[] gaussian(int size, int stream) {
    RandomStream random = new RandomStream(SEED, RandomStream.Purpose.TEST, stream, 0);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) values[i] = (float) random.gaussian();
    return values;
  }

  private static float[] train(Sum sum, Trial trial) {
    int parts = Integer.parseInt(trial.settings().get("train.workers"));
    int steps = Integer.parseInt(trial.settings().get("train.steps"));
    float rate = Float.parseFloat(trial.settings().get("optimizer.learning-rate"));
    float[] w = new float[FEATURES];
    for (int t = 0; t < steps; t++) {
      float[] mean = new float[FEATURES];
      for (int part = 0; part < parts; part++) {
        int from = part * EXAMPLES / parts;
        int to = (part + 1) * EXAMPLES / parts;
        float[] gradient = gradient(w, from, to);
        float factor = (float) sum.factor(part, parts, to - from);
        for (int i = 0; i < FEATURES; i++) mean[i] += factor * gradient[i];
      }
      for (int i = 0; i < FEATURES; i++) w[i] -= rate * mean[i];
    }
    return w;
  }

  private static float[] gradient(float[] w, int from, int to) {
    float[] sum = new float[FEATURES];
    for (int e = from; e < to; e++) {
      float error = -Y[e];
      for (int i = 0; i < FEATURES; i++) error += w[i] * X[e * FEATURES + i];
      for (int i = 0; i < FEATURES; i++) sum[i] += error * X[e * FEATURES + i];
    }
    return sum;
  }

  private static TrialResult result(String bits) {
    var found = new TrialResult.Evaluated("validation", 500, 5, 1, .09);
    return new TrialResult("completed", 500, 500, bits, List.of(found), List.of());
  }

  private static Findings run(Sum sum, boolean sameEverywhere) throws InterruptedException {
    return new SplitInvariance()
        .measure(
            new Scope(true, 0, 1),
            new Bench() {
              @Override
              public List<TrialResult> train(List<Trial> trials) {
                return trials.stream()
                    .map(t -> result("sixteen digits of " + t.settings().get("train.workers")))
                    .toList();
              }

              @Override
              public TrialResult trainOnRanks(Trial trial, int ranks, int threads) {
                return result("sixteen digits, and " + (sameEverywhere ? 0 : ranks));
              }

              @Override
              public float[] parameters(Trial trial) {
                return SplitInvarianceTest.train(sum, trial);
              }
            });
  }

  private static Set<String> missed(Sum sum) throws InterruptedException {
    Set<String> missed = new TreeSet<>();
    for (Check check : run(sum, true).missed()) missed.add(check.id());
    return missed;
  }

  @Test
  void sumsOfPartsAreRight() throws InterruptedException {
    assertEquals(List.of(), run(RIGHT, true).missed());
  }

  @Test
  void bitsThatDependOnRanksAreCaught() throws InterruptedException {
    assertEquals("places", run(RIGHT, false).missed().get(0).id());
  }

  /** What diverged has no bits that could be the same, and no parameters to be near. */
  @Test
  void whatDivergesMissesEveryCheck() throws InterruptedException {
    TrialResult lost = new TrialResult(TrialResult.DIVERGED, 0, 0, "", List.of(), List.of());
    Findings found =
        new SplitInvariance()
            .measure(
                new Scope(true, 0, 1),
                new Bench() {
                  @Override
                  public List<TrialResult> train(List<Trial> trials) {
                    return trials.stream().map(t -> lost).toList();
                  }

                  @Override
                  public TrialResult trainOnRanks(Trial trial, int ranks, int threads) {
                    return lost;
                  }

                  @Override
                  public float[] parameters(Trial trial) {
                    return new float[0];
                  }
                });
    Set<String> missed = new TreeSet<>();
    for (Check check : found.missed()) missed.add(check.id());
    assertEquals(Set.of("places", "first-step", "steps", "other-batches"), missed);
    assertTrue(found.answer().startsWith("Yes: "), found.answer());
  }

  @Test
  void theAnswerGoesByWhatWasMeasured() throws InterruptedException {
    assertTrue(run(RIGHT, true).answer().startsWith("No: 4 ways to place 8 workers give the same"));
    assertTrue(run(RIGHT, false).answer().startsWith("Yes: 4 ways to place 8 workers give 3 diff"));
  }

  @Test
  void wrongSumsAreCaught() throws InterruptedException {
    Set<String> both = Set.of("first-step", "steps");
    assertEquals(both, missed((part, parts, size) -> 1.0 / parts / size), "mean of means");
    assertTrue(missed((part, parts, size) -> parts / 100.0).contains("steps"), "sum for mean");
    assertEquals(
        both, missed((part, parts, size) -> part == 1 ? 0 : 1.0 / EXAMPLES), "one is dropped");
    assertEquals(both, missed((part, parts, size) -> (part == 1 ? 2 : 1) * .01), "one twice");
  }
}
