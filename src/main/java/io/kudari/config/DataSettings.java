package io.kudari.config;

import io.kudari.data.ExampleSource;
import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.data.Task;
import io.kudari.data.digits.DigitsSource;
import io.kudari.data.format.CifarSource;
import io.kudari.data.format.CsvSource;
import io.kudari.data.format.IdxSource;
import io.kudari.data.format.ImageFolderSource;
import io.kudari.data.format.LibSvmSource;
import io.kudari.data.format.ParquetSource;
import io.kudari.train.DataPlan;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** The {@code data} section. */
public final class DataSettings {

  private DataSettings() {}

  private static final List<String> FORMATS =
      List.of("digits", "idx", "cifar", "csv", "libsvm", "parquet", "images");

  private static final List<String> TABLES = List.of("csv", "libsvm", "parquet");

  private static final List<String> FIXED_CLASSES = List.of("digits", "cifar");

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
    Settings data = Experiment.settings(location, overrides, hadoop).section("data");
    Data read = read(data);
    data.done();
    return read.sources();
  }

  /** The section: where the examples come from, and how they are normalised. */
  record Data(DataPlan.Sources sources, Normalization normalization) {}

  static Data read(Settings data) {
    if (!data.has("train"))
      throw data.wrong("train", "must be given: where the training examples come from");
    Settings training = data.section("train");
    int mostClasses = mostClasses(training);
    ExampleSource train = source(training, 1);
    ExampleSource test = data.has("test") ? source(data.section("test"), 2) : null;
    double validation = data.number("validation", 0.1, 0, 1);
    boolean classes = train.task() == Task.CLASSIFICATION;
    boolean stratify = data.flag("stratify", classes);
    if (stratify && !classes) {
      throw data.wrong("stratify", "= true needs classes, but data.train.task = regression");
    }
    boolean table = TABLES.contains(training.text("format"));
    Normalization normalization = normalization(data.section("normalize"), table);
    DataPlan.Rules rules = new DataPlan.Rules(mostClasses, stratify, shiftsEach(normalization));
    return new Data(new DataPlan.Sources(train, test, validation, rules), normalization);
  }

  /** Whether each column of a table has a shift of its own. */
  private static boolean shiftsEach(Normalization normalization) {
    boolean fitted =
        normalization.method() == Normalizer.Method.MIN_MAX
            || normalization.method() == Normalizer.Method.Z_SCORE;
    return fitted && normalization.per() != Normalizer.Per.ALL;
  }

  /** How many classes may be found in the labels; any number when they are given. */
  private static int mostClasses(Settings train) {
    if (FIXED_CLASSES.contains(train.text("format"))) return DataPlan.Rules.PLAUSIBLE;
    int most = train.integer("max-classes", DataPlan.Rules.PLAUSIBLE, 0, Integer.MAX_VALUE);
    List<String> given = optional(train, "classes");
    boolean found = given.isEmpty() || given.equals(List.of("0"));
    return most == DataPlan.Rules.PLAUSIBLE && !found ? Integer.MAX_VALUE : most;
  }

  /** Tables hold anything, pixels are bytes. */
  private static Normalization normalization(Settings normalize, boolean table) {
    Normalizer.Method usual = table ? Normalizer.Method.Z_SCORE : Normalizer.Method.SCALE;
    Normalizer.Method method = normalize.choice("method", usual, Normalizer.Method.class);
    Normalizer.Per sharing = table ? Normalizer.Per.FEATURE : Normalizer.Per.ALL;
    Normalizer.Per per = normalize.choice("per", sharing, Normalizer.Per.class);
    double divisor = normalize.number("divisor", 255, Float.MIN_NORMAL, Float.MAX_VALUE);
    normalize.done();
    return new Normalization(method, per, divisor);
  }

  /**
   * One source.
   *
   * @param seed of a generated set, unless the section names one
   */
  private static ExampleSource source(Settings s, long seed) {
    String format = s.text("format");
    ExampleSource source;
    try {
      source = source(format, s, seed);
    } catch (IllegalArgumentException e) {
      throw s.wrong("format", "= " + format + ": " + e.getMessage());
    }
    s.done();
    return source;
  }

  private static ExampleSource source(String format, Settings s, long seed) {
    return switch (format) {
      case "digits" ->
          new DigitsSource(
              s.integer("examples", 10_000, 1, Integer.MAX_VALUE), s.longInteger("seed", seed));
      case "idx" ->
          new IdxSource(
              s.location("images"), s.location("labels"), s.integer("classes", 0, 0, 256));
      case "cifar" -> new CifarSource(s.locations("files"));
      case "csv" -> csv(s);
      case "libsvm" ->
          new LibSvmSource(
              s.location("file"), task(s), s.integer("features", 0, 0, 1 << 20), classes(s));
      case "parquet" ->
          new ParquetSource(
              s.location("path"), task(s), s.texts("label"), optional(s, "features"), classes(s));
      case "images" ->
          new ImageFolderSource(
              s.location("folder"),
              s.integer("width", 0, 0, 1 << 14),
              s.integer("height", 0, 0, 1 << 14),
              s.flag("grey", false),
              classes(s));
      default ->
          throw s.wrong(
              "format",
              "must be one of "
                  + String.join(", ", FORMATS)
                  + ", not \""
                  + format
                  + "\""
                  + Settings.didYouMean(format, FORMATS));
    };
  }

  private static ExampleSource csv(Settings s) {
    String delimiter = s.text("delimiter", ",");
    if (delimiter.length() != 1)
      throw s.wrong("delimiter", "must be one character, not \"" + delimiter + "\"");
    return new CsvSource(
        s.location("file"),
        s.flag("header", true),
        delimiter.charAt(0),
        task(s),
        s.texts("label"),
        classes(s));
  }

  /** All class names in order; none lets the source find them. */
  private static List<String> classes(Settings s) {
    return optional(s, "classes");
  }

  private static List<String> optional(Settings s, String key) {
    if (s.has(key)) return s.texts(key);
    s.resolvedAs(key, List.of());
    return List.of();
  }

  private static Task task(Settings s) {
    return s.choice("task", Task.CLASSIFICATION, Task.class);
  }
}
