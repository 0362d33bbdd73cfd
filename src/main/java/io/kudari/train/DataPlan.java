package io.kudari.train;

import io.kudari.data.ClassCounts;
import io.kudari.data.ClassNames;
import io.kudari.data.ClassWeighting;
import io.kudari.data.ClassWeights;
import io.kudari.data.DataException;
import io.kudari.data.Deal;
import io.kudari.data.Description;
import io.kudari.data.ExampleMemory;
import io.kudari.data.ExampleSource;
import io.kudari.data.Kept;
import io.kudari.data.Offsets;
import io.kudari.data.ReadProgress;
import io.kudari.data.Receipt;
import io.kudari.data.Rounding;
import io.kudari.data.Sampler;
import io.kudari.data.Sampling;
import io.kudari.data.Schema;
import io.kudari.data.SetReader;
import io.kudari.data.Shards;
import io.kudari.data.SourceReader;
import io.kudari.data.StoreWriter;
import io.kudari.data.Survey;
import io.kudari.data.TableSource;
import io.kudari.data.order.Division;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;

/**
 * Which example belongs to which subset and worker: worked out once on the driver, after the
 * sources have been checked.
 *
 * @param sources where the examples come from; all are read with {@link #schema}
 * @param description of the training source
 * @param testDescriptionOrNull of the test source, or null
 * @param sampler says when workers see their training examples
 * @param division of the training source
 * @param testDivisionOrNull of the test source, or null
 * @param splits that the training source is read by
 * @param testSplits of the test source, if there is one
 * @param offsets that features of all subsets are loaded less
 * @param classWeights what the training examples of each class weigh
 * @param warnings one line each: what the user should know of the data
 */
