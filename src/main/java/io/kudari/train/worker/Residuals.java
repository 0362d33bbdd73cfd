package io.kudari.train.worker;

import io.kudari.state.StateReader;
import io.kudari.state.StateWriter;
import io.kudari.state.Stateful;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What lossy codes keep of the workers that one loop hosts, as state: it is a worker's, so any
 * ranks can go on with it.
 *
 * @param first the first hosted worker
 * @param workers number of all workers
 * @param kept gives it by hosted worker, copied
 * @param keep takes it over
 */
public record Residuals(
    int first, int workers, Supplier<float[][][]> kept, Consumer<float[][][]> keep)
    implements Stateful {

  private static final String OF_WORKER = "of";

  /** Of a range of workers. */
  static Residuals of(WorkerRange range, int workers) {
    return new Residuals(range.first(), workers, range::residuals, range::residuals);
  }

  @Override
  public String name() {
    return "residuals";
  }

  @Override
  public void save(StateWriter to) {
    float[][][] own = kept.get();
    to.hosts(own.length, workers);
    for (int i = 0; i < own.length; i++) to.ofWorker(OF_WORKER, first + i, own[i]);
  }

  @Override
  public void restore(StateReader from) {
    float[][][] all = new float[workers][][];
    for (int v = 0; v < workers; v++) all[v] = from.ofWorker(OF_WORKER, v);
    keep.accept(Arrays.copyOfRange(all, first, first + kept.get().length));
  }
}
