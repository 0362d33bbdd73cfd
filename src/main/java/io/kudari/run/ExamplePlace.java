package io.kudari.run;

import io.kudari.data.ExampleMemory;
import io.kudari.data.StoreWriter;
import io.kudari.spark.SparkStart;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where work that is no training keeps examples: on the heap up to a share, then in files.
 *
 * @param memory of the heap, {@code data.memory}
 * @param folder on a local disk, {@code spark.local.dir}
 */
public record ExamplePlace(ExampleMemory memory, Path folder) {

  /** Where nothing is said of it. */
  public static final ExamplePlace USUAL =
      new ExamplePlace(ExampleMemory.QUARTER, SparkStart.folder(Map.of()));

  /** Where settings say. */
  public static ExamplePlace of(ExampleMemory memory, SparkSettings spark) {
    return new ExamplePlace(memory, spark.folder());
  }

  /** Room for examples, of which nothing is taken. */
  public StoreWriter.Room room() {
    return new StoreWriter.Room(memory.of(Runtime.getRuntime().maxMemory()), folder);
  }
}