@SuppressWarnings("ArrayRecordComponent")
public record DataPlan(
    Sources sources,
    Description description,
    Description testDescriptionOrNull,
    Sampler sampler,
    Division division,
    Division testDivisionOrNull,
    List<ExampleSource> splits,
    List<ExampleSource> testSplits,
    Offsets offsets,
    ClassWeights classWeights,
    List<String> warnings)
    implements java.io.Serializable {

  /**
   * How examples are read and split.
   *
   * @param mostClasses the training source may hold, or {@link #PLAUSIBLE}
   * @param stratify whether validation takes its share of each class
   * @param shifted whether each feature is shifted by its own number anyway, so that it may have an
   *     offset
   * @param sampling which examples a worker owns, and when it visits them
   * @param weighting of the classes in training
   * @param memory that examples may take of a heap
   */
  public record Rules(
      int mostClasses,
      boolean stratify,
      boolean shifted,
      Sampling sampling,
      ClassWeighting weighting,
      ExampleMemory memory)
      implements java.io.Serializable {

    /** With the usual sampling and memory, where all classes count alike. */
    public Rules(int mostClasses, boolean stratify, boolean shifted) {
      this(
          mostClasses,
          stratify,
          shifted,
          Sampling.USUAL,
          ClassWeighting.NONE,
          ExampleMemory.QUARTER);
    }

    /** The same with another sampling. */
    public Rules with(Sampling other) {
      return new Rules(mostClasses, stratify, shifted, other, weighting, memory);
    }

    /** The same with another weighting of the classes. */
    public Rules with(ClassWeighting other) {
      return new Rules(mostClasses, stratify, shifted, sampling, other, memory);
    }

    /** The same with other memory. */
    public Rules with(ExampleMemory other) {
      return new Rules(mostClasses, stratify, shifted, sampling, weighting, other);
    }

    /** As many classes as labels may have that are not taken for measurements. */
    public static final int PLAUSIBLE = 0;

    /** Validation at random whatever the classes, features as they are. */
    public static final Rules PLAIN = new Rules(PLAUSIBLE, false, false);
  }

  /**
   * The seed of a test set's order, of which it has one whatever the experiment's seed: so {@code
   * evaluate} finds the same figures with nothing but the model.
   */
  public static final long TEST_SEED = 0;

  /** So many classes are plausible for any number of examples. */
  private static final int FEW_CLASSES = 20;

  private static final int SHOWN_COLUMNS = 5;

  /** What other programs write where there is no value, in lower case. */
  private static final Set<String> MISSING =
      Set.of("nan", "na", "n/a", "null", "none", "inf", "-inf", "infinity", "-infinity", "?");

  /**
   * Where the examples come from.
   *
   * @param train split into training and validation examples
   * @param testOrNull looked at once at the end, or null
   * @param validation share of the training source to hold out, within [0, 1)
   * @param rules how the examples are read and split
   */
  public record Sources(
      ExampleSource train, ExampleSource testOrNull, double validation, Rules rules)
      implements java.io.Serializable {

    /** With plain rules. */
    public Sources(ExampleSource train, ExampleSource testOrNull, double validation) {
      this(train, testOrNull, validation, Rules.PLAIN);
    }

    /** The same with another sampling. */
    public Sources with(Sampling other) {
      return with(rules.with(other));
    }

    /** The same with another weighting of the classes. */
    public Sources with(ClassWeighting other) {
      return with(rules.with(other));
    }

    private Sources with(Rules changed) {
      return new Sources(train, testOrNull, validation, changed);
    }

    /** Whether there are to be validation examples. */
    public boolean validates() {
      return validation > 0 || train.saysValidation();
    }

    /** The test source, if there is one. */
    public Optional<ExampleSource> test() {
      return Optional.ofNullable(testOrNull);
    }
  }

  /**
   * Reads and checks the sources, and deals the examples.
   *
   * @throws DataException when a source breaks a rule, when the two do not match, or when there are
   *     too few examples
   */
  public static DataPlan of(Sources sources, Configuration hadoop, int workers, long seed)
      throws IOException {
    return of(sources, hadoop, workers, seed, found -> {});
  }

  /**
   * As the other.
   *
   * @param fits told what the training source holds before the examples are dealt, which takes time
   *     and memory; throws when it is too much
   */
  public static DataPlan of(
      Sources sources, Configuration hadoop, int workers, long seed, Consumer<Description> fits)
      throws IOException {
    return prepare(sources, new SourceReader(hadoop), false, workers, seed, fits).plan();
  }

  /**
   * A plan, and perhaps the examples.
   *
   * @param train examples of the training source, where they were kept
   * @param test of the test source, likewise
   * @param read bytes that were read for them
   * @param invalid rows that were left out of both sources for cells that hold what they must not
   */
  public record Prepared(
      DataPlan plan, List<Kept> train, List<Kept> test, long read, long invalid) {

    /** Deals what was kept, and reads the rest. */
    public Dealing dealing(SetReader reader) {
      Dealing reading = plan.dealing(reader);
      return new Dealing() {
        @Override
        public Dealing watched(ReadProgress.Watch watch) {
          return dealing(reader.watched(watch));
        }

        @Override
        public ClassWeights classWeights() {
          return plan.classWeights;
        }

        @Override
        public Shards deal(int first, int last) throws IOException {
          return train.isEmpty()
              ? reading.deal(first, last)
              : Kept.shards(plan.sources.train(), train, plan.division, first, last);
        }

        @Override
        public Optional<Shards> dealTest(int first, int last) throws IOException {
          return test.isEmpty()
              ? reading.dealTest(first, last)
              : Optional.of(
                  Kept.shards(
                      plan.sources.testOrNull(), test, plan.testDivisionOrNull, first, last));
        }
      };
    }
  }

  /**
   * As the other, and may keep the examples that it reads.
   *
   * @param keeps whether to keep them: where all workers are in this process
   */
  public static Prepared prepare(
      Sources sources,
      SetReader reader,
      boolean keeps,
      int workers,
      long seed,
      Consumer<Description> fits)
      throws IOException {
    Survey whole = reader.survey(sources.train(), Schema.UNKNOWN, seed, keeps);
    fits.accept(whole.description());
    checkClasses(whole.description(), sources.rules().mostClasses());
    if (sources.rules().mostClasses() == Rules.PLAUSIBLE && sources.train() instanceof TableSource)
      checkWhole(sources.train(), whole.description());
    Division division = division(sources, whole, workers);
    Survey survey = whole.divided(division);
    Description train = survey.description();
    Survey test =
        sources.testOrNull() == null
            ? null
            : reader.survey(sources.testOrNull(), train.schema(), TEST_SEED, keeps);
    Offsets found = train.schema().encoding().features(survey.rounding().offsets());
    Offsets offsets = sources.rules().shifted() ? found : Offsets.NONE;
    DataPlan plan =
        new DataPlan(
            sources,
            train,
            test == null ? null : test.description(),
            new Sampler(
                seed,
                workers,
                Math.toIntExact(division.training()),
                sources.rules().sampling().order()),
            division,
            test == null ? null : new Division(test.keys(), Division.Rules.whole(workers)),
            survey.splits(),
            test == null ? List.of() : test.splits(),
            offsets,
            classWeights(sources, survey, division),
            warnings(sources, survey, division));
    boolean same = offsets.isNone();
    return new Prepared(
        plan,
        same ? survey.kept() : List.of(),
        same && test != null ? test.kept() : List.of(),
        survey.read() + (test == null ? 0 : test.read()),
        survey.invalid() + (test == null ? 0 : test.invalid()));
  }

  private static Division division(Sources sources, Survey survey, int workers) {
    Sampling sampling = sources.rules().sampling();
    Description train = survey.description();
    if (sampling.needsLabels() && train.classes() == 0) {
      throw new DataException(
          (sampling.order() == Sampling.Order.SORTED_BY_LABEL ? "train.order" : "train.shards")
              + " = sorted-by-label needs classes, but data.train has none");
    }
    boolean said = sources.train().saysValidation();
    boolean stratified = sources.rules().stratify() && !said && train.classes() > 0;
    boolean byClass = sampling.shards() == Sampling.Shards.SORTED_BY_LABEL;
    Division division =
        new Division(
            survey.keys(),
            new Division.Rules(sources.validation(), said, stratified, byClass, workers));
    if (said && division.training() == 0)
      throw new DataException(
          sources.train().name()
              + ": its validation-flag is true in all rows: none is left for training");
    if (division.training() < workers) {
      throw new DataException(
          "train.workers is "
              + workers
              + ", but there are only "
              + division.training()
              + " training examples: every worker needs at least one");
    }
    return division;
  }

  private static ClassWeights classWeights(Sources sources, Survey survey, Division division) {
    Schema schema = survey.description().schema();
    if (schema.classes() == 0) return ClassWeights.NONE;
    long[] training = ClassCounts.of(division, survey.keys()).training();
    return sources.rules().weighting().of(schema.names(), training);
  }

  private static List<String> warnings(Sources sources, Survey survey, Division division) {
    Rules rules = sources.rules();
    Description train = survey.description();
    List<String> warnings = new ArrayList<>();
    if (division.goesByClass() && sources.validation() > 0 && division.held() == 0)
      warnings.add("validation has no examples: each class has one, which is trained on");
    if (train.classes() > 0) {
      ClassCounts.of(division, survey.keys()).warning(train.classNames()).ifPresent(warnings::add);
      List<String> missing = train.classNames().stream().filter(DataPlan::looksMissing).toList();
      if (!missing.isEmpty())
        warnings.add(
            "labels that look like missing values are classes of their own: "
                + ClassNames.shown(missing));
    }
    warnings.addAll(train.notes());
    List<String> constant = survey.constant();
    if (!constant.isEmpty())
      warnings.add(
          (constant.size() == 1 ? "a column has" : constant.size() + " columns have")
              + " one value and tell"
              + (constant.size() == 1 ? "s" : "")
              + " nothing: "
              + Schema.brief(constant).replaceAll("^\\[|\\]$", ""));
    Rounding rounding = survey.rounding();
    List<String> merged = rules.shifted() ? rounding.mergedWithOffsets() : rounding.merged();
    if (!merged.isEmpty()) warnings.add(merged(merged, rules, rounding));
    return List.copyOf(warnings);
  }

  private static boolean looksMissing(String label) {
    return MISSING.contains(label.toLowerCase(Locale.ROOT));
  }

  /**
   * Checks that there are validation examples for a plan that goes by them.
   *
   * @throws DataException when there are none
   */
  public void checkFollower(TrainingPlan plan) {
    String follower = plan.followerOrNull();
    if (follower == null || validation() > 0) return;
    String none =
        sources.train().saysValidation()
            ? "data.train.validation-flag is true for none of "
            : "data.validation = " + sources.validation() + " holds out none of ";
    throw new DataException(
        none
            + description.examples()
            + " examples, but "
            + follower
            + " needs validation examples");
  }

  private static String merged(List<String> columns, Rules rules, Rounding rounding) {
    String some = String.join(", ", columns.subList(0, Math.min(SHOWN_COLUMNS, columns.size())));
    String more = columns.size() > SHOWN_COLUMNS ? ", …" : "";
    boolean curable = !rules.shifted() && rounding.mergedWithOffsets().size() < columns.size();
    return "rounding to 32 bits makes different values equal in "
        + (columns.size() == 1 ? "column " : columns.size() + " columns: ")
        + some
        + more
        + (curable ? "; data.normalize { method = z-score, per = feature } keeps them apart" : "");
  }

  /** Refuses labels that look like measurements, unless they are known to be classes. */
  private static void checkClasses(Description train, int most) {
    int classes = train.classes();
    boolean few = classes <= FEW_CLASSES || classes <= train.examples() / 2;
    if (most == Rules.PLAUSIBLE ? few : classes <= most) return;
    String found = "data.train has " + classes + " classes in " + train.examples() + " examples";
    throw new DataException(
        most == Rules.PLAUSIBLE
            ? found + maybeTargets(classes)
            : found + ", more than data.train.max-classes = " + most);
  }

  /** Refuses decimal numbers in the label of a table, where nothing says that they are classes. */
  private static void checkWhole(ExampleSource source, Description train) {
    List<String> labels = train.schema().labels();
    String column = labels.isEmpty() ? "the label" : "column " + labels.get(0);
    ClassNames.fraction(train.classNames())
        .ifPresent(
            found -> {
              throw new DataException(
                  source.name()
                      + ": "
                      + column
                      + " holds decimal numbers, such as "
                      + found
                      + maybeTargets(train.classes()));
            });
  }

  private static String maybeTargets(int classes) {
    return ": is this a regression? Then data.train.task = regression; if not,"
        + " data.train.max-classes = "
        + classes
        + " or data.train.classes allows them";
  }

  /** Bytes of all examples of both sources, as they are kept and sent. */
  public long kept() {
    return description.kept() + (testDescriptionOrNull == null ? 0 : testDescriptionOrNull.kept());
  }

  /** Number of validation examples. */
  public int validation() {
    return Math.toIntExact(division.held());
  }

  /** Number of test examples. */
  public int test() {
    return testDescriptionOrNull == null ? 0 : testDescriptionOrNull.examples();
  }

  /**
   * How a source is dealt.
   *
   * @param test whether it is the test source, which there is, or the training source
   */
  public Deal deal(boolean test) {
    return test
        ? testDeal(schema(), offsets, testDivisionOrNull)
        : new Deal(schema(), offsets, sampler.seed(), division);
  }

  /** How a test source is dealt, by {@code evaluate} as by training. */
  public static Deal testDeal(Schema schema, Offsets offsets, Division division) {
    return new Deal(schema, offsets, TEST_SEED, division);
  }

  /** Reads the sources again for whoever wants examples. */
  public Dealing dealing(SetReader reader) {
    return new Dealing() {
      @Override
      public Dealing watched(ReadProgress.Watch watch) {
        return dealing(reader.watched(watch));
      }

      @Override
      public ClassWeights classWeights() {
        return classWeights;
      }

      @Override
      public Shards deal(int first, int last) throws IOException {
        return reader.deal(sources.train(), description, DataPlan.this.deal(false), first, last);
      }

      @Override
      public Optional<Shards> dealTest(int first, int last) throws IOException {
        if (testDivisionOrNull == null) return Optional.empty();
        return Optional.of(
            reader.deal(
                sources.testOrNull(),
                testDescriptionOrNull,
                DataPlan.this.deal(true),
                first,
                last));
      }
    };
  }

  /**
   * Takes what a range of workers is given of the training set.
   *
   * @param last worker after the last
   * @param room where examples are kept
   */
  public Receipt receipt(int first, int last, StoreWriter.Room room) {
    return new Receipt(description, sources.train(), deal(false), first, last, room);
  }

  /** Likewise of the test set, if there is one. */
  public Optional<Receipt> testReceipt(int first, int last, StoreWriter.Room room) {
    if (testDivisionOrNull == null) return Optional.empty();
    return Optional.of(
        new Receipt(testDescriptionOrNull, sources.testOrNull(), deal(true), first, last, room));
  }

  /** What all sets of the run are read with: the training set's. */
  public Schema schema() {
    return description.schema();
  }

  /** Number of outputs a model of this data needs. */
  public int outputs() {
    return schema().outputs();
  }
}
