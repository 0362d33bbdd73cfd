package io.kudari.train.worker;

import io.kudari.data.DataException;
import io.kudari.model.ModelSpec;
import io.kudari.train.DataPlan;
import io.kudari.train.TrainingPlan;

/**
 * The least memory outside the Java heap that one process needs, as {@link HeapNeed} is within: the
 * arrays that native code works on. JavaCPP refuses more than a limit, which is as large as the
 * heap unless set otherwise; what ND4J takes is not among it.
 *
 * @param models bytes of what the models that compute at once have whatever the batch
 * @param batches bytes of what they have for their batches
 * @param limited whether JavaCPP's limit holds for them
 */
public record NativeNeed(long models, long batches, boolean limited) {

  /**
   * Of training.
   *
   * @param threads that compute at once, each with a model of its own
   */
  public static NativeNeed of(DataPlan data, ModelSpec model, TrainingPlan plan, int threads) {
    return of(model, threads, HeapNeed.trained(data, plan), HeapNeed.evaluated(data));
  }

  /**
   * Of models that compute at once.
   *
   * @param trained most examples of a batch whose gradient is computed
   * @param evaluated most examples of a batch whose outputs alone are computed
   */
  public static NativeNeed of(ModelSpec model, int threads, int trained, int evaluated) {
    ModelSpec.Outside each = model.outside();
    long batch = Math.max(trained * each.trained(), evaluated * each.evaluated());
    return new NativeNeed(threads * each.fixed(), threads * batch, each.limited());
  }

  /**
   * Compares it and the heap's with the memory of this machine.
   *
   * @param what needs it
   * @param heap what the same process needs of its heap
   * @param machine bytes that a process may have, those on disk included
   * @throws DataException when it is too little; one line
   */
  public void checkMachine(String what, HeapNeed heap, long machine) {
    if (total() + heap.total() <= machine) return;
    throw new DataException(
        String.format(
            "%s needs at least %d bytes of memory (Java heap %d, outside of it %d), but this"
                + " machine has %d: lower train.batch or the number of threads, or train on more"
                + " machines",
            what, total() + heap.total(), heap.total(), total(), machine));
  }

  /** All bytes. */
  public long total() {
    return models + batches;
  }

  /** All bytes, and of what. */
  public String text() {
    return "%d bytes outside the Java heap (models %d, batches %d)"
        .formatted(total(), models, batches);
  }

  /**
   * Compares it with JavaCPP's limit.
   *
   * @param what needs it
   * @param most bytes, or 0 for no limit
   * @param setting what to raise
   * @throws DataException when it is too little; one line
   */
  public void check(String what, long most, String setting) {
    if (!limited || most == 0 || total() <= most) return;
    throw new DataException(
        String.format(
            "%s needs at least %s, but there may be %d, as many as the heap has unless"
                + " org.bytedeco.javacpp.maxbytes says otherwise: raise %s",
            what, text(), most, setting));
  }
}
