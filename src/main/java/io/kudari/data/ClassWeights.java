package io.kudari.data;

import io.kudari.model.MiniBatch;

/**
 * What the examples of each class weigh in the training loss, times the weight that each may have
 * of its own. Immutable by convention.
 *
 * @param of each class, by its number; empty where all count alike
 */
@SuppressWarnings("ArrayRecordComponent")
public record ClassWeights(float[] of) implements java.io.Serializable {

  private static final long serialVersionUID = 1;

  /** All classes count alike. */
  public static final ClassWeights NONE = new ClassWeights(new float[0]);

  /** Gives the examples of a labelled batch their weights. */
  void apply(MiniBatch batch) {
    if (of.length == 0) return;
    float[] own = batch.weightsOrNull();
    float[] weights = batch.weigh();
    for (int e = 0; e < batch.count(); e++)
      weights[e] = (own == null ? 1 : own[e]) * of[batch.labels[e]];
  }
}
