package io.kudari.train.worker;

import io.kudari.data.ExampleStore;
import io.kudari.data.Fetching;
import io.kudari.train.plan.StepRange;
import java.util.HashMap;
import java.util.Map;

/**
 * Examples of batches to come, which are fetched while others are computed. Each batch is fetched
 * once, whoever comes to it first. Not thread-safe.
 */
final class Lookahead {

  /** What has examples fetched. */
  interface Source {

    /** As {@link ExampleStore#isFetched}. */
    boolean isFetched();

    /** As {@link ExampleStore#ahead}. */
    Fetching ahead(int[] rows, int from, int to);

    /** Of a store. */
    static Source of(ExampleStore store) {
      return new Source() {
        @Override
        public boolean isFetched() {
          return store.isFetched();
        }

        @Override
        public Fetching ahead(int[] rows, int from, int to) {
          return store.ahead(rows, from, to);
        }
      };
    }
  }

  /** A worker's part of a step. */
  private record Batch(int worker, StepRange step) {}

  private final Source source;
  private final Map<Batch, Fetching> begun = new HashMap<>();

  /** Nothing is begun. */
  Lookahead(Source source) {
    this.source = source;
  }

  /** Whether there is anything to do. */
  boolean isNeeded() {
    return source.isFetched();
  }

  /** Begins to fetch a batch, unless that has begun. */
  void begin(int worker, StepRange step, int[] rows, int from, int to) {
    begun.computeIfAbsent(new Batch(worker, step), b -> source.ahead(rows, from, to));
  }

  /** Waits for a batch. */
  void await(int worker, StepRange step, int[] rows, int from, int to) {
    Fetching fetching = begun.remove(new Batch(worker, step));
    (fetching == null ? source.ahead(rows, from, to) : fetching).await();
  }

  /** Forgets the batches of all steps but two. */
  void keep(StepRange one, StepRange other) {
    begun.keySet().removeIf(b -> !b.step.equals(one) && !b.step.equals(other));
  }
}
