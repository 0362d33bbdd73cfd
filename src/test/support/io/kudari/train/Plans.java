package io.kudari.train;

import io.kudari.data.Normalization;
import io.kudari.exchange.Exchanges;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.train.algorithm.Algorithms;
import io.kudari.train.plan.Course;
import io.kudari.train.plan.EarlyStopping;
import io.kudari.train.plan.LastBatch;
import io.kudari.train.plan.NoiseMode;
import java.util.List;

/** Plans that say only what a test is about. */
public final class Plans {

  private Plans() {}

  /** A plan of the algorithm that its optimizer is usually trained by. */
  public static TrainingPlan of(
      long seed,
      int epochs,
      int batch,
      boolean dropLast,
      Normalization normalization,
      OptimizerSpec optimizer,
      TrainingPlan.Schedules schedules,
      BatchRule rule,
      int baseBatch,
      EarlyStopping stopping) {
    return of(
        seed,
        epochs,
        batch,
        dropLast,
        normalization,
        optimizer,
        schedules,
        rule,
        baseBatch,
        stopping,
        Algorithms.usual(optimizer));
  }

  /** A plan that ends when it diverges. */
  public static TrainingPlan of(
      long seed,
      int epochs,
      int batch,
      boolean dropLast,
      Normalization normalization,
      OptimizerSpec optimizer,
      TrainingPlan.Schedules schedules,
      BatchRule rule,
      int baseBatch,
      EarlyStopping stopping,
      AlgorithmSpec algorithm) {
    return new TrainingPlan(
        seed,
        epochs,
        batch,
        dropLast ? LastBatch.DROP : LastBatch.KEEP,
        normalization,
        optimizer,
        schedules,
        rule,
        baseBatch,
        stopping,
        algorithm,
        Safety.DEFAULT,
        Exchanges.USUAL,
        NoiseMode.AUTO,
        Course.EPOCHS,
        List.of());
  }
}
