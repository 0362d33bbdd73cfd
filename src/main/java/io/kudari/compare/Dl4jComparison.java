package io.kudari.compare;

import io.kudari.config.CheckpointSettings;
import io.kudari.config.ConfigurationException;
import io.kudari.config.Experiment;
import io.kudari.config.StrategySettings;
import io.kudari.config.StrategySettings.Strategy;
import io.kudari.model.ModelSpec;
import io.kudari.model.NetworkSpec;
import io.kudari.run.Models;
import io.kudari.run.Outcome;
import io.kudari.run.RunListener;
import io.kudari.run.SparkSettings;
import io.kudari.run.SparkTasks;
import io.kudari.run.Training;
import io.kudari.train.DataPlan;
import io.kudari.train.Safety;
import io.kudari.train.SnapshotRule;
import io.kudari.train.TrainingPlan;
import io.kudari.train.algorithm.GradientSharing;
import io.kudari.train.plan.NoiseMode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The same model and examples trained by this project and, after that, by Deeplearning4j's {@code
 * ParameterAveragingTrainingMaster}, both with the same start values, events, evaluation and
 * results.
 *
 * @param experiment what is compared
 * @param spark where both run
 * @param folder for the results of both, {@code kudari} and {@code dl4j} in it, which are replaced
 *     when they are there if {@code overwrite} says so
 */
