package io.kudari.train;

import io.kudari.data.DataException;
import io.kudari.data.Description;
import io.kudari.model.ModelSpec;

/**
 * The least Java heap that one process needs: what must be in memory at the same time whatever else
 * is, and nothing else. So a run that is refused for it could not have worked; one that is not may
 * still run out of memory, when it is close.
 *
 * @param examples bytes of the loaded examples
 * @param batches bytes of the batches that are computed on, and of the model's outputs for them
 * @param parameters bytes of vectors of the model's parameters: themselves, gradients, the
 *     optimizer's state
 */
public record HeapNeed(long examples, long batches, long parameters) {

  /**
   * What a process hosts of a run.
   *
   * @param workers whose examples are in memory at once
   * @param threads that compute at once, within 1..workers
   * @param ranks that share memory and update parameters
   * @param ofRanks how many ranks there are
   */
  public record Share(int workers, int threads, int ranks, int ofRanks) {}

  /** Of training. */
  public static HeapNeed of(DataPlan data, ModelSpec model, TrainingPlan plan, Share share) {
    long examples =
        bytes(data.description(), share(data.sampler().examples(), data, share))
            + bytes(data.description(), share(data.validation().length, data, share));
    if (data.test().length > 0)
      examples += bytes(data.testDescriptionOrNull(), share(data.test().length, data, share));
    long vector = (long) model.layout().size() * Float.BYTES;
    long vectors = share.ranks() + share.threads();
    int slots = plan.algorithm().slots(plan.optimizer(), model.layout());
    long state = vector * slots * share.ranks() / share.ofRanks();
    return new HeapNeed(
        examples, share.threads() * batch(data, model, plan), vector * vectors + state);
  }

  /** Workers' numbers of examples differ by one. */
  private static long share(int examples, DataPlan data, Share share) {
    return (long) (examples / data.sampler().workers()) * share.workers();
  }

  private static long bytes(Description of, long examples) {
    return examples * of.shape().size() * (of.bytes() ? 1 : Float.BYTES);
  }

  /** Of one thread. Its batch has room for an evaluation's, once there was one. */
  private static long batch(DataPlan data, ModelSpec model, TrainingPlan plan) {
    int workers = data.sampler().workers();
    boolean evaluates = Math.max(data.validation().length, data.test().length) >= workers;
    int most = Math.min(plan.batch(), data.sampler().examples()) / workers;
    int trained = plan.optimizer().fullBatch() ? 0 : most;
    int evaluated = evaluates ? WorkerRange.EVALUATION_BATCH : 0;
    return bytes(data.description(), Math.max(trained, evaluated))
        + (long) evaluated * model.outputs() * Float.BYTES;
  }

  /** All bytes. */
  public long total() {
    return examples + batches + parameters;
  }

  /**
   * Compares it with what there is.
   *
   * @param what needs it
   * @param heap bytes of the process's Java heap
   * @param setting what to raise
   * @throws DataException when it is too little; one line
   */
  public void check(String what, long heap, String setting) {
    if (total() <= heap) return;
    throw new DataException(
        String.format(
            "%s needs at least %d bytes of Java heap (examples %d, batches %d, parameters and state"
                + " %d), but there are %d: raise %s",
            what, total(), examples, batches, parameters, heap, setting));
  }
}
