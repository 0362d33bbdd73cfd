package io.kudari.lab.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.lab.Bench;
import io.kudari.lab.Check;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Trial;
import io.kudari.lab.TrialResult;
import io.kudari.train.NoiseMeter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/**
 * Steps to a target in a world that is known: a rate η takes c / (η (1 − η / 2h)) steps, where h,
 * the best one, grows with the batch and is limited by a greatest. The experiment must find that
 * law, and its checks must miss what a mistake makes of it.
 */
class StepsToTargetTest {

  /** What a mistake makes of a number, by the batch. */
  interface ByBatch {

    double of(double value, double batch);
  }

  /**
   * How a mistake changes the world.
   *
   * @param rate that is applied, of the one asked for
   * @param counted steps, of those taken
   * @param told what a step tells of the noise, by the step
   */
  record World(ByBatch rate, ByBatch counted, LongFunction<Noise> told) {

    World(ByBatch rate, ByBatch counted) {
      this(rate, counted, StepsToTargetTest::right);
    }
  }

  /** A reading of the noise scale, and the measurement behind it. */
  record Noise(double reading, double variance, double squaredNorm) {}

  private static Noise right(long step) {
    return new Noise(30 + step, 60, 1);
  }

  private static final ByBatch SAME = (value, batch) -> value;
  static final World RIGHT = new World(SAME, SAME);

  /** The best rate of a batch, without momentum's factor. */
  private static double best(double batch, boolean momentum) {
    double most = momentum ? 5 : 1;
    double critical = momentum ? 256 : 60;
    return most / (1 + critical / batch) / (momentum ? 10 : 1);
  }

  static TrialResult train(World world, Trial trial) {
    double batch = Double.parseDouble(trial.settings().get("train.batch"));
    boolean momentum = trial.settings().get("optimizer.name").equals("momentum");
    double rate = world.rate().of(number(trial, "optimizer.learning-rate"), batch);
    double share = rate / (2 * best(batch, momentum));
    double apart = 1 + 0.02 * (trial.seed() % 3 - 1);
    double effective = momentum ? 10 * rate : rate;
    double steps = share < 1 ? Math.ceil(60 * apart / (effective * (1 - share))) : 1e18;
    double counted = Math.ceil(world.counted().of(steps, batch));
    double most = number(trial, "train.steps");
    if (counted > most)
      return new TrialResult("completed", (long) most, 1, "", List.of(), List.of());
    List<TrialResult.Measured> noise = new ArrayList<>();
    for (long s = 1; s <= Math.min(counted, 1000); s++) {
      Noise told = world.told().apply(s);
      noise.add(new TrialResult.Measured(NoiseMeter.TAG, s, told.reading()));
      noise.add(new TrialResult.Measured(NoiseMeter.VARIANCE, s, told.variance()));
      noise.add(new TrialResult.Measured(NoiseMeter.SQUARED_NORM, s, told.squaredNorm()));
    }
    return new TrialResult(TrialResult.TARGET, (long) counted, 1, "", List.of(), noise);
  }

  private static double number(Trial trial, String key) {
    return Double.parseDouble(trial.settings().get(key));
  }

  private static Findings run(World world, boolean quick) throws InterruptedException {
    Bench bench = trials -> trials.stream().map(t -> train(world, t)).toList();
    return new StepsToTarget().measure(new Scope(quick, 0, 1), bench);
  }

  private static Set<String> missed(World world) throws InterruptedException {
    Set<String> missed = new TreeSet<>();
    for (Check check : run(world, true).missed()) missed.add(check.id());
    return missed;
  }

  @Test
  void whatIsRightHoldsAllChecksQuickAndWhole() throws InterruptedException {
    for (boolean quick : new boolean[] {true, false})
      assertEquals(List.of(), run(RIGHT, quick).missed(), "quick: " + quick);
  }

  @Test
  void gradientsThatAreSummedAreCaught() throws InterruptedException {
    Set<String> missed = missed(new World((rate, batch) -> rate * batch, SAME));
    assertTrue(missed.contains("rates"), missed.toString());
  }

  @Test
  void aRateThatIsNotTunedIsCaught() throws InterruptedException {
    Set<String> missed = missed(new World((rate, batch) -> 0.031, SAME));
    assertTrue(
        missed.containsAll(List.of("sgd-small", "sgd-edges", "critical")), missed.toString());
  }

  @Test
  void epochsThatAreCountedForStepsAreCaught() throws InterruptedException {
    Set<String> missed = missed(new World(SAME, (steps, batch) -> steps * batch / 100));
    assertTrue(missed.containsAll(List.of("sgd-small", "sgd-large")), missed.toString());
  }

  @Test
  void noiseOfParametersThatStayIsCaught() throws InterruptedException {
    Set<String> missed = missed(new World(SAME, SAME, step -> new Noise(30, 60, 1)));
    assertEquals(Set.of("sgd-noise-growth", "momentum-noise-growth"), missed);
  }

  /** Batch 128 and shard 16 in each other's place make −S of S, and ‖G‖² + S / 128 + S / 16. */
  @Test
  void batchAndShardThatAreExchangedAreCaught() throws InterruptedException {
    Set<String> missed = missed(new World(SAME, SAME, step -> new Noise(30 + step, -60, 5.2)));
    assertTrue(missed.containsAll(List.of("sgd-noise", "momentum-noise")), missed.toString());
  }

  @Test
  void theTunerGoesOnUntilTheBestIsBetweenWorseOnes() {
    Tuner tuner = new Tuner((rate, steps, seed) -> trial(rate, steps, seed), 1, 1000, seeds(3));
    List<Trial> all = new ArrayList<>();
    for (List<Trial> round = tuner.next(); !round.isEmpty(); round = tuner.next()) {
      all.addAll(round);
      tuner.take(round.stream().map(StepsToTargetTest::parabola).toList());
    }
    assertEquals(1.0 / 64, tuner.bestRate());
    assertEquals(10, tuner.best());
    assertEquals(false, tuner.isEdge());
    // 5 rates, 5 more to one below the best, and two seeds of the best two.
    assertEquals(5 + 5 + 4, all.size());
    assertEquals(1000, number(all.get(0), "train.steps"));
  }

  @Test
  void aBestRateAtTheEndOfAllIsAnEdge() {
    Tuner tuner = new Tuner((rate, steps, seed) -> trial(rate, steps, seed), 1, 1000, seeds(1));
    for (List<Trial> round = tuner.next(); !round.isEmpty(); round = tuner.next())
      tuner.take(
          round.stream().map(t -> reached(1e6 / number(t, "optimizer.learning-rate"))).toList());
    assertTrue(tuner.isEdge());
  }

  private static List<Long> seeds(int count) {
    return new Scope(true, count, 1).seeds(1, 1);
  }

  private static Trial trial(double rate, long steps, long seed) {
    return Digits.perceptron(8)
        .with("optimizer.learning-rate", rate)
        .with("train.steps", steps)
        .seeded(seed);
  }

  /** Steps that are fewest at a rate of 1/64. */
  private static TrialResult parabola(Trial trial) {
    double log = Math.log(number(trial, "optimizer.learning-rate") * 64) / Math.log(2);
    double steps = 10 + log * log;
    return steps <= number(trial, "train.steps") || log > 4 ? reached(steps) : reached(1e18);
  }

  private static TrialResult reached(double steps) {
    return new TrialResult(
        steps < 1e9 ? TrialResult.TARGET : "completed",
        (long) Math.min(steps, 1e9),
        1,
        "",
        List.of(),
        List.of());
  }
}
