package io.kudari.spark.cluster;

import java.nio.file.Path;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;

/** The folder for temporary use that Spark has on a local disk, and removes when it ends. */
public final class SparkFolder {

  private SparkFolder() {}

  /** Of the driver; the first where there are several. */
  public static Path of(JavaSparkContext spark) {
    return of(spark.sc().env());
  }

  /** Of this process, in which a task runs. */
  public static Path here() {
    return of(SparkEnv.get());
  }

  private static Path of(SparkEnv env) {
    return Path.of(env.blockManager().diskBlockManager().localDirsString()[0]);
  }
}
