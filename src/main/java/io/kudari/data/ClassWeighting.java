package io.kudari.data;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How classes are to be weighed in the training loss.
 *
 * @param balanced whether each class is to weigh as much as another, all its examples together: one
 *     of class c weighs N / (K · n_c), where n_c of N training examples are of it and there are K
 *     classes, as scikit-learn's {@code class_weight = "balanced"}
 * @param named weights of classes by their names; 1 of the others
 */
public record ClassWeighting(boolean balanced, Map<String, Double> named)
    implements java.io.Serializable {

  private static final long serialVersionUID = 1;

  /** All classes count alike. */
  public static final ClassWeighting NONE = new ClassWeighting(false, Map.of());

  /** Each class weighs as much as another. */
  public static final ClassWeighting BALANCED = new ClassWeighting(true, Map.of());

  /** The setting, for messages. */
  private static final String KEY = "train.class-weights";

  public ClassWeighting {
    named = new TreeMap<>(named);
  }

  /**
   * The weights of a training set's classes.
   *
   * @param names of all classes
   * @param training examples of each
   * @throws DataException when a class that is named is not there, or all examples would weigh
   *     nothing; one line
   */
  public ClassWeights of(List<String> names, long[] training) {
    if (balanced) return new ClassWeights(balance(training));
    if (named.isEmpty()) return ClassWeights.NONE;
    float[] weights = new float[names.size()];
    Arrays.fill(weights, 1);
    List<String> known = ClassNames.canonical(names);
    named.forEach(
        (name, weight) -> {
          int at = known.indexOf(ClassNames.canonical(name));
          if (at < 0)
            throw new DataException(
                KEY + ": no class " + name + " among " + ClassNames.shown(names));
          weights[at] = weight.floatValue();
        });
    double all = 0;
    for (int c = 0; c < weights.length; c++) all += training[c] * weights[c];
    if (all > 0) return new ClassWeights(weights);
    throw new DataException(
        KEY + " gives all training examples the weight 0: there is nothing to learn from");
  }

  private static float[] balance(long[] training) {
    long all = 0;
    for (long n : training) all += n;
    float[] weights = new float[training.length];
    for (int c = 0; c < weights.length; c++)
      weights[c] = (float) ((double) all / (weights.length * (double) Math.max(1, training[c])));
    return weights;
  }
}
