package io.kudari.ml;

import io.kudari.config.DataSettings;
import io.kudari.model.Activation;
import io.kudari.model.Initializer;
import io.kudari.optim.OptimizerSpec;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.shared.HasSeed;
import org.apache.spark.ml.param.shared.HasValidationIndicatorCol;
import org.apache.spark.ml.param.shared.HasWeightCol;

/**
 * Params of how a network is trained, which both estimators have. Public as {@link
 * InferenceParams}. Their names are the configuration's where both have them; {@code config} holds
 * all that has no param. What Spark has an interface for is of that as well: {@code OneVsRest}
 * gives weights to nothing else.
 *
 * @param <S> the estimator, which setters return
 */
public interface TrainingParams<S>
    extends InferenceParams<S>, HasWeightCol, HasValidationIndicatorCol, HasSeed {

  /** Units of the hidden layers. */
  default IntArrayParam hiddenLayers() {
    Rule<int[]> positive = units -> Arrays.stream(units).allMatch(u -> u > 0);
    return new IntArrayParam(
        this,
        "hiddenLayers",
        "units of each hidden dense layer, at least 1; an empty array is a linear model",
        positive);
  }

  /** What follows a hidden layer. */
  default Param<String> activation() {
    List<String> known =
        Stream.of(Activation.values())
            .filter(a -> a != Activation.SOFTMAX)
            .map(Activation::id)
            .toList();
    return new Param<>(
        this,
        "activation",
        "of the hidden layers: " + String.join(", ", known),
        ParamValidators.inArray(known));
  }

  /** Share of the hidden layers' outputs that is dropped. */
  default DoubleParam dropout() {
    return new DoubleParam(
        this,
        "dropout",
        "share of every hidden layer's outputs that is dropped while training, within [0, 1)",
        ParamValidators.inRange(0, 1, true, false));
  }

  /** Whether hidden layers normalise batches. */
  default BooleanParam batchNorm() {
    return new BooleanParam(
        this, "batchNorm", "whether batch normalisation precedes every activation");
  }

  /** How weights start. */
  default Param<String> initializer() {
    List<String> known =
        Stream.of(Initializer.Kind.values())
            .filter(k -> k != Initializer.Kind.CONSTANT && k != Initializer.Kind.NORMAL)
            .map(Initializer.Kind::id)
            .toList();
    return new Param<>(
        this,
        "initializer",
        "how weights start: " + String.join(", ", known),
        ParamValidators.inArray(known));
  }

  /** Settings that have no param. */
  default Param<String> config() {
    return new Param<>(
        this,
        "config",
        "a configuration in HOCON with any of model, optimizer, schedule, train and checkpoint;"
            + " what it says replaces defaults, and params that are set replace what it says");
  }

  /** Passes over the training rows. */
  default IntParam epochs() {
    return new IntParam(
        this,
        "epochs",
        "passes over the training rows, within 1..1048576",
        ParamValidators.inRange(1, 1 << 20));
  }

  /** Rows of a step. */
  default IntParam batchSize() {
    return new IntParam(
        this,
        "batchSize",
        "rows of a step over all workers, at least as many as workers",
        ParamValidators.gtEq(1));
  }

  /** The optimizer's recipe. */
  default Param<String> optimizer() {
    List<String> known = OptimizerSpec.names();
    return new Param<>(
        this,
        "optimizer",
        "what makes updates of gradients: " + String.join(", ", known),
        ParamValidators.inArray(known));
  }

  /** Base of the learning rate's schedule. */
  default DoubleParam learningRate() {
    return new DoubleParam(
        this,
        "learningRate",
        "base of the learning rate's schedule, above 0; the optimizer's own when not set",
        ParamValidators.gt(0));
  }

  /** By how much weights shrink. */
  default DoubleParam weightDecay() {
    return new DoubleParam(
        this,
        "weightDecay",
        "as the optimizer's setting of that name, at least 0; the optimizer's own when not set",
        ParamValidators.gtEq(0));
  }

  /** What features are shifted and divided by. */
  default Param<String> normalization() {
    return new Param<>(
        this,
        "normalization",
        "of features, fitted to the training rows: z-score or min-max of each, scale (divided by"
            + " 255), or none; when not set, z-score, and scale of binary and of images",
        ParamValidators.inArray(List.of("z-score", "min-max", "scale", "none")));
  }

  /** Rows that are held out. */
  default DoubleParam validationFraction() {
    return new DoubleParam(
        this,
        "validationFraction",
        "share of the rows that is held out and evaluated after every epoch, within [0, 1)",
        ParamValidators.inRange(0, 1, true, false));
  }

  /** What rows weigh. */
  @Override
  default Param<String> weightCol() {
    return new Param<>(
        this,
        "weightCol",
        "column of the rows' weights: 0, or within [1e-30, 1e30]; every row counts 1 without");
  }

  /** Which rows are held out. */
  @Override
  default Param<String> validationIndicatorCol() {
    return new Param<>(
        this,
        "validationIndicatorCol",
        "column of booleans, true for rows that are held out, in the place of validationFraction");
  }

  /** When to end because nothing gets better. */
  default IntParam earlyStoppingPatience() {
    return new IntParam(
        this,
        "earlyStoppingPatience",
        "epochs without a better one on the rows held out that end the training with the best"
            + " epoch's parameters; 0 is never",
        ParamValidators.gtEq(0));
  }

  /** What gets better. */
  default Param<String> earlyStoppingMetric() {
    return new Param<>(
        this,
        "earlyStoppingMetric",
        "what earlyStoppingPatience watches: loss, or of a classification accuracy",
        ParamValidators.inArray(List.of("loss", "accuracy")));
  }

  /** Parameters to begin with. */
  default Param<String> initialModelPath() {
    return new Param<>(
        this,
        "initialModelPath",
        "folder of a run, a saved stage or a model, whose parameters training begins with; drawn"
            + " ones when empty");
  }

  /** Logical workers. */
  default IntParam workers() {
    return new IntParam(
        this,
        "workers",
        "logical workers among which a step's rows are divided: part of the experiment, as the"
            + " seed is, and not how many tasks there are",
        ParamValidators.inRange(1, 1 << 16));
  }

  /** Who computes. */
  default Param<String> strategy() {
    return new Param<>(
        this,
        "strategy",
        "who computes: all-reduce (tasks of a barrier stage), driver (a Spark job a step) or serial"
            + " (one thread of the driver); all give the same bits",
        ParamValidators.inArray(List.of("all-reduce", "driver", "serial")));
  }

  /** Tasks. */
  default IntParam ranks() {
    return new IntParam(
        this,
        "ranks",
        "tasks of a training; 0 is as many as Spark has slots, but no more than workers, and in"
            + " local mode one with a thread a core unless threads or spark.task.cpus is set",
        ParamValidators.inRange(0, 1 << 16));
  }

  /** Threads of a task. */
  default IntParam threads() {
    return new IntParam(
        this,
        "threads",
        "of each task; 0 is as many as spark.task.cpus says. Another number needs local mode, or"
            + " spark.executor.cores: the tasks of a training then take a core for each thread",
        ParamValidators.inRange(0, 1 << 10));
  }

  /** How much of a heap examples take. */
  default Param<String> dataMemory() {
    Rule<String> size = text -> text.isEmpty() || DataSettings.isMemory(text);
    return new Param<>(
        this,
        "dataMemory",
        "most of a process's Java heap that examples take, such as 512 MB; what is beyond lies in"
            + " files in Spark's local folder, with 0 all; a quarter of the heap when empty",
        size);
  }

  /** Where a training leaves its files. */
  default Param<String> runPath() {
    return new Param<>(
        this,
        "runPath",
        "a new folder, or with resume that of a run, or a URI of one, for events, summary,"
            + " checkpoints, report and model of the training, of which there may be one then; none"
            + " when empty");
  }

  /** Whether to go on. */
  default BooleanParam resume() {
    return new BooleanParam(
        this,
        "resume",
        "whether to go on with the training that runPath holds, from its last checkpoint; where"
            + " there is none yet one begins, and where it has ended its model is the result");
  }

  /** Of everything that is drawn. */
  @Override
  default LongParam seed() {
    return new LongParam(this, "seed", "of the split, the order of rows, start values and dropout");
  }

  /** Units of the hidden layers. */
  default int[] getHiddenLayers() {
    return getOrDefault(hiddenLayers());
  }

  /** Activation of the hidden layers. */
  default String getActivation() {
    return getOrDefault(activation());
  }

  /** Share of outputs that is dropped. */
  default double getDropout() {
    return (Double) getOrDefault(dropout());
  }

  /** Whether hidden layers normalise batches. */
  default boolean getBatchNorm() {
    return (Boolean) getOrDefault(batchNorm());
  }

  /** How weights start. */
  default String getInitializer() {
    return getOrDefault(initializer());
  }

  /** Settings that have no param, in HOCON. */
  default String getConfig() {
    return getOrDefault(config());
  }

  /** Passes over the training rows. */
  default int getEpochs() {
    return (Integer) getOrDefault(epochs());
  }

  /** Rows of a step. */
  default int getBatchSize() {
    return (Integer) getOrDefault(batchSize());
  }

  /** Name of the optimizer. */
  default String getOptimizer() {
    return getOrDefault(optimizer());
  }

  /**
   * Base of the learning rate's schedule.
   *
   * @throws java.util.NoSuchElementException when it is not set
   */
  default double getLearningRate() {
    return (Double) getOrDefault(learningRate());
  }

  /**
   * By how much weights shrink.
   *
   * @throws java.util.NoSuchElementException when it is not set
   */
  default double getWeightDecay() {
    return (Double) getOrDefault(weightDecay());
  }

  /**
   * What features are shifted and divided by.
   *
   * @throws java.util.NoSuchElementException when it is not set
   */
  default String getNormalization() {
    return getOrDefault(normalization());
  }

  /** Share of the rows that is held out. */
  default double getValidationFraction() {
    return (Double) getOrDefault(validationFraction());
  }

  /** Column of weights, or "". */
  @Override
  default String getWeightCol() {
    return getOrDefault(weightCol());
  }

  /** Column that says which rows are held out, or "". */
  @Override
  default String getValidationIndicatorCol() {
    return getOrDefault(validationIndicatorCol());
  }

  /** Epochs without a better one that end the training, or 0. */
  default int getEarlyStoppingPatience() {
    return (Integer) getOrDefault(earlyStoppingPatience());
  }

  /** What is watched. */
  default String getEarlyStoppingMetric() {
    return getOrDefault(earlyStoppingMetric());
  }

  /** Where the parameters to begin with are, or "". */
  default String getInitialModelPath() {
    return getOrDefault(initialModelPath());
  }

  /** Logical workers. */
  default int getWorkers() {
    return (Integer) getOrDefault(workers());
  }

  /** Who computes. */
  default String getStrategy() {
    return getOrDefault(strategy());
  }

  /** Tasks, or 0. */
  default int getRanks() {
    return (Integer) getOrDefault(ranks());
  }

  /** Threads of a task, or 0. */
  default int getThreads() {
    return (Integer) getOrDefault(threads());
  }

  /** How much of a heap examples take, or "". */
  default String getDataMemory() {
    return getOrDefault(dataMemory());
  }

  /** Folder of the training, or "". */
  default String getRunPath() {
    return getOrDefault(runPath());
  }

  /** Whether to go on with the training of {@link #runPath}. */
  default boolean getResume() {
    return (Boolean) getOrDefault(resume());
  }

  /** The seed. */
  @Override
  default long getSeed() {
    return (Long) getOrDefault(seed());
  }

  /** Sets {@link #hiddenLayers}. */
  default S setHiddenLayers(int... units) {
    return with(hiddenLayers(), units);
  }

  /** Sets {@link #activation}. */
  default S setActivation(String name) {
    return with(activation(), name);
  }

  /** Sets {@link #dropout}. */
  default S setDropout(double share) {
    return with(dropout(), share);
  }

  /** Sets {@link #batchNorm}. */
  default S setBatchNorm(boolean whether) {
    return with(batchNorm(), whether);
  }

  /** Sets {@link #initializer}. */
  default S setInitializer(String name) {
    return with(initializer(), name);
  }

  /** Sets {@link #config}. */
  default S setConfig(String hocon) {
    return with(config(), hocon);
  }

  /** Sets {@link #epochs}. */
  default S setEpochs(int passes) {
    return with(epochs(), passes);
  }

  /** Sets {@link #batchSize}. */
  default S setBatchSize(int rows) {
    return with(batchSize(), rows);
  }

  /** Sets {@link #optimizer}. */
  default S setOptimizer(String name) {
    return with(optimizer(), name);
  }

  /** Sets {@link #learningRate}. */
  default S setLearningRate(double rate) {
    return with(learningRate(), rate);
  }

  /** Sets {@link #weightDecay}. */
  default S setWeightDecay(double decay) {
    return with(weightDecay(), decay);
  }

  /** Sets {@link #normalization}. */
  default S setNormalization(String method) {
    return with(normalization(), method);
  }

  /** Sets {@link #validationFraction}. */
  default S setValidationFraction(double share) {
    return with(validationFraction(), share);
  }

  /** Sets {@link #weightCol}. */
  default S setWeightCol(String column) {
    return with(weightCol(), column);
  }

  /** Sets {@link #validationIndicatorCol}. */
  default S setValidationIndicatorCol(String column) {
    return with(validationIndicatorCol(), column);
  }

  /** Sets {@link #earlyStoppingPatience}. */
  default S setEarlyStoppingPatience(int epochs) {
    return with(earlyStoppingPatience(), epochs);
  }

  /** Sets {@link #earlyStoppingMetric}. */
  default S setEarlyStoppingMetric(String name) {
    return with(earlyStoppingMetric(), name);
  }

  /** Sets {@link #initialModelPath}. */
  default S setInitialModelPath(String path) {
    return with(initialModelPath(), path);
  }

  /** Sets {@link #workers}. */
  default S setWorkers(int number) {
    return with(workers(), number);
  }

  /** Sets {@link #strategy}. */
  default S setStrategy(String name) {
    return with(strategy(), name);
  }

  /** Sets {@link #ranks}. */
  default S setRanks(int number) {
    return with(ranks(), number);
  }

  /** Sets {@link #threads}. */
  default S setThreads(int number) {
    return with(threads(), number);
  }

  /** Sets {@link #dataMemory}. */
  default S setDataMemory(String size) {
    return with(dataMemory(), size);
  }

  /** Sets {@link #runPath}. */
  default S setRunPath(String path) {
    return with(runPath(), path);
  }

  /** Sets {@link #resume}. */
  default S setResume(boolean whether) {
    return with(resume(), whether);
  }

  /** Sets {@link #seed}. */
  default S setSeed(long value) {
    return with(seed(), value);
  }

  /** Scala's way to keep a param in a field; here its accessor makes it. */
  @Override
  default void org$apache$spark$ml$param$shared$HasWeightCol$_setter_$weightCol_$eq(
      Param<String> unused) {}

  /** Likewise. */
  @Override
  default void
      org$apache$spark$ml$param$shared$HasValidationIndicatorCol$_setter_$validationIndicatorCol_$eq(
          Param<String> unused) {}

  /** Likewise. */
  @Override
  default void org$apache$spark$ml$param$shared$HasSeed$_setter_$seed_$eq(LongParam unused) {}

  @SuppressWarnings("unchecked")
  private <T> S with(Param<T> param, T value) {
    set(param, value);
    return (S) this;
  }
}
