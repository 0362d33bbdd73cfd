package io.kudari.lab.experiment;

import io.kudari.lab.Check;
import io.kudari.lab.Experiment;
import io.kudari.lab.Lab;
import io.kudari.lab.LabListener;
import io.kudari.lab.LabRecord;
import io.kudari.lab.Scope;
import io.kudari.lab.Trial;
import io.kudari.lab.generalisation.EarlyStop;
import io.kudari.lab.generalisation.WeightDecay;
import io.kudari.lab.network.Batches;
import io.kudari.lab.network.ExampleOrder;
import io.kudari.lab.network.OptimizerRace;
import io.kudari.lab.network.RatesOfDigits;
import io.kudari.lab.network.StartValues;
import io.kudari.lab.normalisation.BatchNorm;
import io.kudari.lab.normalisation.BatchScale;
import io.kudari.lab.weights.Pretraining;
import io.kudari.lab.weights.SmallWeights;
import io.kudari.run.SparkSettings;
import io.kudari.run.TrialRunner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Runs experiments that train wrongly, as {@code scripts/lab-mutants} does: every mistake must be
 * caught by the checks that are named beside it. It takes minutes, so no test does it. Trials are
 * kept, as those of the lab are.
 */
public final class Mutants {

  private static final String RATE = "optimizer.learning-rate";
  private static final String WARM_UP = "schedule.learning-rate.warmup.from";
  private static final String WARM_UP_LENGTH = "schedule.learning-rate.warmup.";
  private static final String BATCHES = "schedule.batch.at-epochs";
  private static final String LOCAL = "train.algorithm.local-steps";
  private static final String BATCH = "train.batch";

  private static final String PATIENCE = "train.early-stopping.patience";

  private static final Experiment RULES = new RateRules();
  private static final Experiment GROWING = new GrowingBatch();
  private static final Experiment STEPS = new LocalSteps();
  private static final Experiment GAP = new GeneralisationGap();
  private static final Experiment RATIOS = new TrustRatios();
  private static final Experiment SPLIT = new SplitInvariance();
  private static final Experiment CODED = new Compression();
  private static final Experiment LATE = new Staleness();
  private static final String EXCHANGE = "train.exchange";
  private static final String DELAY = "train.algorithm.delay";

