package io.kudari.bench;

import io.kudari.cli.TestCluster;
import io.kudari.collective.LinkChoice;
import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.data.digits.DigitsSource;
import io.kudari.engine.program.ProgramModel;
import io.kudari.model.ModelSpec;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.schedule.ScheduleSpec;
import io.kudari.spark.DriverWorkers;
import io.kudari.spark.OneAttempt;
import io.kudari.spark.SparkStart;
import io.kudari.spark.cluster.RankSlots;
import io.kudari.train.DataPlan;
import io.kudari.train.Loops;
import io.kudari.train.Plans;
import io.kudari.train.TrainingLoop;
import io.kudari.train.TrainingPlan;
import io.kudari.train.Workers;
import io.kudari.train.algorithm.ParameterAveraging;
import io.kudari.train.plan.LocalSlots;
import io.kudari.train.worker.SerialWorkers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileUtil;
import org.apache.spark.api.java.JavaSparkContext;

/** The child JVM that trains with one of this project's strategies and prints its {@link Rate}. */
final class TrainingProcess {

  /** The master of a standalone cluster that lives as long as the training. */
  static final String CLUSTER = "cluster";

  private final TrainingCase problem;
  private final LinkChoice link;
  private final ModelSpec model;
  private final DataPlan data;
  private final SteadyState state;

  private TrainingProcess(TrainingCase problem, LinkChoice link, SteadyState state)
      throws Exception {
    this.problem = problem;
    this.link = link;
    this.model = new ProgramModel(BenchNetworks.ALL.get(TrainingCase.MODELS.get(problem.model())));
    this.data =
        DataPlan.of(
            new DataPlan.Sources(
                new DigitsSource(TrainingCase.EXAMPLES, TrainingCase.SEED), null, 0),
            new Configuration(),
            problem.workers(),
            TrainingCase.SEED);
    this.state = state;
  }

  /**
   * Trains.
   *
   * @param args the case; seconds to warm up and to measure; the strategy; and for all but {@code
   *     serial} Spark's master or {@value #CLUSTER}, ranks, threads of a rank, and how ranks
   *     exchange
   */
  public static void main(String[] args) {
    try {
      run(args);
      System.exit(0);
    } catch (Exception | Error e) {
      e.printStackTrace();
      // After a barrier stage a timer of Spark's would keep a process alive whose main has ended.
      System.exit(1);
    }
  }

  private static void run(String[] args) throws Exception {
    TrainingCase problem = TrainingCase.parse(Arrays.asList(args));
    SteadyState state =
        new SteadyState(
            problem.globalBatch(), Double.parseDouble(args[3]), Double.parseDouble(args[4]));
    LinkChoice link = args[5].equals("serial") ? LinkChoice.AUTO : LinkChoice.valueOf(args[9]);
    TrainingProcess process = new TrainingProcess(problem, link, state);
    if (args[5].equals("serial")) {
      process.serial();
    } else {
      process.onSpark(args[5], args[6], Integer.parseInt(args[7]), Integer.parseInt(args[8]));
    }
    state.rate().print();
  }

  private void serial() throws Exception {
    train(new SerialWorkers(model, data, new Configuration(), TrainingCase.SEED, state));
  }

  private void train(Workers workers) {
    try (workers) {
      TrainingLoop.Result unused = Loops.fresh(model, data, plan(), workers, state).run("bench");
    }
  }

  private void onSpark(String strategy, String master, int ranks, int threads) throws Exception {
    if (!master.equals(CLUSTER)) {
      Map<String, String> settings = Map.of("spark.task.cpus", String.valueOf(threads));
      onSpark(strategy, ranks, SparkStart.start("kudari bench", master, settings));
      return;
    }
    Path logs = Files.createTempDirectory(Path.of("target/bench"), "cluster-");
    try (TestCluster cluster = new TestCluster(logs, ranks, Map.of())) {
      Map<String, String> settings = new HashMap<>();
      // The executors run on this machine, from the same class path.
      settings.put("spark.executor.extraClassPath", System.getProperty("java.class.path"));
      // Both compilers: the clusters of tests leave out the second, which short runs do not need.
      settings.put("spark.executor.extraJavaOptions", "-XX:TieredStopAtLevel=4");
      settings.put("spark.executor.cores", "1");
      settings.put("spark.cores.max", String.valueOf(ranks));
      onSpark(strategy, ranks, SparkStart.start("kudari bench", cluster.url, settings));
    }
    // What the processes logged is of use only when something failed.
    FileUtil.fullyDelete(logs.toFile());
  }

  private void onSpark(String strategy, int ranks, JavaSparkContext started) throws Exception {
    try (JavaSparkContext spark = started) {
      var asked = new RankSlots.Asked(ranks, 0, problem.workers());
      RankSlots slots = RankSlots.of(spark, asked, System.err::println);
      if (strategy.equals("driver")) {
        train(new DriverWorkers(spark, model, data, slots.ranks(), TrainingCase.SEED, state));
        return;
      }
      TrainingPlan plan =
          strategy.equals("averaging")
              ? plan().by(new ParameterAveraging(ScheduleSpec.CONSTANT, LocalSlots.AVERAGE))
              : plan();
      TrainingLoop.Result unused =
          OneAttempt.run(
              spark, model, data, plan, slots.ranks(), slots.threads(), link, state, state);
    }
  }

  private TrainingPlan plan() {
    return Plans.of(
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
