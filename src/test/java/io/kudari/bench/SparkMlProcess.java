package io.kudari.bench;

import io.kudari.data.DigitsSource;
import io.kudari.data.Examples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The child JVM that trains Spark ML's MultilayerPerceptronClassifier (sigmoid units, double
 * precision) by full-batch gradient descent on local threads. Its step is a pass over the whole
 * data, so it is compared by examples processed a second alone. A whole second fit is measured: its
 * start, some tenths of a second, is included.
 */
final class SparkMlProcess {

  private static final int FEW = 4;

  private SparkMlProcess() {}

  /**
   * Trains.
   *
   * @param args the case (not LeNet), seconds to warm up (one fit, however long) and to measure
   */
  public static void main(String[] args) throws Exception {
    TrainingCase problem = TrainingCase.parse(Arrays.asList(args));
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[" + problem.workers() + "]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.warehouse.dir", "target/bench/warehouse")
            .getOrCreate()) {
      spark.sparkContext().setLogLevel("WARN");
      Dataset<Row> data = data(spark).repartition(problem.workers()).cache();
      long examples = data.count();
      double few = fit(data, problem, FEW);
      int iterations = Math.max(FEW, (int) (Double.parseDouble(args[4]) / few * FEW));
      double seconds = fit(data, problem, iterations);
      Rate.of(examples * iterations, (long) (seconds * 1e9), Double.NaN).print();
    }
    System.exit(0);
  }

  /** Seconds of a fit of so many iterations. */
  private static double fit(Dataset<Row> data, TrainingCase problem, int iterations) {
    MultilayerPerceptronClassifier classifier =
        new MultilayerPerceptronClassifier()
            .setLayers(new int[] {784, problem.hidden(), problem.hidden(), 10})
            .setSolver("gd")
            .setBlockSize(problem.batch())
            .setStepSize(TrainingCase.RATE)
            .setTol(0)
            .setSeed(TrainingCase.SEED)
            .setMaxIter(iterations);
    long start = System.nanoTime();
    if (classifier.fit(data).weights().size() == 0) throw new IllegalStateException("no weights");
    return (System.nanoTime() - start) / 1e9;
  }

  private static Dataset<Row> data(SparkSession spark) {
    int count = 1024;
    Examples all =
        new DigitsSource(TrainingCase.EXAMPLES, TrainingCase.SEED)
            .load(new Configuration(), IntStream.range(0, count).toArray());
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double[] x = new double[784];
      for (int j = 0; j < 784; j++) x[j] = (all.bytes()[i * 784 + j] & 0xff) / 255.0;
      rows.add(RowFactory.create(Vectors.dense(x), (double) all.labels()[i]));
    }
    StructType type =
        new StructType()
            .add("features", SQLDataTypes.VectorType())
            .add("label", DataTypes.DoubleType);
    return spark.createDataFrame(rows, type);
  }
}
