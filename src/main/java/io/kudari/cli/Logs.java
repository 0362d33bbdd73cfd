package io.kudari.cli;

import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;

/**
 * What libraries log on the terminal. Of a failure they tell the same as our one line, with traces
 * around it, so they are silent unless traces are asked for.
 */
final class Logs {

  private static final List<String> SILENT =
      List.of(
          "org.apache.spark",
          "org.apache.hadoop",
          "org.apache.parquet",
          "org.sparkproject",
          "io.netty",
          "org.nd4j",
          "org.deeplearning4j");

  /** Warnings about settings, which nobody else gives. */
  private static final List<String> TELLING =
      List.of(
          "org.apache.spark.SparkConf",
          "org.apache.spark.SparkEnv",
          "org.apache.spark.SecurityManager");

  private Logs() {}

  /** Silences them for this process. */
  static void quiet() {
    SILENT.forEach(name -> Configurator.setLevel(name, Level.OFF));
    TELLING.forEach(name -> Configurator.setLevel(name, Level.WARN));
  }
}
