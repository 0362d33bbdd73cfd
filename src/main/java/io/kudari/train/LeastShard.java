package io.kudari.train;

import io.kudari.data.DataException;
import io.kudari.math.Layout;
import io.kudari.train.plan.BatchSchedule;

/**
 * How few examples a worker may have in a step. Batch normalisation needs two: one example has no
 * variance, so whatever it is, the layer gives the same, and no gradient passes it. Where a layer
 * has running statistics, plans with a smaller shard are refused, and a last batch that would leave
 * a worker a single example is joined to the one before.
 */
public final class LeastShard {

  private static final int NORMALISED = 2;

  private LeastShard() {}

  /** The fewest examples of a step over all workers, for a model of this layout. */
  static int batch(Layout layout, int workers) {
    return normalises(layout) ? NORMALISED * workers : 1;
  }

  private static boolean normalises(Layout layout) {
    return layout.segments().stream().anyMatch(s -> s.role().isStatistic());
  }

  /**
   * What is wrong with the batch of a plan whose model normalises batches, or null.
   *
   * @return one line that continues the words "train.batch"
   */
  public static String obstacle(TrainingPlan plan, int workers) {
    if (plan.optimizer().fullBatch()) return null;
    int least = NORMALISED * workers;
    BatchSchedule batches = plan.batches(Integer.MAX_VALUE, least);
    for (int epoch = 0; epoch < plan.epochs(); epoch++) {
      int batch = batches.batch(epoch);
      if (batch >= least) continue;
      return ("must be at least %d x train.workers = %d with batch normalisation, because one"
              + " example has no variance, not %d%s")
          .formatted(
              NORMALISED,
              least,
              batch,
              batch == plan.batch() ? "" : " (schedule.batch in epoch " + (epoch + 1) + ")");
    }
    return null;
  }

  /**
   * Checks a plan and its data for a model of this layout.
   *
   * @throws IllegalArgumentException when the plan's batches are too small; one line
   * @throws DataException when there are too few training examples
   */
  public static void check(TrainingPlan plan, DataPlan data, Layout layout) {
    if (!normalises(layout)) return;
    int workers = data.sampler().workers();
    String obstacle = obstacle(plan, workers);
    if (obstacle != null) throw new IllegalArgumentException("train.batch " + obstacle);
    if (data.sampler().examples() < NORMALISED * workers) {
      throw new DataException(
          ("train.workers is %d, but there are only %d training examples: with batch normalisation"
                  + " every worker needs at least %d")
              .formatted(workers, data.sampler().examples(), NORMALISED));
    }
  }
}
