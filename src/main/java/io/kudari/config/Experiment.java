package io.kudari.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValueFactory;
import io.kudari.data.Normalization;
import io.kudari.setting.Setting;
import io.kudari.train.DataPlan;
import io.kudari.train.LeastShard;
import io.kudari.train.TrainingPlan;
import java.io.File;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;

/**
 * A whole configuration, checked.
 *
 * @param data where the examples come from
 * @param model layers or a Deeplearning4j file
 * @param plan what training does
 * @param strategy how the work is distributed
 * @param initialModel where the start values come from: a model folder or a run's; none are drawn
 * @param frozen patterns of the names of segments that keep their values
 * @param tensorBoard the folder for event files of TensorBoard
 * @param checkpoints what is saved while training
 * @param resolved the configuration with its defaults, as HOCON
 * @param notes what a user should know of how it was read, a line each
 */
public record Experiment(
    DataPlan.Sources data,
    ModelSettings model,
    TrainingPlan plan,
    StrategySettings strategy,
    Optional<String> initialModel,
    List<String> frozen,
    Optional<String> tensorBoard,
    CheckpointSettings checkpoints,
    String resolved,
    List<String> notes) {

  /** The same with its examples from elsewhere: the same ones, by other objects. */
  public Experiment with(DataPlan.Sources others) {
    return new Experiment(
        others,
        model,
        plan,
        strategy,
        initialModel,
        frozen,
        tensorBoard,
        checkpoints,
        resolved,
        notes);
  }

  /** The whole configuration, unread. */
  private record Given(Settings settings, List<String> notes) {}

  /**
   * Reads a file and the settings given beside it, which win.
   *
   * @param location of a file of HOCON, as {@link io.kudari.data.file.Location} has it
   * @param overrides {@code key=value} each
   * @param hadoop how to reach other file systems
   * @throws ConfigurationException when a rule is broken; names the place, the key and the rule
   */
  public static Experiment read(String location, List<String> overrides, Configuration hadoop) {
    return of(given(location, () -> ConfigurationText.file(location, hadoop), overrides), hadoop);
  }

  /** Reads a local file, as the other. */
  public static Experiment read(File file, List<String> overrides) {
    return read(file.getPath(), overrides, new Configuration());
  }

  /**
   * Reads a text and the settings given beside it, which win.
   *
   * @param place where the text comes from, for messages
   * @throws ConfigurationException when a rule is broken
   */
  public static Experiment parse(
      String place, String text, List<String> overrides, Configuration hadoop) {
    return of(given(place, () -> ConfigurationText.text(place, text), overrides), hadoop);
  }

  /** The whole configuration, unread. */
  static Settings settings(String location, List<String> overrides, Configuration hadoop) {
    return given(location, () -> ConfigurationText.file(location, hadoop), overrides).settings();
  }

  private static Given given(String place, Supplier<Config> parsed, List<String> overrides) {
    try {
      Config file = parsed.get();
      Config config = file;
      boolean empty = config.isEmpty();
      for (String override : overrides)
        config = ConfigurationText.override(override).withFallback(config);
      if (empty && !config.root().containsKey(Sections.DATA.key()))
        throw new ConfigurationException(
            place + ": holds no settings, but data.train must be given");
      Substitutions.check(place, config.root());
      Replacement.Result left = Replacement.apply(file, config.resolve());
      return new Given(new Settings(place, left.config().root(), ""), left.notes());
    } catch (StackOverflowError e) {
      throw ConfigurationLimits.tooDeep(place);
    } catch (ConfigException e) {
      throw new ConfigurationException(e.getMessage(), e);
    }
  }

  private static Experiment of(Given given, Configuration hadoop) {
    Settings root = given.settings();
    long seed = root.get(Sections.SEED);
    Settings data = root.section(Sections.DATA);
    DataSettings.Data read = DataSettings.read(data);
    DataPlan.Sources usual = read.sources();
    ModelSettings model =
        ModelSettings.read(root.section(Sections.MODEL), usual.train().task(), hadoop);
    Normalization normalization = read.normalization(model.endsLinear());
    data.done();
    Settings train = root.section(Sections.TRAIN);
    DataPlan.Sources sources =
        usual
            .with(CourseSettings.sampling(train))
            .with(CourseSettings.classWeights(train, usual.train().task()));
    StrategySettings strategy = StrategySettings.read(train);
    TrainingPlan sums =
        PlanSettings.read(
            root,
            train,
            seed,
            normalization,
            strategy.workers(),
            sources.train().task(),
            sources.validates(),
            sources.testOrNull() != null);
    TrainingPlan planned =
        ExchangeSettings.read(train, strategy, AlgorithmSettings.read(train, sums));
    TrainingPlan plan = SafetySettings.read(train, strategy, planned);
    CourseSettings.checkSampling(train, plan);
    if (model.normalisesBatches()) checkShards(train, plan, strategy.workers());
    Optional<String> initialModel = place(train, StartSettings.INITIAL_MODEL);
    Optional<String> tensorBoard = place(train, TensorBoardSettings.TENSORBOARD);
    List<String> frozen = train.find(StartSettings.FROZEN).orElse(List.of());
    train.done();
    CheckpointSettings checkpoints = CheckpointSettings.read(root, plan);
    root.done();
    String resolved =
        ConfigValueFactory.fromMap(root.resolved())
            .render(ConfigRenderOptions.defaults().setOriginComments(false).setJson(false));
    return new Experiment(
        sources,
        model,
        plan,
        strategy,
        initialModel,
        frozen,
        tensorBoard,
        checkpoints,
        resolved,
        given.notes());
  }

  private static Optional<String> place(Settings section, Setting<String> setting) {
    return section.has(setting) ? Optional.of(section.location(setting)) : Optional.empty();
  }

  private static void checkShards(Settings train, TrainingPlan plan, int workers) {
    String obstacle = LeastShard.obstacle(plan, workers);
    if (obstacle != null) throw train.wrong(PlanSettings.BATCH, obstacle);
  }
}
