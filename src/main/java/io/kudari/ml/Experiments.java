package io.kudari.ml;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigUtil;
import io.kudari.config.ConfigurationException;
import io.kudari.config.Experiment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.param.Param;

/**
 * Makes an experiment of an estimator's params: what {@code config} says, and over it the settings
 * of params that are set, and of defaults that it says nothing of.
 */
final class Experiments {

  /** What messages call the text. */
  private static final String PLACE = "config";

  /** Most classes that labels may name where their metadata names none. */
  private static final int MOST_CLASSES = 10_000;

  /**
   * What is trained on.
   *
   * @param features columns, in their order
   * @param labels columns of numbers, one for classes
   * @param classes how many there are, 0 where the labels tell, or {@link #REGRESSION}
   * @param weight a column of numbers, or empty
   * @param flag a column that says which rows are held out, or empty
   * @param pixels what is said of features that are pixels
   */
  record Columns(
      List<String> features,
      List<String> labels,
      int classes,
      String weight,
      String flag,
      PixelInput pixels) {

    static final int REGRESSION = -1;
  }

  private final TrainingParams<?> stage;
  private final Config given;
  private final List<String> settings = new ArrayList<>();

  private Experiments(TrainingParams<?> stage) {
    this.stage = stage;
    this.given = parsed(stage.getConfig());
  }

  /**
   * The experiment.
   *
   * @throws ConfigurationException when {@code config} or the params break a rule; one line
   */
  static Experiment of(TrainingParams<?> stage, Columns columns, Configuration hadoop) {
    Experiments e = new Experiments(stage);
    e.data(columns);
    e.model();
    e.training();
    return Experiment.parse(PLACE, stage.getConfig(), e.settings, hadoop);
  }

  private static Config parsed(String text) {
    try {
      Config config =
          ConfigFactory.parseString(
              text, ConfigParseOptions.defaults().setOriginDescription(PLACE));
      if (config.root().containsKey("data"))
        throw new ConfigurationException(
            PLACE + ": data is said by the data frame and the params, not by a section");
      return config;
    } catch (ConfigException e) {
      throw new ConfigurationException(e.getMessage(), e);
    }
  }

  private void data(Columns columns) {
    boolean regression = columns.classes() == Columns.REGRESSION;
    settings.add("data.train.format=table");
    settings.add("data.train.features=" + texts(columns.features()));
    settings.add("data.train.label=" + texts(columns.labels()));
    if (regression) settings.add("data.train.task=regression");
    if (columns.classes() == 0)
      settings.addAll(
          List.of("data.train.numbered=true", "data.train.max-classes=" + MOST_CLASSES));
    if (columns.classes() > 0)
      settings.add(
          "data.train.classes="
              + texts(IntStream.range(0, columns.classes()).mapToObj(String::valueOf).toList()));
    if (!columns.weight().isEmpty())
      settings.add("data.train.weight=" + ConfigUtil.quoteString(columns.weight()));
    if (!columns.flag().isEmpty())
      settings.add("data.train.validation-flag=" + ConfigUtil.quoteString(columns.flag()));
    settings.addAll(columns.pixels().settings());
    settings.add("data.normalize.method=" + normalization(columns.pixels()));
    settings.add("data.validation=" + stage.getValidationFraction());
    if (stage.getHandleInvalid().equals(InferenceParams.SKIP))
      settings.addAll(List.of("data.missing=skip", "data.invalid=skip"));
    if (!stage.getDataMemory().isEmpty())
      settings.add("data.memory=" + ConfigUtil.quoteString(stage.getDataMemory()));
  }

  private String normalization(PixelInput pixels) {
    if (stage.isDefined(stage.normalization())) return stage.getNormalization();
    return pixels.isPixels() ? "scale" : "z-score";
  }

  private static String texts(List<String> all) {
    return all.stream().map(ConfigUtil::quoteString).collect(Collectors.joining(",", "[", "]"));
  }

  private void model() {
    boolean named = given.hasPath("model.layers") || given.hasPath("model.dl4j");
    boolean asked =
        isSet(stage.hiddenLayers(), stage.activation(), stage.dropout(), stage.batchNorm());
    if (!named || asked) settings.add("model.layers=" + layers());
    if (!given.hasPath("model.dl4j")) put("model.initializer", stage.initializer());
  }

  private boolean isSet(Param<?>... params) {
    return Arrays.stream(params).anyMatch(stage::isSet);
  }

  private String layers() {
    StringBuilder layers = new StringBuilder("[");
    for (int units : stage.getHiddenLayers()) {
      layers.append("{type=dense,units=").append(units);
      layers.append(",activation=").append(stage.getActivation());
      layers.append(stage.getBatchNorm() ? ",batch-norm=before}," : "},");
      if (stage.getDropout() > 0)
        layers.append("{type=dropout,rate=").append(stage.getDropout()).append("},");
    }
    return layers.append("{type=dense,units=auto}]").toString();
  }

  private void training() {
    put("seed", stage.seed());
    put("optimizer.name", stage.optimizer());
    put("optimizer.learning-rate", stage.learningRate());
    put("optimizer.weight-decay", stage.weightDecay());
    put("train.epochs", stage.epochs());
    put("train.batch", stage.batchSize());
    put("train.workers", stage.workers());
    put("train.strategy", stage.strategy());
    put("train.ranks", stage.ranks());
    put("train.threads", stage.threads());
    if (stage.getEarlyStoppingPatience() > 0) {
      put("train.early-stopping.patience", stage.earlyStoppingPatience());
      put("train.early-stopping.metric", stage.earlyStoppingMetric());
    } else if (stage.isSet(stage.earlyStoppingPatience())) {
      settings.add("train.early-stopping=null");
    }
    if (!stage.getInitialModelPath().isEmpty())
      settings.add("train.initial-model=" + ConfigUtil.quoteString(stage.getInitialModelPath()));
  }

  /** A param that is set wins over the text, which wins over a default. */
  private void put(String key, Param<?> param) {
    boolean set = stage.isSet(param);
    if (!set && (given.hasPath(key) || !stage.hasDefault(param))) return;
    settings.add(key + "=" + stage.getOrDefault(param));
  }
}
