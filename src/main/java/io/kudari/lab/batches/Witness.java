package io.kudari.lab.batches;

import io.kudari.data.Examples;
import io.kudari.data.Sampler;
import io.kudari.lab.OwnTraining;
import io.kudari.math.Slice;
import io.kudari.math.VectorSource;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import io.kudari.optim.OptimizerSpec;
import io.kudari.run.Models;
import io.kudari.train.Workers;
import io.kudari.train.plan.BatchSchedule;
import io.kudari.train.plan.StepRange;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Sees which examples a step takes. Example i has 1 as its feature i and no other, and −½ as its
 * target: with weights of 0 the gradient of (output − target)² is 1 at i, so that a sum of
 * gradients counts how often each example is in it.
 */
final class Witness {

  static final int EXAMPLES = 1000;

  private static final Shape FEATURES = Shape.flat(EXAMPLES);
  private static final NetworkSpec NETWORK =
      new NetworkSpec(
          FEATURES,
          List.of(new LayerSpec.Dense(1, Initializer.of(Initializer.Kind.ZERO))),
          Loss.MEAN_SQUARED_ERROR);

  /** Without the bias. */
  private static final Slice WEIGHTS = new Slice(0, EXAMPLES);

  private Witness() {}

  /** Makes the mean gradient of a step of the sum over its examples. */
  interface Mean {

    VectorSource of(Workers.Sum sum, int batch);
  }

  /**
   * What was seen.
   *
   * @param updates of all epochs
   * @param strays how many examples an epoch did not take exactly once, of all epochs
   * @param repeated the largest share of examples that an epoch takes in the same of its steps as
   *     the epoch before
   * @param lastCount examples of the last step
   * @param lastDivisor by what the sum of their gradients is divided
   */
  record Seen(int updates, int strays, double repeated, int lastCount, double lastDivisor) {}

  static Examples examples() {
    float[] features = new float[EXAMPLES * EXAMPLES];
    for (int i = 0; i < EXAMPLES; i++) features[i * EXAMPLES + i] = 1;
    float[] targets = new float[EXAMPLES];
    Arrays.fill(targets, -.5f);
    return new Examples(FEATURES, null, features, null, targets, EXAMPLES);
  }

  /** Sees all steps of some epochs. */
  static Seen watch(
      Examples examples, Sampler sampler, int batch, boolean drop, int epochs, Mean mean) {
    var sgd = new OptimizerSpec("sgd", Map.of("learning-rate", 1.0));
    BatchSchedule batches = OwnTraining.batches(EXAMPLES, batch, drop);
    try (OwnTraining training =
        new OwnTraining(Models.of(NETWORK), examples, examples, sgd, sampler, batches, 1)) {
      int updates = 0;
      int strays = 0;
      int repeated = 0;
      Pass pass = null;
      for (int epoch = 0; epoch < epochs; epoch++) {
        Pass next = pass(training, batches, epoch, updates);
        updates += next.steps();
        strays += (int) Arrays.stream(next.visits()).filter(v -> v != 1).count();
        if (pass != null) repeated = Math.max(repeated, equal(pass.at(), next.at()));
        pass = next;
      }
      return new Seen(
          updates,
          strays,
          (double) repeated / EXAMPLES,
          (int) pass.last().count(),
          1 / largest(mean.of(pass.last(), batch)));
    }
  }

  /**
   * An epoch.
   *
   * @param visits of each example
   * @param at the step that took it, −1 for none
   * @param last what the last step found, still valid
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Pass(int steps, int[] visits, int[] at, Workers.Sum last) {}

  private static Pass pass(OwnTraining training, BatchSchedule batches, int epoch, int before) {
    int[] visits = new int[EXAMPLES];
    int[] at = new int[EXAMPLES];
    Arrays.fill(at, -1);
    float[] counts = new float[EXAMPLES];
    Workers.Sum sum = null;
    int steps = 0;
    for (int position = 0; !batches.isEnd(epoch, position); steps++) {
      StepRange range = batches.at(before + steps, epoch, position);
      sum = training.gradient(range);
      sum.values().copy(WEIGHTS, counts);
      for (int i = 0; i < EXAMPLES; i++) {
        visits[i] += Math.round(counts[i]);
        if (counts[i] > 0) at[i] = steps;
      }
      position = range.to();
    }
    return new Pass(steps, visits, at, sum);
  }

  /** What an example counts that is taken once. */
  private static double largest(VectorSource mean) {
    float[] shares = new float[EXAMPLES];
    mean.copy(WEIGHTS, shares);
    double largest = 0;
    for (float share : shares) largest = Math.max(largest, share);
    return largest;
  }

  private static int equal(int[] a, int[] b) {
    int equal = 0;
    for (int i = 0; i < a.length; i++) if (a[i] >= 0 && a[i] == b[i]) equal++;
    return equal;
  }
}
