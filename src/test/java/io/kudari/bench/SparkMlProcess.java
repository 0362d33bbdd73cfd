package io.kudari.bench;

import io.kudari.data.Examples;
import io.kudari.data.Schema;
import io.kudari.data.digits.DigitsSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.collection.JavaConverters;

/**
 * The child JVM that trains Spark ML's MultilayerPerceptronClassifier (sigmoid units, double
 * precision) on local threads by its default, L-BFGS over the whole data. A line search may ask for
 * the loss and its gradient several times an iteration; each of these passes over the data counts,
 * and the time from the start of the first to the end of the last is measured.
 */
final class SparkMlProcess {

  /** Examples of the data set: at some thousands a second, a pass takes about a second. */
  private static final int EXAMPLES = 2048;

  private static final int FEW = 3;

  private SparkMlProcess() {}

  /** Spark's jobs that compute the loss and its gradient on all examples, one a pass. */
  private static final class Passes extends SparkListener {

    private final Map<Integer, Long> begun = new HashMap<>();
    private final List<long[]> spans = new ArrayList<>();

    @Override
    public synchronized void onJobStart(SparkListenerJobStart job) {
      boolean pass =
          JavaConverters.seqAsJavaList(job.stageInfos()).stream()
              .anyMatch(stage -> stage.name().startsWith("treeAggregate at LBFGS"));
      if (pass) begun.put(job.jobId(), job.time());
    }

    @Override
    public synchronized void onJobEnd(SparkListenerJobEnd job) {
      Long start = begun.remove(job.jobId());
      if (start != null) spans.add(new long[] {start, job.time()});
    }

    /** Those that began at or after a time in milliseconds of the clock. */
    synchronized Rate since(long time) {
      List<long[]> counted = spans.stream().filter(span -> span[0] >= time).toList();
      if (counted.isEmpty()) throw new IllegalStateException("no pass over the data was seen");
      long took = counted.get(counted.size() - 1)[1] - counted.get(0)[0];
      return Rate.of((long) EXAMPLES * counted.size(), took * 1_000_000, Double.NaN);
    }
  }

  /**
   * Trains.
   *
   * @param args the case (not LeNet), seconds to warm up (one fit, however long) and to measure
   */
  public static void main(String[] args) throws Exception {
    TrainingCase problem = TrainingCase.parse(Arrays.asList(args));
    Passes passes = new Passes();
    long measured;
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[" + problem.workers() + "]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.warehouse.dir", "target/bench/warehouse")
            .getOrCreate()) {
      spark.sparkContext().setLogLevel("ERROR");
      spark.sparkContext().addSparkListener(passes);
      Dataset<Row> data = data(spark).repartition(problem.workers()).cache();
      if (data.count() != EXAMPLES) throw new IllegalStateException("examples are missing");
      double few = fit(data, problem, FEW);
      int iterations = Math.max(FEW, (int) (Double.parseDouble(args[4]) / few * FEW));
      measured = System.currentTimeMillis();
      fit(data, problem, iterations);
    }
    // Spark has told its listeners everything once it has stopped.
    passes.since(measured).print();
    System.exit(0);
  }

  /** Seconds of a fit of so many iterations. */
  private static double fit(Dataset<Row> data, TrainingCase problem, int iterations) {
    MultilayerPerceptronClassifier classifier =
        new MultilayerPerceptronClassifier()
            .setLayers(new int[] {784, problem.hidden(), problem.hidden(), 10})
            .setBlockSize(problem.batch())
            .setTol(0)
            .setSeed(TrainingCase.SEED)
            .setMaxIter(iterations);
    long start = System.nanoTime();
    if (classifier.fit(data).weights().size() == 0) throw new IllegalStateException("no weights");
    return (System.nanoTime() - start) / 1e9;
  }

  private static Dataset<Row> data(SparkSession spark) {
    Examples all =
        new DigitsSource(TrainingCase.EXAMPLES, TrainingCase.SEED)
            .load(new Configuration(), Schema.UNKNOWN, IntStream.range(0, EXAMPLES).toArray());
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < EXAMPLES; i++) {
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
