package io.kudari.state;

import io.kudari.math.Slice;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** Collects the state of one loop. Not thread-safe. */
public final class StateWriter {

  private final Slice own;
  private final String path;
  private final Collected all;

  /** What all paths write to. */
  private static final class Collected {
    private final SortedMap<String, double[]> numbers = new TreeMap<>();
    private final SortedMap<String, Tensor> tensors = new TreeMap<>();
    private int hosted;
    private int workers;
  }

  /**
   * Of a loop.
   *
   * @param own the slice that it updates
   */
  public StateWriter(Slice own) {
    this(own, "", new Collected());
  }

  private StateWriter(Slice own, String path, Collected all) {
    this.own = own;
    this.path = path;
    this.all = all;
  }

  /** A writer of what is under a name. */
  public StateWriter within(String name) {
    return new StateWriter(own, path + name + "/", all);
  }

  /** Lets something write itself under its name. */
  public void save(Stateful stateful) {
    stateful.save(within(stateful.name()));
  }

  /** Writes numbers, which all loops have alike. */
  public void numbers(String name, double... values) {
    put(all.numbers, name, values.clone());
  }

  /**
   * Writes the own slices of vectors.
   *
   * @param slices each of the slice's length; taken over
   */
  public void slices(String name, float[][] slices) {
    for (int k = 0; k < slices.length; k++) {
      if (slices[k].length != own.size()) {
        throw new IllegalArgumentException(
            path + name + " has " + slices[k].length + " values, the slice " + own.size());
      }
      put(all.tensors, numbered(name, k), new Tensor(Scope.SLICED, slices[k]));
    }
  }

  /** Writes a vector that all loops have alike; taken over. */
  public void replicated(String name, float[] data) {
    put(all.tensors, name, new Tensor(Scope.REPLICATED, data));
  }

  /**
   * Says whose vectors of scope PER_WORKER this loop writes.
   *
   * @param count how many workers it hosts
   * @param of all
   */
  public void hosts(int count, int of) {
    all.hosted = count;
    all.workers = of;
  }

  /** Writes vectors of a worker that this loop {@link #hosts}; taken over. */
  public void ofWorker(String name, int worker, float[][] vectors) {
    for (int k = 0; k < vectors.length; k++) {
      String of = numbered(ofWorker(name, worker), k);
      put(all.tensors, of, new Tensor(Scope.PER_WORKER, vectors[k]));
    }
  }

  static String numbered(String name, int k) {
    return String.format(Locale.ROOT, "%s/%04d", name, k);
  }

  static String ofWorker(String name, int worker) {
    return String.format(Locale.ROOT, "%s/worker-%05d", name, worker);
  }

  private <T> void put(SortedMap<String, T> map, String name, T value) {
    if (map.put(path + name, value) != null)
      throw new IllegalStateException(path + name + " is written twice");
  }

  /** All that has been written, by all paths. */
  public State state() {
    return new State(all.numbers, all.tensors, all.hosted, all.workers);
  }
}