  /** All mistakes that need training: those that need none are in tests. */
  static final List<Mutant> ALL =
      List.of(
          new Mutant(
              RULES,
              "rule-ignored",
              t -> t.with("train.batch-rule", "none"),
              List.of("linear-32", "warm-16", "root-none", "lost")),
          new Mutant(
              RULES,
              "full-rate-at-once",
              t -> t.settings().containsKey(WARM_UP) ? t.with(WARM_UP, 1) : t,
              List.of("warm-32")),
          new Mutant(RULES, "warm-up-of-steps", Mutants::warmUpOfSteps, List.of("warm-32")),
          new Mutant(RULES, "scaled-twice", Mutants::scaledTwice, List.of("linear-16")),
          new Mutant(GROWING, "decays-and-grows", Mutants::decaysAndGrows, List.of("grow")),
          new Mutant(
              GROWING,
              "rate-grows-with-batch",
              t ->
                  t.settings().containsKey(BATCHES)
                      ? t.with("train.batch-rule", "linear").with("train.base-batch", 32)
                      : t,
              List.of("grow", "hybrid")),
          new Mutant(
              GROWING,
              "an-epoch-late",
              t -> t.settings().containsKey(BATCHES) ? t.with(BATCHES, "[7, 10, 13]") : t,
              List.of("grow", "hybrid", "grow-validation", "steps-grow")),
          new Mutant(GROWING, "no-stages", Mutants::withoutStages, List.of("constant")),
          new Mutant(
              GROWING,
              "batches-end-with-the-epoch",
              t -> t.with("train.last-batch", "keep"),
              List.of("steps-decay", "steps-grow")),
          new Mutant(
              STEPS,
              "means-after-every-step",
              t -> t.settings().containsKey(LOCAL) ? t.with(LOCAL, 1) : t,
              List.of("rounds-16", "sorted")),
          new Mutant(
              STEPS,
              "no-means",
              t -> t.settings().containsKey(LOCAL) ? t.with(LOCAL, 1000) : t,
              List.of("rounds-1", "rounds-16")),
          new Mutant(
              STEPS,
              "rate-grows-with-local-steps",
              t ->
                  t.settings().getOrDefault(LOCAL, "").matches("\\d+")
                      ? t.with(RATE, number(t, LOCAL) * number(t, RATE))
                      : t,
              List.of("dealt")),
          new Mutant(
              STEPS,
              "examples-for-steps",
              t ->
                  t.settings().getOrDefault(LOCAL, "").matches("\\d+")
                      ? t.with(LOCAL, Math.max(1, (int) number(t, LOCAL) / 16))
                      : t,
              List.of("rounds-16")),
          new Mutant(
              STEPS,
              "shards-shuffled",
              t -> t.with("train.shards", "dealt"),
              List.of("rising", "sorted")),
          new Mutant(
              STEPS,
              "velocities-forgotten",
              t -> t.settings().containsKey(LOCAL) ? t.with("train.algorithm.slots", "reset") : t,
              List.of("synchronous")),
          new Mutant(
              STEPS,
              "never-late",
              t -> t.settings().getOrDefault(LOCAL, "").contains("{") ? t.with(LOCAL, 16) : t,
              List.of("post-local")),
          new Mutant(
              GAP,
              "ghost-batches-ignored",
              t ->
                  t.with(
                      "model.layers",
                      t.settings()
                          .get("model.layers")
                          .replace("ghost-batch = 32", "ghost-batch = 0")),
              List.of("ghost")),
          new Mutant(
              GAP,
              "rate-follows-the-batch",
              t -> t.with("train.batch-rule", "linear").with("train.base-batch", 32),
              List.of("same", "tuned", "training")),
          new Mutant(
              RATIOS,
              "nesterov-not-tuned",
              t -> isOf("nesterov", t) ? t.with(RATE, 0.003) : t,
              List.of("lars", "nesterov-errors")),
          new Mutant(RATIOS, "adam-damped", damped("adam"), List.of("lamb", "adam-errors")),
          new Mutant(RATIOS, "lamb-damped", damped("lamb"), List.of("lamb", "lamb-errors")),
          new Mutant(
              RATIOS,
              "lars-without-coefficient",
              t -> isOf("lars", t) ? t.with("optimizer.coefficient", 1) : t,
              List.of("lars")),
          new Mutant(
              new OptimizerRace(),
              "adam-last-only",
              t ->
                  isOf("adam", t)
                      ? t.with("train.frozen", "[\"0.*\", \"2.*\", \"4.*\", \"6.*\"]")
                      : t,
              List.of("adam", "steps-adam")),
          new Mutant(
              new RatesOfDigits(),
              "damped",
              t -> isOf("momentum", t) ? t.with(RATE, number(t, RATE) * .1) : t,
              List.of("ten", "momentum-0.1")),
          new Mutant(
              new RatesOfDigits(),
              "sum-for-mean",
              t -> t.with(RATE, number(t, RATE) * 128),
              List.of("sgd-0.01", "sgd-0.1", "sgd-0.3")),
          new Mutant(
              new StartValues(),
              "he-without-root",
              t ->
                  "he-normal".equals(t.settings().get("model.initializer"))
                      ? t.with("model.initializer", "{ kind = normal, value = 0.2 }")
                      : t,
              List.of("he")),
          new Mutant(
              new OptimizerRace(),
              "adam-uncorrected",
              t -> isOf("adam", t) ? uncorrected(t) : t,
              List.of("adam")),
          new Mutant(
              new StartValues(),
              "numbers-for-fan-in",
              t -> started(t, "lecun-normal", .0032, "he-normal", .0063),
              List.of("lecun", "he")),
          new Mutant(
              new StartValues(),
              "one-over-fan-in",
              t -> started(t, "lecun-normal", .01, "he-normal", .01),
              List.of("lecun", "he")),
          new Mutant(
              new Batches(),
              "sum-for-mean",
              t -> t.with(RATE, .1 * number(t, BATCH)),
              List.of("first-100", "last-1000")),
          new Mutant(
              new SmallWeights(),
              "scale-ignored",
              t ->
                  t.with(
                      "model.layers",
                      t.settings()
                          .get("model.layers")
                          .replaceAll("initializer \\{[^}]*\\}", "initializer = he-normal")),
              List.of("three", "tenfold")),
          new Mutant(
              new Pretraining(),
              "start-ignored",
              UnaryOperator.identity(),
              told -> new float[0],
              List.of("start", "end")),
          new Mutant(
              new Pretraining(),
              "frozen-layers-learn",
              t -> t.with("train.frozen", "[]"),
              List.of("frozen")),
          new Mutant(
              new BatchNorm(),
              "ignored",
              t ->
                  t.with(
                      "model.layers",
                      t.settings()
                          .get("model.layers")
                          .replaceAll("batch-norm = \\w+", "batch-norm = none")),
              List.of("before", "after")),
          new Mutant(
              new BatchScale(),
              "scale-and-shift-frozen",
              t -> t.with("train.frozen", "[\"*.scale\", \"*.shift\"]"),
              List.of("spread", "loss")),
          new Mutant(
              new EarlyStop(),
              "restore-last",
              t ->
                  t.settings().containsKey(PATIENCE)
                      ? t.with("train.early-stopping.restore-best", false)
                      : t,
              List.of("restored")),
          new Mutant(new EarlyStop(), "never-stops", Mutants::withoutStop, List.of("stop")),
          new Mutant(
              new WeightDecay(),
              "ignored",
              t -> t.with("optimizer.l2", 0),
              List.of("gap-some", "test-some", "gap-much", "norm")),
          new Mutant(
              new ExampleOrder(),
              "order-ignored",
              t -> t.with("train.order", "shuffled"),
              List.of("sorted-first", "sorted-last")),
          new Mutant(
              new ExampleOrder(),
              "sorted",
              t -> t.with("train.order", "sorted-by-label"),
              List.of("first-shuffled", "first-once", "first-with-replacement")),
          new Mutant(
              new ExampleOrder(),
              "same-order",
              t -> t.with("train.order", "once"),
              List.of("sorted-first", "sorted-last")),
          new Mutant(
              new ExampleOrder(),
              "with-replacement",
              t -> t.with("train.order", "with-replacement"),
              List.of("sorted-first", "sorted-last")),
          new Mutant(
              SPLIT,
              "workers-not-used",
              t -> t.settings().containsKey("train.steps") ? t : t.with("train.workers", 1),
              List.of("other-batches")),
          new Mutant(
              CODED,
              "no-feedback",
              t -> withExchange(t, "error-feedback = true", "error-feedback = false"),
              List.of("sign", "power-sgd", "top-k", "top-few")),
          new Mutant(
              CODED,
              "feedback-always",
              t -> withExchange(t, "error-feedback = false", "error-feedback = true"),
              List.of("sign-alone", "power-sgd-alone", "top-k-alone", "top-few-alone")),
          new Mutant(CODED, "momentum-after-code", Mutants::afterCode, List.of("momentum")),
          new Mutant(
              CODED,
              "all-is-sent",
              t -> t.with(EXCHANGE, "{ name = dense }"),
              List.of("bytes-sign", "bytes-top-k", "top-k-alone")),
          new Mutant(
              CODED,
              "sum-for-mean",
              t -> t.with(RATE, 128 * Double.parseDouble(t.settings().get(RATE))),
              List.of("top-k-alone")),
          new Mutant(
              LATE,
              "never-late",
              t -> t.settings().containsKey(DELAY) ? t.with(DELAY, 0) : t,
              List.of("law-most", "five-late")),
          new Mutant(
              LATE,
              "one-later",
              t -> t.settings().containsKey(DELAY) ? t.with(DELAY, later(t)) : t,
              List.of("synchronous")));

