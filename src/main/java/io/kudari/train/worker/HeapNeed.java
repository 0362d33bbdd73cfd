package io.kudari.train.worker;

import io.kudari.data.DataException;
import io.kudari.data.Description;
import io.kudari.data.Kept;
import io.kudari.math.Layout;
import io.kudari.model.ModelSpec;
import io.kudari.train.DataPlan;
import io.kudari.train.TrainingPlan;

/**
 * The least Java heap that one process needs: what must be in memory at the same time whatever else
 * is, and nothing else. So a run that is refused for it could not have worked; one that is not may
 * still run out of memory, when it is close.
 *
 * @param examples bytes of the loaded examples
 * @param indices bytes of what says which loaded example is whose, and when it is visited
 * @param batches bytes of the batches that are computed on, of what the layers keep of them, and of
 *     the model's outputs for them
 * @param parameters bytes of vectors of the model's parameters: themselves, gradients, the
 *     optimizer's state, what is kept of each worker, what is decoded of other ranks
 */
public record HeapNeed(long examples, long indices, long batches, long parameters) {

  /** Of nothing but vectors of the model's parameters. */
  public static HeapNeed ofParameters(long bytes) {
    return new HeapNeed(0, 0, 0, bytes);
  }

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
            + loaded(data.description(), share(data.validation(), data, share));
    if (data.test() > 0)
      examples += loaded(data.testDescriptionOrNull(), share(data.test(), data, share));
    long vector = (long) model.layout().size() * Float.BYTES;
    long vectors = share.ranks() + share.threads();
    int slots = plan.algorithm().slots(plan.optimizer(), model.layout());
    long parts = plan.exchange().isReplicated() ? 1 : share.ofRanks();
    long state = vector * slots * share.ranks() / parts;
    // Every other rank's workers are decoded into one vector at least.
    long decoded = plan.exchange().isReplicated() ? (share.ofRanks() - 1) * share.ranks() : 0;
    long kept = bytesOfWorker(plan, model.layout());
    return new HeapNeed(
        examples,
        indices(data, share),
        share.threads() * batch(data, model, plan),
        vector * (vectors + decoded + late(plan, model.layout(), share, decoded))
            + state
            + kept * share.workers());
  }

  /** Vectors of a second step, where those of one are exchanged while the next is computed. */
  private static long late(TrainingPlan plan, Layout layout, Share share, long decoded) {
    boolean exchanges = share.ofRanks() > 1 && plan.exchange().isExact();
    if (!exchanges || !plan.algorithm().sumsLate(plan, layout)) return 0;
    return share.threads() + (plan.exchange().isReplicated() ? decoded : share.ranks());
  }

  /** What each worker keeps from step to step: its replica, and what it has not sent. */
  public static long bytesOfWorker(TrainingPlan plan, Layout layout) {
    int vectors = plan.algorithm().vectorsOfWorker(plan.optimizer(), layout);
    return plan.exchange().bytesOfWorker(layout) + (long) layout.size() * Float.BYTES * vectors;
  }

  /** The rows of the examples that are loaded, and the order of those to train on. */
  private static long indices(DataPlan data, Share share) {
    int training = data.sampler().examples();
    int others = data.validation() + data.test();
    long rows = share(training, data, share) + share(others, data, share);
    return (rows + share(training, data, share)) * Integer.BYTES;
  }

  /** Workers' numbers of examples differ by one. */
  private static long share(int examples, DataPlan data, Share share) {
    return (long) (examples / data.sampler().workers()) * share.workers();
  }

  /** Of examples: their features, the label or the targets of each, and perhaps a weight. */
  private static long loaded(Description of, long examples) {
    long values = of.bytes() ? of.shape().size() : (long) of.schema().columns() * Float.BYTES;
    int rest = Math.max(1, of.targets()) + (of.weighted() ? 1 : 0);
    return examples * (values + rest * Float.BYTES);
  }

  private static long bytes(Description of, long examples) {
    return examples * of.shape().size() * (of.bytes() ? 1 : Float.BYTES);
  }

  /** Of making or reading a whole set at once. */
  public static HeapNeed of(Description whole) {
    return new HeapNeed(loaded(whole, whole.examples()), 0, 0, 0);
  }

  /**
   * Of the examples of a training set alone, before they are split and dealt.
   *
   * @param validation share that is held out
   * @param workers of the run
   * @param hosted those whose examples are in memory at once
   */
  public static HeapNeed of(Description set, double validation, int workers, int hosted) {
    long all = set.examples();
    // Splitting and dealing round: a worker has this many at least.
    long rows = hosted == workers ? all : Math.max(0, all / workers - 2) * hosted;
    long training = Math.max(0, (long) (all * (1 - validation)) / workers - 2) * hosted;
    return new HeapNeed(loaded(set, rows), rows * Kept.DEALT + training * Integer.BYTES, 0, 0);
  }

  /** Examples of a worker's batch, at least. */
  static int trained(DataPlan data, TrainingPlan plan) {
    if (plan.optimizer().fullBatch()) return 0;
    return Math.min(plan.batch(), data.sampler().examples()) / data.sampler().workers();
  }

  /** Examples that there is room for where something is evaluated. */
  static int evaluated(DataPlan data) {
    boolean evaluates = Math.max(data.validation(), data.test()) >= data.sampler().workers();
    return evaluates ? WorkerRange.EVALUATION_BATCH : 0;
  }

  /** Of one thread. Its batch has room for an evaluation's, once there was one. */
  private static long batch(DataPlan data, ModelSpec model, TrainingPlan plan) {
    int evaluated = evaluated(data);
    int rows = Math.max(trained(data, plan), evaluated);
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

  /** The same where no more bytes of examples are on the heap, and the rest in files. */
  public HeapNeed within(long most) {
    return new HeapNeed(Math.min(examples, most), indices, batches, parameters);
  }

  /** All bytes, and of what. */
  public String text() {
    return String.format(
        "%d bytes of Java heap (examples %d, indices of them %d, batches %d, parameters and state"
            + " %d)",
        total(), examples, indices, batches, parameters);
  }

  /** All bytes. */
  public long total() {
    return examples + indices + batches + parameters;
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
        what + " needs at least " + text() + ", but there are " + heap + ": raise " + setting);
  }
}
