package io.kudari.run;

import io.kudari.data.SetReader;
import io.kudari.data.SourceReader;
import io.kudari.spark.SparkStart;
import io.kudari.spark.cluster.RankSlots;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/** Where a training gets Spark from, when its strategy needs it. */
interface SparkSource {

  /** Whether Spark runs, or would run, in this process. */
  boolean isLocal();

  /**
   * The same where Spark reads tables, which sends classes of its own: it names not all of them.
   */
  default SparkSource forTables() {
    return this;
  }

  /** Whether it runs already. */
  default boolean isGiven() {
    return false;
  }

  /** What a training may use of this process's memory. */
  default HeapCheck.Room room() {
    return new HeapCheck.Room(1, HeapCheck.HERE);
  }

  /** Where examples lie that the heap has no room for. */
  default Path folder() {
    return SparkStart.folder(Map.of());
  }

  /** Hadoop's configuration. */
  Configuration hadoop();

  /**
   * Checks, before anything is read, that Spark can start.
   *
   * @throws io.kudari.data.DataException when the heap is too small for it
   * @throws RankSlots.UnsuitableException when its master or a setting is no use
   */
  default void check() {}

  /**
   * How many threads the ranks would have if they were one in this process, which needs no Spark; 0
   * when they may be more, or elsewhere, or Spark has been told how they are to be.
   *
   * @param ranks asked for, or 0
   * @param threads of each asked for, or 0
   */
  default int threadsAlone(int ranks, int threads) {
    return 0;
  }

  /**
   * The ranks that there would be, where that is known before Spark starts.
   *
   * @throws RankSlots.UnsuitableException when there is no room for them
   */
  default Optional<RankSlots> ranks(RankSlots.Asked asked) {
    return Optional.empty();
  }

  /** How many tasks a job would have, or 0 where that is not known before Spark starts. */
  default int tasks() {
    return 0;
  }

  /**
   * What reads the sets of a training.
   *
   * @param here reads what needs no Spark
   */
  default SetReader reader(SourceReader here) {
    return here;
  }

  /** Spark for one job a step: every core is a slot. */
  Session forTasks();

  /**
   * Spark for ranks in a barrier stage.
   *
   * @param ranks asked for, or 0
   * @param threads of each asked for, or 0
   */
  Session forRanks(int ranks, int threads);

  /**
   * A context, for as long as a training needs it.
   *
   * @param own whether it was started for the training, and ends with it
   */
  record Session(JavaSparkContext context, boolean own) implements AutoCloseable {

    @Override
    public void close() {
      if (own) context.close();
    }
  }
}
