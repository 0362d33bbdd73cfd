package io.kudari.compare;

import io.kudari.config.ConfigurationException;
import io.kudari.config.Experiment;
import io.kudari.data.Batches;
import io.kudari.data.DataException;
import io.kudari.data.Normalizer;
import io.kudari.engine.dl4j.DataSetForm;
import io.kudari.engine.dl4j.Dl4jTraining;
import io.kudari.event.StepTimes;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.math.VectorSource;
import io.kudari.model.NetworkSpec;
import io.kudari.optim.noise.ShardNorms;
import io.kudari.state.StateReader;
import io.kudari.state.StateWriter;
import io.kudari.train.Algorithm;
import io.kudari.train.AlgorithmSpec;
import io.kudari.train.DataPlan;
import io.kudari.train.GradientSum;
import io.kudari.train.Request;
import io.kudari.train.TrainingPlan;
import io.kudari.train.Workers;
import io.kudari.train.plan.BatchSchedule;
import io.kudari.train.plan.StepRange;
import io.kudari.train.worker.WorkerData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.api.RDDTrainingApproach;
import org.deeplearning4j.spark.api.Repartition;
import org.deeplearning4j.spark.api.TrainingHook;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.spark.impl.paramavg.ParameterAveragingTrainingMaster;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Deeplearning4j's parameter averaging on Spark in the place of an algorithm: a step is a round of
 * local steps, as of our averaging: a call of {@code SparkDl4jMultiLayer.fit} on exactly the
 * batches between two averagings. It keeps the state of its updaters to itself.
 *
 * <p>For the driver of the strategy {@code driver}, whose workers evaluate; a value of one training
 * that does not travel.
 */
final class Dl4jAveraging implements AlgorithmSpec {

  private static final long serialVersionUID = 1;

  /** The name in events. */
  static final String NAME = "dl4j-parameter-averaging";

  private final AveragingSettings settings;
  private final transient Experiment experiment;
  private final transient NetworkSpec network;
  private final transient JavaSparkContext spark;
  private final transient BooleanSupplier stop;

