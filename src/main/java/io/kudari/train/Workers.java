package io.kudari.train;

import io.kudari.data.FeatureStatistics;
import io.kudari.data.Normalizer;
import io.kudari.model.Evaluation;

/**
 * All logical workers of a run, wherever they are: what {@link TrainingLoop} asks for sums over
 * them. The answers have the same bits for every implementation. Used by one thread.
 */
public interface Workers extends AutoCloseable {

  /** Number of ranks that share the workers. */
  int ranks();

  /** Number of threads of a rank. */
  int threads();

  /** Statistics of all training features. */
  FeatureStatistics statistics();

  /**
   * Sums the gradients of a step over all workers.
   *
   * @param parameters the whole vector; only read
   * @return the sum, whose array the receiver may use until the next call
   */
  Sum gradient(float[] parameters, Normalizer normalizer, StepRange step);

  /** Evaluates the whole validation or test set. */
  Evaluation evaluate(float[] parameters, Normalizer normalizer, Subset subset);

  /** Frees what the workers hold. */
  @Override
  void close();

  /**
   * A sum over all workers.
   *
   * @param total at the root of the tree
   * @param times where the time went, without the update
   */
  record Sum(GradientSum total, StepTimes times) {}
}
