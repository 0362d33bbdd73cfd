package io.kudari.cli;

import io.kudari.run.SparkSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
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

  /** Whether a master is named: here, or one that is no local one by {@code spark-submit}. */
  boolean isAsked() {
    return master != null || !System.getProperty("spark.master", "local").startsWith("local");
  }

  /**
   * For a command that uses file systems alone.
   *
   * @throws CommandException when a master is named here, which would be ignored
   */
  void refuseMaster(String command) {
    if (master != null)
      throw new CommandException(
          ExitCode.USAGE, command + " works in this process: it goes without --master");
  }

  /** Tells the user what takes long. */
  static void say(String line) {
    System.err.println("kudari: " + line);
  }

  /** How Spark is to be started. */
  SparkSettings settings() {
    conf.forEach(SparkOptions::requireKey);
    return new SparkSettings(master, conf);
  }

  private static void requireKey(String key, String value) {
    if (key.isBlank())
      throw new CommandException(
          ExitCode.USAGE, "--conf must be KEY=VALUE, not '" + key + "=" + value + "'");
    if (key.equals("spark.master"))
      throw new CommandException(
          ExitCode.USAGE, "--conf spark.master=" + value + ": use --master " + value);
  }

  /** Hadoop's configuration, with what {@code spark.hadoop.*} sets. */
  Configuration hadoop() {
    return settings().hadoop();
  }
}
