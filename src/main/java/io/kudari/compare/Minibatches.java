package io.kudari.compare;

import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.DoubleAccumulator;
import org.apache.spark.util.LongAccumulator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.spark.api.TrainingHook;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * Counts what Deeplearning4j's workers train, one minibatch after another, where they train it:
 * what was handed to them need not be what they took.
 */
final class Minibatches implements TrainingHook {

  private static final long serialVersionUID = 1;

  private final LongAccumulator examples;
  private final DoubleAccumulator scores;

  /** Of none yet. */
  Minibatches(JavaSparkContext spark) {
    this.examples = spark.sc().longAccumulator();
    this.scores = spark.sc().doubleAccumulator();
  }

  @Override
  public void preUpdate(DataSet minibatch, Model model) {}

  @Override
  public void postUpdate(DataSet minibatch, Model model) {
    examples.add(minibatch.numExamples());
    scores.add(model.score() * minibatch.numExamples());
  }

  @Override
  public void preUpdate(MultiDataSet minibatch, Model model) {}

  @Override
  public void postUpdate(MultiDataSet minibatch, Model model) {}

  /** How many examples have been trained since {@link #clear}. */
  long examples() {
    return examples.value();
  }

  /** The sum of their scores, each before the step it was trained in, penalties included. */
  double scores() {
    return scores.value();
  }

  /** Begins anew. */
  void clear() {
    examples.reset();
    scores.reset();
  }
}
