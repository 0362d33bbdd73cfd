package io.kudari.bench;

import io.kudari.config.Experiment;
import io.kudari.data.Examples;
import io.kudari.data.Schema;
import io.kudari.data.digits.DigitsSource;
import io.kudari.ml.KudariClassificationModel;
import io.kudari.run.Training;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.classification.MultilayerPerceptronClassificationModel;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What it takes to apply a perceptron 784-128-10 to 60,000 cached rows: by the stage of Spark ML,
 * by the same network one row at a time as Spark's own classes apply a model ({@link RowByRow}), by
 * Spark's multilayer perceptron of that shape, and what Spark needs for a column that takes
 * nothing. One after the other in every round, in another order each time, so that whatever else
 * the machine does, and what one leaves to the next, matters little. Run by {@code
 * scripts/bench-transform}.
 *
 * <p>Once all columns are asked for, then the prediction alone. Printed are medians of the rounds:
 * seconds of the clock and of tasks on processors, and how many times those of the stage they are,
 * taken within each round.
 */
public final class TransformBenchmark {

  private static final int DISTINCT = 6000;
  private static final int TIMES = 10;

  /** Rounds that do not count. */
  private static final int WARM_UP = 5;

  private static final String NETWORK =
      """
      data { train { format = digits, examples = 2000, seed = 1 }, validation = 0.1 }
      model.layers = [ { type = dense, units = 128, activation = relu }, { type = dense } ]
      train { epochs = 2, batch = 100, workers = 2, strategy = serial }
      """;

  private static final Map<String, Consumer<Dataset<Row>>> ASKED =
      new TreeMap<>(
          Map.of(
              "all columns", rows -> rows.write().format("noop").mode("overwrite").save(),
              "prediction",
                  rows -> {
                    var unused = rows.agg(functions.sum("prediction")).first();
                  }));

  /** Seconds of the clock, and of the processor by the threads of tasks. */
  private record Took(double clock, double processors) {}

  /** Time of the processor that tasks have taken. */
  private static final class Tasks extends SparkListener {

    private final AtomicLong nanos = new AtomicLong();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      nanos.addAndGet(end.taskMetrics().executorCpuTime());
    }
  }

  private TransformBenchmark() {}

  /**
   * Measures.
   *
   * @param args rounds
   */
  public static void main(String[] args) throws Exception {
    int rounds = Integer.parseInt(args[0]);
    try (SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.warehouse.dir", "target/bench/warehouse")
            .getOrCreate()) {
      spark.sparkContext().setLogLevel("ERROR");
      Tasks tasks = new Tasks();
      spark.sparkContext().addSparkListener(tasks);
      Dataset<Row> few = digits(spark);
      Map<String, UnaryOperator<Dataset<Row>>> contenders = contenders(few);
      Dataset<Row> rows = few.crossJoin(spark.range(TIMES).toDF("copy")).repartition(4).cache();
      if (rows.count() != DISTINCT * TIMES) throw new IllegalStateException("rows are missing");
      for (var asked : ASKED.entrySet()) {
        Map<String, List<Took>> took = new LinkedHashMap<>();
        contenders.keySet().forEach(name -> took.put(name, new ArrayList<>()));
        List<String> order = new ArrayList<>(contenders.keySet());
        Random random = new Random(1);
        for (int round = -WARM_UP; round < rounds; round++) {
          Collections.shuffle(order, random);
          for (String name : order) {
            UnaryOperator<Dataset<Row>> contender = contenders.get(name);
            Took once = time(spark, tasks, () -> asked.getValue().accept(contender.apply(rows)));
            if (round >= 0) took.get(name).add(once);
          }
        }
        print(asked.getKey(), took);
      }
    }
    System.exit(0);
  }

  private static Map<String, UnaryOperator<Dataset<Row>>> contenders(Dataset<Row> few)
      throws Exception {
    Path run = Files.createDirectories(Path.of("target/bench")).resolve("transform-network");
    Experiment experiment = Experiment.parse("network", NETWORK, List.of(), new Configuration());
    var unused = Training.of(experiment).folder(fresh(run).toString()).run();
    KudariClassificationModel ours = KudariClassificationModel.fromFolder(run.toString());
    MultilayerPerceptronClassificationModel spark =
        new MultilayerPerceptronClassifier()
            .setLayers(new int[] {784, 128, 10})
            .setMaxIter(2)
            .setSeed(1)
            .fit(few.limit(500));
    Map<String, UnaryOperator<Dataset<Row>>> contenders = new LinkedHashMap<>();
    contenders.put("Kudari", ours::transform);
    contenders.put("no model", rows -> rows.withColumn("prediction", functions.expr("id + label")));
    contenders.put("the same, row by row", new RowByRow(ours)::transform);
    contenders.put("Spark's perceptron", spark::transform);
    return contenders;
  }

  private static Path fresh(Path folder) throws Exception {
    if (!Files.exists(folder)) return folder;
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList())
        Files.delete(file);
    }
    return folder;
  }

  private static Dataset<Row> digits(SparkSession spark) {
    Examples all =
        new DigitsSource(DISTINCT, TrainingCase.SEED)
            .load(new Configuration(), Schema.UNKNOWN, IntStream.range(0, DISTINCT).toArray());
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < DISTINCT; i++) {
      double[] x = new double[784];
      for (int j = 0; j < 784; j++) x[j] = all.bytes()[i * 784 + j] & 0xff;
      rows.add(RowFactory.create(i, Vectors.dense(x), (double) all.labels()[i]));
    }
    StructType type =
        new StructType()
            .add("id", DataTypes.IntegerType)
            .add("features", SQLDataTypes.VectorType())
            .add("label", DataTypes.DoubleType);
    return spark.createDataFrame(rows, type);
  }

  private static Took time(SparkSession spark, Tasks tasks, Runnable work) throws TimeoutException {
    waitFor(spark);
    long before = tasks.nanos.get();
    long clock = System.nanoTime();
    work.run();
    double seconds = (System.nanoTime() - clock) / 1e9;
    waitFor(spark);
    return new Took(seconds, (tasks.nanos.get() - before) / 1e9);
  }

  /** Until listeners have heard everything. */
  private static void waitFor(SparkSession spark) throws TimeoutException {
    spark.sparkContext().listenerBus().waitUntilEmpty();
  }

  private static void print(String asked, Map<String, List<Took>> took) {
    List<Took> ours = took.values().iterator().next();
    System.out.println(asked);
    took.forEach(
        (name, times) -> {
          double[] clock = new double[times.size()];
          double[] processors = new double[times.size()];
          Arrays.setAll(clock, r -> times.get(r).clock() / ours.get(r).clock());
          Arrays.setAll(processors, r -> times.get(r).processors() / ours.get(r).processors());
          System.out.printf(
              "  %-22s %.2f s, %.2f s of processors: %.1f x, %.1f x%n",
              name,
              median(times.stream().mapToDouble(Took::clock).toArray()),
              median(times.stream().mapToDouble(Took::processors).toArray()),
              median(clock),
              median(processors));
        });
  }

  private static double median(double[] values) {
    return Series.median(Arrays.stream(values).boxed().toList());
  }
}
