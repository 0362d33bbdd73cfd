package io.kudari.spark.ui;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.util.kvstore.KVStore;
import org.apache.spark.util.kvstore.KVStoreIterator;

/**
 * The trainings that Spark's pages show, the newest {@value #MOST} of an application, in Spark's
 * store of all that they show. Thread-safe.
 */
record Shelf(KVStore store) {

  static final int MOST = 20;

  /** By number, rising. */
  List<ShownTraining> all() {
    List<ShownTraining> all = new ArrayList<>();
    try (KVStoreIterator<ShownTraining> found =
        store.view(ShownTraining.class).closeableIterator()) {
      while (found.hasNext()) all.add(found.next());
    } catch (Exception e) {
      throw failed(e);
    }
    return all;
  }

  /** A new one, which takes the place of the oldest of those that have ended. */
  ShownTraining begin(String name) {
    synchronized (store) {
      List<ShownTraining> all = all();
      long last = all.isEmpty() ? 0 : all.get(all.size() - 1).number();
      if (all.size() >= MOST)
        all.stream().filter(ShownTraining::ended).findFirst().ifPresent(this::delete);
      ShownTraining begun = new ShownTraining(last + 1, name);
      put(begun);
      return begun;
    }
  }

  /** Instead of what was there of it. */
  void put(ShownTraining training) {
    try {
      store.write(training);
    } catch (Exception e) {
      throw failed(e);
    }
  }

  private void delete(ShownTraining training) {
    try {
      store.delete(ShownTraining.class, training.number());
    } catch (Exception e) {
      throw failed(e);
    }
  }

  private static IllegalStateException failed(Exception e) {
    return new IllegalStateException("Spark's store of what its pages show fails: " + e, e);
  }
}
