package io.kudari.lab.network;

import io.kudari.lab.Statistics;
import io.kudari.math.Layout;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.optim.Optimizer;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.Step;
import java.util.Arrays;
import java.util.Map;

/**
 * Where an optimizer's updates point when gradients of 1,000 variables are a constant of length 5
 * and normal noise: means over 200 steps, after 100.
 *
 * @param successive cosine of two updates in a row
 * @param right cosine to the constant
 */
record Directions(double successive, double right) {

  private static final int VARIABLES = 1000;
  private static final int STEPS = 300;
  private static final int SETTLED = 100;
  private static final double LENGTH = 5;

  /** Of an optimizer of Kudari with its defaults. */
  static Directions of(String optimizer, long seed) {
    OptimizerSpec spec = new OptimizerSpec(optimizer, Map.of("learning-rate", 1.0));
    Optimizer open = spec.open(Layout.flat(VARIABLES), 1);
    RandomStream random = new RandomStream(seed, Purpose.NOISE, 22, 0);
    float[] point = new float[VARIABLES];
    float[] last = new float[VARIABLES];
    float[] gradient = new float[VARIABLES];
    float[] truth = new float[VARIABLES];
    Arrays.fill(truth, (float) (-LENGTH / Math.sqrt(VARIABLES)));
    double successive = 0;
    double right = 0;
    for (int t = 0; t < STEPS; t++) {
      for (int k = 0; k < VARIABLES; k++) gradient[k] = (float) (random.gaussian() - truth[k]);
      Arrays.fill(point, 0);
      open.step(point, gradient, Step.of(t, 1));
      if (t >= SETTLED) {
        successive += Statistics.cosine(point, last) / (STEPS - SETTLED);
        right += Statistics.cosine(point, truth) / (STEPS - SETTLED);
      }
      System.arraycopy(point, 0, last, 0, VARIABLES);
    }
    return new Directions(successive, right);
  }
}
