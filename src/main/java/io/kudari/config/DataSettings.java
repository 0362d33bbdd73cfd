package io.kudari.config;

import io.kudari.data.ExampleMemory;
import io.kudari.data.ExampleSource;
import io.kudari.data.Invalid;
import io.kudari.data.Missing;
import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.data.TableSource;
import io.kudari.data.TargetScaling;
import io.kudari.data.Task;
import io.kudari.setting.OnResume;
import io.kudari.setting.Setting;
import io.kudari.train.DataPlan;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** The {@code data} section. */
public final class DataSettings {

  private DataSettings() {}

  static final Setting<Object> TRAIN =
      Setting.section("train", "the source of training examples: `format` and its keys")
          .onResume(OnResume.BY_CONTENT);
  static final Setting<Object> TEST =
      Setting.section("test", "the source that is evaluated once at the end")
          .unset("none")
          .onResume(OnResume.BY_CONTENT);
  static final Setting<Double> VALIDATION =
      Setting.number(
          "validation",
          0.1,
          "[0, 1)",
          "share of `train` to hold out and evaluate after every epoch");
  static final Setting<Boolean> STRATIFY =
      Setting.flag(
              "stratify", null, "whether `validation` takes its share of each class, see below")
          .unset("true for a classification, false for a regression");
  static final Setting<Missing> MISSING =
      Setting.choice(
          "missing",
          Missing.ERROR,
          Missing.class,
          "what becomes of a table's cells that hold no value, see below");
  static final Setting<Boolean> INDICATOR =
      Setting.flag(
          "missing-indicator",
          false,
          "whether each column of a table with such cells gets a feature that is 1 there");
  static final Setting<Invalid> INVALID =
      Setting.choice(
          "invalid",
          Invalid.ERROR,
          Invalid.class,
          "what becomes of rows of a table with infinities, or cells that their column cannot hold:"
              + " `error`, or `skip` leaves them out and counts them; in a label always an error");
  static final Setting<String> MEMORY =
      Setting.text(
              "memory",
              null,
              "size",
              "most of a process's Java heap that examples take, such as `512 MB`, of all ranks in"
                  + " it; what is beyond lies in files in Spark's local folder, with `0` all")
          .unset("a quarter of the heap")
          .onResume(OnResume.FREE);
  static final Setting<Object> NORMALIZE =
      Setting.section("normalize", "how inputs and targets are shifted and scaled")
          .unset("its defaults");
  static final Setting<Normalizer.Method> METHOD =
      Setting.choice(
              "method",
              null,
              Normalizer.Method.class,
              "`scale` divides by a constant; `min-max` and `z-score` are fitted to the training"
                  + " examples only")
          .unset("z-score for tables (csv, libsvm, parquet, table), scale for pixels");
  static final Setting<Normalizer.Per> PER =
      Setting.choice(
              "per",
              null,
              Normalizer.Per.class,
              "what shares one shift and factor: all values," + " each channel, each feature")
          .unset("feature for tables, all for pixels");
  static final Setting<Double> DIVISOR =
      Setting.number("divisor", 255.0, "[1.18e-38, 3.4e38)", "of `scale`");

  static final Setting<TargetScaling.Method> TARGET =
      Setting.choice(
              "target",
              null,
              TargetScaling.Method.class,
              "what is learned of a regression's targets: `z-score`, fitted to the training"
                  + " examples, or `none`, as they are; losses, metrics and predictions are in"
                  + " their own units either way")
          .unset("z-score where the last layer has no activation, none elsewhere");

  /**
   * Reads the data section alone.
   *
   * @param location of a file of HOCON, as {@link io.kudari.data.file.Location} has it
   * @param overrides {@code key=value} each
   * @param hadoop how to reach other file systems
   * @throws ConfigurationException when a rule is broken
   */
  public static DataPlan.Sources read(
      String location, List<String> overrides, Configuration hadoop) {
    Settings data = Experiment.settings(location, overrides, hadoop).section(Sections.DATA);
    Data read = read(data);
    Normalization unused = read.normalization(true);
    data.done();
    return read.sources();
  }

  /** The section: where the examples come from, and how they are normalised. */
  record Data(DataPlan.Sources sources, Normalization inputs, Settings normalize) {

