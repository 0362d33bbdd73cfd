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

  /** Starts Spark. The caller closes it. */
  JavaSparkContext start(String name) {
    boolean submitted = System.getProperty("spark.master") != null;
    return SparkStart.start(name, master == null && !submitted ? "local[*]" : master, conf);
  }

  /** Hadoop's configuration, with what {@code spark.hadoop.*} sets. */
  Configuration hadoop() {
    return SparkStart.hadoop(conf);
  }
}