  private Mutants() {}

  private static double number(Trial trial, String key) {
    return Double.parseDouble(trial.settings().get(key));
  }

  private static int later(Trial trial) {
    return Integer.parseInt(trial.settings().get(DELAY)) + 1;
  }

  /** Deep gradient compression has momentum before the code, which is refused without feedback. */
  private static Trial withExchange(Trial trial, String was, String is) {
    String exchange = trial.settings().get(EXCHANGE);
    if (exchange.contains("momentum")) return trial;
    return trial.with(EXCHANGE, exchange.replace(was, is));
  }

  /** Deep gradient compression's momentum, after the code as all others have it. */
  private static Trial afterCode(Trial trial) {
    String exchange = trial.settings().get(EXCHANGE);
    if (!exchange.contains("momentum")) return trial;
    return Digits.momentum(trial, number(trial, RATE))
        .with(EXCHANGE, exchange.replace("momentum = 0.9, ", ""));
  }

  /** A thousandth of the rate. */
  private static UnaryOperator<Trial> damped(String optimizer) {
    return t -> isOf(optimizer, t) ? t.with(RATE, .001 * number(t, RATE)) : t;
  }

  private static boolean isOf(String optimizer, Trial trial) {
    return optimizer.equals(trial.settings().get("optimizer.name"));
  }