    /**
     * With what becomes of targets.
     *
     * @param linear whether outputs may be any numbers
     * @throws ConfigurationException when a rule is broken
     */
    Normalization normalization(boolean linear) {
      boolean regression = sources.train().task() == Task.REGRESSION;
      TargetScaling.Method usual =
          linear ? TargetScaling.Method.Z_SCORE : TargetScaling.Method.NONE;
      boolean asked = regression || normalize.has(TARGET);
      TargetScaling.Method target =
          asked ? normalize.get(TARGET, usual) : TargetScaling.Method.NONE;
      if (!regression && target != TargetScaling.Method.NONE) {
        throw normalize.wrong(TARGET, "= z-score needs data.train.task = regression");
      }
      normalize.done();
      return new Normalization(inputs.method(), inputs.per(), inputs.divisor(), target);
    }
  }

  static Data read(Settings data) {
    if (!data.has(TRAIN))
      throw data.wrong(TRAIN, "must be given: where the training examples come from");
    Settings training = data.section(TRAIN);
    int mostClasses = SourceSettings.mostClasses(training);
    var gaps = new SourceSettings.Gaps(data.get(MISSING), data.get(INDICATOR), data.get(INVALID));
    ExampleSource train = SourceSettings.read(training, 1, gaps);
    ExampleSource test = data.has(TEST) ? SourceSettings.read(data.section(TEST), 2, gaps) : null;
    checkGaps(data, gaps, train);
    if (test != null && test.saysValidation())
      throw data.wrong(TEST, "is for testing alone: validation-flag is a key of data.train");
    double validation = data.get(VALIDATION);
    boolean classes = train.task() == Task.CLASSIFICATION;
    boolean stratify = data.get(STRATIFY, classes);
    if (stratify && !classes) {
      throw data.wrong(STRATIFY, "= true needs classes, but data.train.task = regression");
    }
    boolean table = SourceSettings.format(training).kind() == SourceSettings.Kind.TABLE;
    Settings normalize = data.section(NORMALIZE);
    Normalization normalization = normalization(normalize, table);
    DataPlan.Rules rules =
        new DataPlan.Rules(mostClasses, stratify, shiftsEach(normalization)).with(memory(data));
    return new Data(new DataPlan.Sources(train, test, validation, rules), normalization, normalize);
  }

  /** Whether a text is one that {@code data.memory} may be. */
  public static boolean isMemory(String text) {
    return Settings.sizeOf(text).isPresent();
  }

  private static ExampleMemory memory(Settings data) {
    if (!data.has(MEMORY)) return ExampleMemory.QUARTER;
    return new ExampleMemory(data.size(MEMORY));
  }

  /** Other formats would pass over the settings without a word. */
  private static void checkGaps(Settings data, SourceSettings.Gaps gaps, ExampleSource train) {
    if (train instanceof TableSource) return;
    String tables = "is of data.train.format = csv, parquet or table: ";
    if (gaps.missing() != Missing.ERROR)
      throw data.wrong(MISSING, tables + "other formats have no gaps");
    if (gaps.invalid() != Invalid.ERROR)
      throw data.wrong(INVALID, "= skip " + tables + "other formats refuse them");
    if (gaps.indicator()) throw data.wrong(INDICATOR, tables + "other formats have no gaps");
  }

  /** Whether each column of a table has a shift of its own. */
  private static boolean shiftsEach(Normalization normalization) {
    boolean fitted =
        normalization.method() == Normalizer.Method.MIN_MAX
            || normalization.method() == Normalizer.Method.Z_SCORE;
    return fitted && normalization.per() != Normalizer.Per.ALL;
  }

  /** Tables hold anything, pixels are bytes. */
  private static Normalization normalization(Settings normalize, boolean table) {
    Normalizer.Method usual = table ? Normalizer.Method.Z_SCORE : Normalizer.Method.SCALE;
    Normalizer.Method method = normalize.get(METHOD, usual);
    Normalizer.Per sharing = table ? Normalizer.Per.FEATURE : Normalizer.Per.ALL;
    Normalizer.Per per = normalize.get(PER, sharing);
    double divisor = normalize.get(DIVISOR);
    return new Normalization(method, per, divisor);
  }
}