  /**
   * Of one training.
   *
   * @param spark where it runs, with ND4J's registrator
   * @param stop asked after each averaging whether to end
   */
  Dl4jAveraging(
      AveragingSettings settings,
      Experiment experiment,
      NetworkSpec network,
      JavaSparkContext spark,
      BooleanSupplier stop) {
    this.settings = settings;
    this.experiment = experiment;
    this.network = network;
    this.spark = spark;
    this.stop = stop;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String engine() {
    return "engine dl4j: Deeplearning4j's own trainer; kudari evaluates";
  }

  @Override
  public String obstacle(TrainingPlan plan) {
    return "Deeplearning4j's trainer keeps the state of its updaters to itself";
  }

  @Override
  public Algorithm open(Algorithm.Context context) {
    return new Fit(context);
  }

  /** The training examples of each worker, in the order of its first epoch, batch by batch. */
  private List<List<float[][]>> batches(Normalizer normalizer) {
    try {
      DataPlan plan =
          DataPlan.of(
              experiment.data(),
              spark.hadoopConfiguration(),
              settings.workers(),
              experiment.plan().seed());
      WorkerData.Part train =
          WorkerData.load(plan, spark.hadoopConfiguration(), 0, settings.workers()).train();
      Batches examples = new Batches(train.examples(), normalizer);
      List<List<float[][]>> all = new ArrayList<>();
      for (int v = 0; v < settings.workers(); v++) {
        int[] own = train.rows()[v];
        int[] order = plan.sampler().order(0, v, i -> train.examples().label(own[i]));
        for (int i = 0; i < order.length; i++) order[i] = own[order[i]];
        all.add(Dl4jTraining.batches(network, examples, order, settings.batch()));
      }
      return all;
    } catch (IOException e) {
      throw new DataException("the examples cannot be read: " + e.getMessage(), e);
    }
  }

  private ParameterAveragingTrainingMaster master(TrainingHook hook) {
    return new ParameterAveragingTrainingMaster.Builder(settings.workers(), settings.batch())
        .batchSizePerWorker(settings.batch())
        .averagingFrequency(settings.frequency())
        .saveUpdater(settings.saveUpdater())
        .workerPrefetchNumBatches(2)
        .rddTrainingApproach(RDDTrainingApproach.Direct)
        .repartionData(Repartition.Never)
        .storageLevel(null)
        .trainingHooks(hook)
        .rngSeed(experiment.plan().seed())
        .build();
  }

  /**
   * Which batches an epoch takes, in turn: at first in the order of the examples, later in others.
   *
   * @param batches of the epoch; if the last is short it stays the last
   */
  private int[] order(int epoch, int whole, int batches) {
    int[] order = IntStream.range(0, batches).toArray();
    if (epoch == 0) return order;
    var random =
        new RandomStream(experiment.plan().seed(), Purpose.SHUFFLE, epoch, settings.workers());
    System.arraycopy(random.permutation(whole), 0, order, 0, whole);
    return order;
  }

  /** At work. */
  private final class Fit implements Algorithm {

    private final Context context;
    private final BatchSchedule batches;
    private final double rate;
    private final Minibatches trained = new Minibatches(spark);
    private PlacedBatches placed;
    private SparkDl4jMultiLayer trainer;
    private int[] order;
    private int steps;
    private float[] reached;

    Fit(Context context) {
      this.context = context;
      this.batches = context.batches();
      this.rate = context.rates().at(batches.at(0, 0, 0)).rate();
    }

    @Override
    public void begin(float[] parameters) {
      var rules = Updaters.rules(context.plan().optimizer(), rate, context.plan().seed());
      MultiLayerNetwork built = new MultiLayerNetwork(Dl4jTraining.configuration(network, rules));
      built.init();
      Dl4jTraining.write(parameters, built);
      trainer = new SparkDl4jMultiLayer(spark, built, master(trained));
      placed = new PlacedBatches(spark, batches(context.normalizer()), DataSetForm.of(network));
    }

    @Override
    public StepRange next(long step, int epoch, int position) {
      long end = position + (long) settings.frequency() * batches.batch(epoch);
      int to = (int) Math.min(batches.examples(), end);
      return new StepRange(step, epoch, position, to, false);
    }

    @Override
    public Workers.Sum compute(float[] parameters, StepRange range) {
      int batch = batches.batch(range.epoch());
      int whole = batches.examples() / batch;
      int all = (batches.examples() + batch - 1) / batch;
      if (range.from() == 0) order = order(range.epoch(), whole, all);
      int first = range.from() / batch;
      steps = (range.to() + batch - 1) / batch - first;
      int count = Math.min(settings.workers(), range.to() - range.from());
      trained.clear();
      long start = System.nanoTime();
      JavaRDD<DataSet> round = placed.sets(Arrays.copyOfRange(order, first, first + steps), count);
      MultiLayerNetwork fitted = trainer.fit(round);
      long nanos = System.nanoTime() - start;
      reached = Dl4jTraining.parameters(fitted);
      return new Workers.Sum(
          VectorSource.of(reached),
          trained.scores(),
          trained.examples(),
          ShardNorms.NONE,
          GradientSum.NONE,
          new StepTimes(nanos, 0, 0, 0, 0),
          stop.getAsBoolean() ? Request.STOP : Request.NONE,
          false);
    }

    @Override
    public double update(float[] parameters, VectorSource mean, StepRange range, Workers.Sum sum) {
      System.arraycopy(reached, 0, parameters, 0, reached.length);
      return rate;
    }

    @Override
    public int length() {
      return steps;
    }

    @Override
    public float[] evaluated(float[] parameters, long step) {
      return parameters;
    }

    @Override
    public void observe(double validationLoss) {}

    @Override
    public void save(StateWriter to) {
      throw new ConfigurationException(context.plan().obstacle());
    }

    @Override
    public void restore(StateReader from) {
      throw new ConfigurationException(context.plan().obstacle());
    }
  }
}
