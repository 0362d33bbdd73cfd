package io.kudari.lab.weights;

import io.kudari.lab.Idle;
import io.kudari.lab.Trained;
import io.kudari.lab.Trial;
import io.kudari.model.MiniBatch;

/** Takes a step of SGD from given parameters of 784-100-10, by a gradient of its own. */
final class OneSlope extends Idle {

  private static final int INPUTS = 784;
  private static final int CLASSES = 10;

  private final double below;

  /**
   * Of a rectifier.
   *
   * @param below its derivative at and below 0
   */
  OneSlope(double below) {
    this.below = below;
  }

  @Override
  public Trained trainHere(Trial trial, float... start) {
    Trained idle = super.trainHere(trial, start);
    if (start.length > 0) step(subject(trial).examples(), idle.parameters());
    return idle;
  }

  /** Of the first example, at a rate of 0.1. */
  private void step(MiniBatch examples, float[] p) {
    float[] x = examples.features();
    int biases = INPUTS * Chain.UNITS;
    int weights = biases + Chain.UNITS;
    double[] z = new double[Chain.UNITS];
    double[] outputs = new double[CLASSES];
    double sum = 0;
    for (int u = 0; u < z.length; u++) {
      z[u] = p[biases + u];
      for (int i = 0; i < INPUTS; i++) z[u] += (double) p[u * INPUTS + i] * x[i];
    }
    for (int c = 0; c < CLASSES; c++) {
      double logit = p[weights + CLASSES * Chain.UNITS + c];
      for (int u = 0; u < z.length; u++)
        logit += p[weights + c * Chain.UNITS + u] * Math.max(0, z[u]);
      outputs[c] = Math.exp(logit);
      sum += outputs[c];
    }
    for (int u = 0; u < z.length; u++) {
      double back = 0;
      for (int c = 0; c < CLASSES; c++)
        back +=
            (outputs[c] / sum - (c == examples.labels[0] ? 1 : 0))
                * p[weights + c * Chain.UNITS + u];
      double delta = back * (z[u] > 0 ? 1 : below);
      p[biases + u] -= (float) (.1 * delta);
      for (int i = 0; i < INPUTS; i++) p[u * INPUTS + i] -= (float) (.1 * delta * x[i]);
    }
  }
}