  /** Normal start values of other deviations in the place of two rules. */
  private static Trial started(
      Trial trial, String rule, double value, String other, double otherValue) {
    String start = trial.settings().get("model.initializer");
    if (!start.equals(rule) && !start.equals(other)) return trial;
    double deviation = start.equals(rule) ? value : otherValue;
    return trial.with("model.initializer", "{ kind = normal, value = " + deviation + " }");
  }

  /**
   * Adam whose moments are not corrected, by a rate that undoes the correction: exactly in the
   * first hundred steps, then at every tenth.
   */
  private static Trial uncorrected(Trial trial) {
    List<Integer> at = new ArrayList<>();
    List<Double> factors = new ArrayList<>();
    for (int step = 1; step < 2000; step += step < 100 ? 1 : 10) {
      at.add(step);
      factors.add(correction(step) / correction(0));
    }
    return trial
        .with(RATE, number(trial, RATE) * correction(0))
        .with("schedule.learning-rate.kind", "piecewise")
        .with("schedule.learning-rate.at-steps", at)
        .with("schedule.learning-rate.factors", factors);
  }

  private static double correction(int step) {
    return (1 - Math.pow(.9, step + 1)) / Math.sqrt(1 - Math.pow(.999, step + 1));
  }

  private static Trial withoutStages(Trial trial) {
    return without("schedule.", trial);
  }

  /** The training loss, by which it would stop, falls to the end. */
  private static Trial withoutStop(Trial trial) {
    return without(PATIENCE, trial);
  }

  private static Trial without(String beginning, Trial trial) {
    SortedMap<String, String> settings = new TreeMap<>(trial.settings());
    settings.keySet().removeIf(key -> key.startsWith(beginning));
    return new Trial(settings, trial.seed());
  }

  private static Trial scaledTwice(Trial trial) {
    if (!trial.settings().get("train.batch-rule").equals("linear")) return trial;
    double scale = Double.parseDouble(trial.settings().get(BATCH)) / 32;
    return trial.with(RATE, 0.05 * scale);
  }

  private static Trial warmUpOfSteps(Trial trial) {
    if (!trial.settings().containsKey(WARM_UP_LENGTH + "epochs")) return trial;
    SortedMap<String, String> settings = new TreeMap<>(trial.settings());
    settings.put(WARM_UP_LENGTH + "steps", settings.remove(WARM_UP_LENGTH + "epochs"));
    return new Trial(settings, trial.seed());
  }

  private static Trial decaysAndGrows(Trial trial) {
    if (!trial.settings().getOrDefault("schedule.batch.factors", "").contains("125")) return trial;
    return trial
        .with("schedule.learning-rate.kind", "piecewise")
        .with("schedule.learning-rate.at-steps", "[1875, 2063, 2101]")
        .with("schedule.learning-rate.factors", "[0.2, 0.04, 0.008]");
  }

  private static final LabListener QUIET =
      new LabListener() {
        @Override
        public void began(Experiment experiment) {}

        @Override
        public void trials(int done, int planned, double secondsLeft) {}

        @Override
        public void ended(LabRecord.Entry entry) {}
      };

  /**
   * Runs those whose names begin with one of the arguments, or all; ends with 1 when one is missed.
   *
   * @param args a folder for the trials, then beginnings of names
   */
  public static void main(String[] args) throws Exception {
    Lab lab = new Lab(Path.of(args[0]), new Scope(true, 0, 1), List.of(), QUIET);
    List<String> wanted = Arrays.asList(args).subList(1, args.length);
    boolean caught = true;
    try (TrialRunner runner = new TrialRunner(new SparkSettings(null, Map.of()), () -> false)) {
      for (Mutant mutant : ALL) {
        if (!wanted.isEmpty() && wanted.stream().noneMatch(mutant.name()::startsWith)) continue;
        LabRecord found = lab.run(List.of(mutant), runner);
        List<String> missed =
            found.experiments().get(0).findings().missed().stream().map(Check::id).toList();
        boolean all = missed.containsAll(mutant.caughtBy());
        caught &= all;
        System.out.println(
            (all ? "caught  " : "MISSED  ")
                + mutant.name()
                + ": checks that fail: "
                + missed
                + (all ? "" : ", but must: " + mutant.caughtBy()));
      }
    }
    System.exit(caught ? 0 : 1);
  }
}