public record Dl4jComparison(
    Experiment experiment, SparkSettings spark, String folder, boolean overwrite) {

  /** Of the jar that is in addition to those of a model of Deeplearning4j's. */
  private static final String TRAINER =
      "org/deeplearning4j/spark/impl/paramavg/ParameterAveragingTrainingMaster.class";

  /**
   * Checks that Deeplearning4j and its trainer are on the class path.
   *
   * @throws ConfigurationException when they are not; says how to get them
   */
  public static void checkJars() {
    String asked = "compare dl4j";
    String version = scala.util.Properties$.MODULE$.versionNumberString();
    if (!version.startsWith("2.12"))
      throw new ConfigurationException(
          asked + " needs Spark with Scala 2.12: there is no dl4j-spark for Scala " + version);
    Models.checkDl4j(asked);
    if (Dl4jComparison.class.getClassLoader().getResource(TRAINER) == null)
      throw new ConfigurationException(
          asked
              + " needs the jar of dl4j-spark, which is not on the class path: set KUDARI_DL4J=1"
              + " for scripts/kudari, or add org.deeplearning4j:dl4j-spark_2.12");
  }

  /** What is done before training. */
  public interface Beginning {
    /**
     * Does it.
     *
     * @throws IOException when it cannot be done
     */
    void run() throws IOException;
  }

  /**
   * Trains by both.
   *
   * @param told gives who is told what happens, for each of the two
   * @param say takes a line for the user now and then
   * @param stop whether to end early
   * @param begins told once all is checked, before anything is trained
   * @throws ConfigurationException when Deeplearning4j's trainer lacks what is asked for
   * @throws CancellationException when asked to end
   * @throws IOException when a file system fails
   */
  public ComparisonTable run(
      Supplier<RunListener> told, Consumer<String> say, BooleanSupplier stop, Beginning begins)
      throws IOException, InterruptedException {
    AveragingSettings settings = AveragingSettings.of(experiment);
    TrainingPlan plan = experiment.plan();
    double scale = plan.rule().factor(plan.batch(), plan.baseBatch());
    Updaters.check(plan.optimizer(), plan.optimizer().learningRate() * scale);
    NetworkSpec network = network(settings);
    for (String side : List.of("kudari", "dl4j"))
      at(side, Training.of(experiment)).on(spark).plan();
    begins.run();
    say.accept("training by kudari");
    Side ours = trained(at("kudari", Training.of(experiment)).on(spark), told.get(), stop);
    say.accept("training by Deeplearning4j");
    try (SparkTasks tasks = SparkTasks.start(withNd4j(), say)) {
      Experiment other = theirs(settings, network, tasks.context(), stop);
      Side theirs = trained(at("dl4j", Training.of(other)).on(tasks.context()), told.get(), stop);
      return new ComparisonTable(ours, theirs, notes(settings));
    }
  }

  private Training at(String name, Training training) {
    String place = folder + "/" + name;
    return overwrite ? training.overwriting(place) : training.folder(place);
  }

  /** What is to be trained, after a look at what the data holds. */
  private NetworkSpec network(AveragingSettings settings) throws IOException {
    DataPlan data =
        DataPlan.of(
            experiment.data(),
            spark.hadoop(),
            experiment.strategy().workers(),
            experiment.plan().seed());
    if (data.description().weighted())
      throw AveragingSettings.lacking("data.train.weight", "all its examples count alike");
    ModelSpec model = Models.open(experiment.model(), data.description().shape(), data.outputs());
    NetworkSpec network = model.stack().orElseThrow();
    settings.check(network, data.sampler().examples());
    return network;
  }

  private static Side trained(Training training, RunListener told, BooleanSupplier stop)
      throws IOException, InterruptedException {
    Side.Clock clock = new Side.Clock();
    Outcome outcome = training.listen(clock).listen(told).stopWhen(stop).run();
    if (outcome.isInterrupted()) throw new CancellationException("the comparison was to end");
    return clock.of(outcome);
  }

  private SparkSettings withNd4j() {
    Map<String, String> all = new LinkedHashMap<>(spark.settings());
    all.merge(
        "spark.kryo.registrator",
        "org.nd4j.kryo.Nd4jRegistrator",
        (given, ours) -> given + "," + ours);
    return new SparkSettings(spark.masterOrNull(), all);
  }

  private Experiment theirs(
      AveragingSettings settings,
      NetworkSpec network,
      JavaSparkContext context,
      BooleanSupplier stop) {
    StrategySettings place = experiment.strategy();
    TrainingPlan plan =
        experiment
            .plan()
            .with(Safety.DEFAULT)
            .with(List.of())
            .with(NoiseMode.OFF)
            .by(new Dl4jAveraging(settings, experiment, network, context, stop));
    return new Experiment(
        experiment.data(),
        experiment.model(),
        plan,
        new StrategySettings(
            Strategy.DRIVER,
            place.workers(),
            0,
            0,
            place.link(),
            place.topology(),
            0,
            place.recovery()),
        experiment.initialModel(),
        experiment.frozen(),
        Optional.empty(),
        new CheckpointSettings(SnapshotRule.NEVER, 1),
        experiment.resolved(),
        List.of());
  }

  private List<String> notes(AveragingSettings settings) {
    List<String> notes = new ArrayList<>();
    boolean shares = experiment.plan().algorithm() instanceof GradientSharing;
    notes.add(
        "Deeplearning4j averages parameters every "
            + (settings.frequency() == 1 ? "batch" : settings.frequency() + " batches")
            + (settings.saveUpdater() ? ", and the state of updaters (momentum) with them" : "")
            + ", and takes the plain mean of its workers; kudari "
            + (shares ? "shares gradients" : "averages as often")
            + ", weighted by examples; both average at the end of an epoch");
    notes.add(
        "fit is called once for each averaging, on exactly the batches between two, a cached"
            + " partition a worker (RDDTrainingApproach.Direct, Repartition.Never): given an epoch"
            + " at once it splits that at random and leaves out batches");
    notes.add(
        "examples: the same sets and the same workers' batches of "
            + settings.batch()
            + "; kudari draws the order of examples anew each epoch, Deeplearning4j that of the"
            + " batches; what Deeplearning4j trained is counted in its workers");
    notes.add(
        "start values, normalisation and evaluation are the same; Deeplearning4j's dropout masks"
            + " and its updaters' epsilon are its own");
    notes.add(
        "the training loss in Deeplearning4j's folder is the mean of its scores, penalties (l1, l2,"
            + " weight-decay) included; kudari's is without");
    notes.add(
        "seconds are of the epochs, with the evaluation after each, by the same code: reading and"
            + " placing the examples before, and the test after, are in neither; examples a second"
            + " have the steps alone, of Deeplearning4j whole calls of fit");
    return notes;
  }
}
