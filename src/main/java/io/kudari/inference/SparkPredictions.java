package io.kudari.inference;

import io.kudari.data.file.PartsFolder;
import io.kudari.spark.data.SetPass;
import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/** Predictions that tasks have made, which lie on the disks of executors until it is closed. */
public final class SparkPredictions implements AutoCloseable {

  private final SetPass made;
  private final Predictions table;
  private final JavaSparkContext spark;

  SparkPredictions(SetPass made, Predictions table, JavaSparkContext spark) {
    this.made = made;
    this.table = table;
    this.spark = spark;
  }

  /** Brings the rows of a CSV here, in order, without its first line. */
  public void rows(LocalInference.Taker<String> taker) throws IOException {
    made.forEach(
        (first, count, content) ->
            taker.take(table.rows(first, count, PredictPass.outputs(content))));
  }

  /**
   * Has tasks write a folder of Parquet files, a part of the rows each, and {@code _SUCCESS}, as
   * Spark leaves it. It appears when all is written.
   *
   * @param replaces whether it may replace a file, or a folder of such files
   * @throws IOException when it cannot be written, or executors write elsewhere; one line
   */
  public void parquet(Path folder, boolean replaces) throws IOException {
    var conf = new SerializableConfiguration(spark.hadoopConfiguration());
    try (PartsFolder parts = PartsFolder.begin(folder, replaces, conf.value())) {
      made.write(new ParquetParts(table, parts.temporary().toUri(), conf));
      parts.finish(made.parts());
    }
  }

  @Override
  public void close() {
    made.close();
  }
}
