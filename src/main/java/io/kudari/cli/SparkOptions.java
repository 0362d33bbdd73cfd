package io.kudari.cli;

import io.kudari.spark.SparkStart;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import picocli.CommandLine.Option;

/** Options of every command that uses Spark or a file system. */
final class SparkOptions {

  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "Spark's master, such as local[2] or spark://host:7077 (default: spark-submit's, else"
              + " local[*]).")
  private String master;

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description =
          "A setting of Spark, such as spark.executor.memory=4g or"
              + " spark.hadoop.fs.defaultFS=hdfs://host; may be repeated.")
  private Map<String, String> conf = new LinkedHashMap<>();

  /**
   * Checks, before anything is read, that Spark can start.
   *
   * @throws io.kudari.data.DataException when the heap is too small for it
   * @throws io.kudari.spark.RankSlots.UnsuitableException when its master or a setting is no use
   */
  void check() {
    SparkStart.check(url(), conf);
  }

  /** Starts Spark for one job a step: every core is a slot. The caller closes it. */
  JavaSparkContext start() {
    return SparkStart.start("kudari", url(), conf);
  }

  /**
   * Starts Spark for ranks. In local mode a rank gets its share of the cores as threads, unless
   * {@code spark.task.cpus} says otherwise. The caller closes it.
   *
   * @param ranks asked for, or 0
   */
  JavaSparkContext startRanks(int ranks) {
    Map<String, String> settings = new LinkedHashMap<>(conf);
    int cores = SparkStart.localCores(url());
    if (cores > 0)
      settings.putIfAbsent(
          "spark.task.cpus", String.valueOf(Math.max(1, cores / Math.max(1, ranks))));
    return SparkStart.startForRanks("kudari", url(), settings);
  }

  /** Whether Spark would run in this process. */
  boolean isLocal() {
    String url = url();
    String where = url != null ? url : System.getProperty("spark.master");
    return SparkStart.localCores(where) > 0;
  }

  /** What to give Spark as its master, or null to leave it to {@code spark-submit}. */
  private String url() {
    boolean submitted = System.getProperty("spark.master") != null;
    return master == null && !submitted ? "local[*]" : master;
  }

  /** Hadoop's configuration, with what {@code spark.hadoop.*} sets. */
  Configuration hadoop() {
    return SparkStart.hadoop(conf);
  }
}
