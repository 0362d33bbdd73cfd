package io.kudari.model;

import java.util.Locale;

/**
 * The loss of one example. A batch's loss is the sum over its examples; means are taken once, at
 * the root.
 */
public enum Loss {
  /** −log p(label), on softmax outputs. */
  CROSS_ENTROPY,
  /**
   * The mean over the outputs of (output − target)²; the target of a class is its one-hot vector.
   */
  MEAN_SQUARED_ERROR;

  /** The name used in configurations, such as {@code cross-entropy}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
