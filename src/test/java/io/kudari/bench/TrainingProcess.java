package io.kudari.bench;

import io.kudari.data.DigitsSource;
import io.kudari.data.Normalizer;
import io.kudari.engine.Engine;
import io.kudari.model.ModelSpec;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.spark.AllReduce;
import io.kudari.spark.DriverWorkers;
import io.kudari.spark.RankSlots;
import io.kudari.spark.SparkStart;
import io.kudari.train.DataPlan;
import io.kudari.train.Normalization;
import io.kudari.train.SerialWorkers;
import io.kudari.train.TrainingLoop;
import io.kudari.train.TrainingPlan;
import io.kudari.train.Workers;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/** The child JVM that trains with one of this project's strategies and prints its {@link Rate}. */
final class TrainingProcess {

  private TrainingProcess() {}

  /**
   * Trains.
   *
   * @param args the case; seconds to warm up and to measure; the strategy; and for all but {@code
   *     serial} Spark's master, ranks and threads of a rank
   */
  public static void main(String[] args) throws Exception {
    List<String> all = Arrays.asList(args);
    TrainingCase problem = TrainingCase.parse(all);
    SteadyState state = new SteadyState(Double.parseDouble(args[3]), Double.parseDouble(args[4]));
    ModelSpec model =
        Engine.AUTO.model(BenchNetworks.ALL.get(TrainingCase.MODELS.get(problem.model())));
    DataPlan data = data(problem);
    if (args[5].equals("serial")) {
      Workers workers =
          new SerialWorkers(model, data, new Configuration(), TrainingCase.SEED, state);
      train(model, data, problem, workers, state);
    } else {
      int ranks = Integer.parseInt(args[7]);
      int threads = Integer.parseInt(args[8]);
      try (JavaSparkContext spark =
          SparkStart.start("kudari bench", args[6], settings(args[6], ranks, threads))) {
        RankSlots slots = RankSlots.of(spark, ranks, problem.workers());
        if (args[5].equals("driver")) {
          Workers workers =
              new DriverWorkers(spark, model, data, slots.ranks(), TrainingCase.SEED, state);
          train(model, data, problem, workers, state);
        } else {
          AllReduce.run(
              spark, model, data, plan(problem), slots.ranks(), slots.threads(), state, state);
        }
      }
    }
    state.rate().print();
    System.exit(0);
  }

  private static Map<String, String> settings(String master, int ranks, int threads) {
    Map<String, String> settings = new HashMap<>();
    settings.put("spark.task.cpus", String.valueOf(threads));
    if (!master.startsWith("local")) {
      // The executors run on this machine, from the same class path.
      settings.put("spark.executor.extraClassPath", System.getProperty("java.class.path"));
      settings.put("spark.executor.cores", String.valueOf(threads));
      settings.put("spark.cores.max", String.valueOf(ranks * threads));
      settings.put("spark.driver.host", "127.0.0.1");
    }
    return settings;
  }

  private static void train(
      ModelSpec model, DataPlan data, TrainingCase problem, Workers workers, SteadyState state) {
    try (workers) {
      TrainingLoop.Result unused =
          new TrainingLoop(model, data, plan(problem), workers, state).run("bench");
    }
  }

  private static DataPlan data(TrainingCase problem) throws Exception {
    return DataPlan.of(
        new DataPlan.Sources(new DigitsSource(TrainingCase.EXAMPLES, TrainingCase.SEED), null, 0),
        new Configuration(),
        problem.workers(),
        TrainingCase.SEED);
  }

  private static TrainingPlan plan(TrainingCase problem) {
    return new TrainingPlan(
        TrainingCase.SEED,
        1_000_000,
        problem.globalBatch(),
        true,
        new Normalization(Normalizer.Method.SCALE, Normalizer.Per.ALL, 255),
        OptimizerSpec.parse(
            Map.of(
                "name", "momentum",
                "learning-rate", TrainingCase.RATE,
                "momentum", TrainingCase.MOMENTUM)),
        TrainingPlan.Schedules.CONSTANT,
        BatchRule.NONE,
        problem.globalBatch(),
        null);
  }
}
