package io.kudari.train.worker;

import io.kudari.data.DataException;
import io.kudari.data.Description;
import io.kudari.model.ModelSpec;
import io.kudari.train.DataPlan;
import io.kudari.train.TrainingPlan;

/**
 * The least Java heap that one process needs: what must be in memory at the same time whatever else
 * is, and nothing else. So a run that is refused for it could not have worked; one that is not may
 * still run out of memory, when it is close.
 *
 * @param examples bytes of the loaded examples
 * @param batches bytes of the batches that are computed on, of what the layers keep of them, and of
 *     the model's outputs for them
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
        loaded(data.description(), share(data.sampler().examples(), data, share))
            + loaded(data.description(), share(data.validation().length, data, share));
    if (data.test().length > 0)
      examples += loaded(data.testDescriptionOrNull(), share(data.test().length, data, share));
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

  /** Of examples: their features, and the label or the targets of each. */
  private static long loaded(Description of, long examples) {
    return bytes(of, examples) + examples * Math.max(1, of.targets()) * Float.BYTES;
  }

  private static long bytes(Description of, long examples) {
    return examples * of.shape().size() * (of.bytes() ? 1 : Float.BYTES);
  }

  /** Of making or reading a whole set at once. */
  public static HeapNeed of(Description whole) {
    return new HeapNeed(loaded(whole, whole.examples()), 0, 0);
  }

  /** Of one thread. Its batch has room for an evaluation's, once there was one. */
  private static long batch(DataPlan data, ModelSpec model, TrainingPlan plan) {
    int workers = data.sampler().workers();
    boolean evaluates = Math.max(data.validation().length, data.test().length) >= workers;
    int most = Math.min(plan.batch(), data.sampler().examples()) / workers;
    int trained = plan.optimizer().fullBatch() ? 0 : most;
    int evaluated = evaluates ? WorkerRange.EVALUATION_BATCH : 0;
    int rows = Math.max(trained, evaluated);
    ModelSpec.Activations activations = model.activations();
    if (rows * activations.widest() > Integer.MAX_VALUE)
      throw new DataException(
          ("a layer of the model has %d values an example, which are %d for the %d examples that a"
                  + " worker computes at once, at most 2^31-1")
              .formatted(activations.widest(), rows * activations.widest(), rows));
    return bytes(data.description(), rows)
        + (long) evaluated * model.outputs() * Float.BYTES
        + rows * activations.kept() * Float.BYTES;
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
