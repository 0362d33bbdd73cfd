package io.kudari.lab.network;

import io.kudari.lab.Bench;
import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Experiment;
import io.kudari.lab.Figure;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Statistics;
import io.kudari.lab.Table;
import io.kudari.lab.Trial;
import io.kudari.lab.Verdict;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Which start values a network of rectifiers learns from. */
public final class StartValues implements Experiment {

  private static final int STEPS = 2000;
  private static final int LAST = 500;
  private static final int INPUTS = 784;
  private static final int UNITS = 100;

  /** A start: how the settings say it. */
  private record Start(String id, String shown, String setting) {}

  private static final List<Start> STARTS =
      List.of(
          new Start("small", "0.01", "{ kind = normal, value = 0.01 }"),
          new Start("tenth", "0.1", "{ kind = normal, value = 0.1 }"),
          new Start("lecun", "1/√n", "lecun-normal"),
          new Start("he", "√(2/n)", "he-normal"));

  private static final Claim XAVIER_FASTER =
      new Claim("001", 294, "Xavier's start is a little faster than 0.1.");
  private static final Claim HE_SWINGS = new Claim("001", 303, "He's start swings more.");
  private static final Claim HE_FASTEST = new Claim("001", 290, 311, "He's start is the fastest.");
  private static final Claim XAVIER = new Claim("001", 290, "Xavier's deviation is 1/√n.");
  private static final Claim HE = new Claim("001", 272, 299, "He's deviation is 2/√n.");

  /** Steps of what is trained only for a verdict. */
  private static final int SHORT = 500;

  /** All seeds of a start: the loss of each step. */
  private record Runs(Start start, List<double[]> losses) {

    double below() {
      return Statistics.mean(losses.stream().mapToDouble(l -> Networks.below(l, 1)).toArray());
    }

    double end() {
      return Statistics.mean(losses.stream().mapToDouble(l -> Networks.end(l, LAST)).toArray());
    }

    /** The loss's deviation over the last steps. */
    double swing() {
      return Statistics.mean(losses.stream().mapToDouble(Runs::swing).toArray());
    }

    private static double swing(double[] losses) {
      double mean = Networks.end(losses, LAST);
      double sum = 0;
      for (int i = losses.length - LAST; i < losses.length; i++)
        sum += (losses[i] - mean) * (losses[i] - mean);
      return Math.sqrt(sum / LAST);
    }
  }

  /** The experiment. */
  public StartValues() {}

  @Override
  public String name() {
    return "init";
  }

  @Override
  public Section section() {
    return Section.INITIAL_WEIGHTS;
  }

  @Override
  public String question() {
    return "Which start values does a network learn from fastest?";
  }

  @Override
  public String setup() {
    return "784-100-100-100-100-10 with rectifiers on 10,000 digits, SGD at 0.01, batches of 128,"
        + " 2,000 steps; normal weights of deviation 0.01, 0.1, 1/√n and √(2/n), n the fan-in; 3"
        + " seeds, quick 2. A loss is reached when the mean of 30 steps is below it.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(XAVIER_FASTER, HE_SWINGS, HE_FASTEST, XAVIER, HE);
  }

  @Override
  public int seconds(boolean quick) {
    return quick ? 20 : 30;
  }

  private static Trial trial(Start start) {
    return Networks.perceptron(10_000, 100, 100, 100, 100)
        .with("train.steps", STEPS)
        .with("model.initializer", start.setting())
        .with("optimizer.name", "sgd")
        .with("optimizer.learning-rate", .01);
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    List<Trial> trials = STARTS.stream().map(StartValues::trial).toList();
    List<List<double[]>> losses = Networks.losses(bench, trials, scope.seeds(2, 3), STEPS);
    List<Runs> all = new ArrayList<>();
    for (int i = 0; i < STARTS.size(); i++) all.add(new Runs(STARTS.get(i), losses.get(i)));
    return new Findings(
        String.format(
            Locale.ROOT,
            "From √(2/n): %.0f steps to a loss of 1, against %.0f from 0.1 and %.0f from 1/√n. From"
                + " 0.01 it learns nothing in 2,000 (loss %.4f: guessing).",
            all.get(3).below(),
            all.get(1).below(),
            all.get(2).below(),
            all.get(0).end()),
        List.of(table(all)),
        List.of(figure(all)),
        checks(all),
        verdicts(all, Networks.below(printed(bench, scope.firstSeed()), 1)));
  }

  /** Losses from deviations of 2/√n. */
  private static double[] printed(Bench bench, long seed) throws InterruptedException {
    Trial trial = trial(STARTS.get(1)).with("train.steps", SHORT);
    String layers = trial.settings().get("model.layers");
    Trial printed =
        trial
            .with("model.initializer", normal(2 / Math.sqrt(UNITS)))
            .with(
                "model.layers",
                layers.replaceFirst(
                    "relu", "relu, initializer = " + normal(2 / Math.sqrt(INPUTS))));
    return Networks.losses(bench, List.of(printed), List.of(seed), SHORT).get(0).get(0);
  }

  private static String normal(double deviation) {
    return "{ kind = normal, value = " + deviation + " }";
  }

  /** Of the weights of 100 units with so many inputs. */
  private static double deviation(Initializer.Kind kind, int inputs) {
    LayerSpec dense = new LayerSpec.Dense(UNITS, Initializer.of(kind));
    NetworkSpec network =
        new NetworkSpec(Shape.flat(inputs), List.of(dense), Loss.MEAN_SQUARED_ERROR);
    float[] all = network.initial(1);
    double squares = 0;
    for (int i = 0; i < inputs * UNITS; i++) squares += (double) all[i] * all[i];
    return Math.sqrt(squares / (inputs * UNITS));
  }

  private static List<Check> checks(List<Runs> all) {
    String root = "2/√n: 130 steps; the number of numbers for the fan-in: nothing is learned";
    return List.of(
        Check.near(
            "small", "loss of the last 500 steps, 0.01", all.get(0).end(), 2.303, .005, root),
        Check.within("tenth", "steps to a loss of 1, 0.1", all.get(1).below(), 540, 670, root),
        Check.within("lecun", "steps to a loss of 1, 1/√n", all.get(2).below(), 650, 800, root),
        Check.within("he", "steps to a loss of 1, √(2/n)", all.get(3).below(), 240, 320, root));
  }

  private static List<Verdict> verdicts(List<Runs> all, double printed) {
    double tenth = all.get(1).below();
    double lecun = all.get(2).below();
    double he = all.get(3).below();
    double others = Math.max(all.get(1).swing(), all.get(2).swing());
    return List.of(
        lecun < tenth
            ? XAVIER_FASTER.holds()
            : XAVIER_FASTER.doesNotHold(
                String.format(Locale.ROOT, "it takes %.0f steps, 0.1 takes %.0f", lecun, tenth)),
        all.get(3).swing() > others
            ? HE_SWINGS.holds()
            : HE_SWINGS.doesNotHold(
                String.format(
                    Locale.ROOT,
                    "over the last 500 steps its loss deviates by %.3f, others' by %.3f",
                    all.get(3).swing(),
                    others)),
        he < tenth && he < lecun
            ? HE_FASTEST.holds()
            : HE_FASTEST.doesNotHold(
                String.format(Locale.ROOT, "%.0f steps, others %.0f and %.0f", he, tenth, lecun)),
        xavier(),
        Math.abs(printed - he) > .2 * he
            ? HE.doesNotHold(
                String.format(
                    Locale.ROOT,
                    "it is √(2/n); 2/√n is another start, by which a loss of 1 takes %.0f steps and"
                        + " not %.0f",
                    printed,
                    he))
            : HE.holds());
  }

  private static Verdict xavier() {
    double right = deviation(Initializer.Kind.XAVIER_NORMAL, INPUTS);
    double lecun = deviation(Initializer.Kind.LECUN_NORMAL, INPUTS);
    double even = deviation(Initializer.Kind.XAVIER_NORMAL, UNITS);
    double evenLecun = deviation(Initializer.Kind.LECUN_NORMAL, UNITS);
    if (Math.abs(even / evenLecun - 1) > .05)
      return XAVIER.doesNotHold(
          String.format(Locale.ROOT, "of 100 inputs it is %.4f, and not %.4f", even, evenLecun));
    return Math.abs(right / lecun - 1) > .05
        ? XAVIER.holdsIf(
            String.format(
                Locale.ROOT,
                "a layer has as many outputs as inputs: it is √(2/(in + out)), %.4f from 784 to 100"
                    + " where 1/√n is %.4f",
                right,
                lecun))
        : XAVIER.holds();
  }

  private static Table table(List<Runs> all) {
    List<List<Object>> rows = new ArrayList<>();
    for (Runs r : all) rows.add(List.of(r.start().shown(), r.below(), r.end(), r.swing()));
    return new Table(
        "Means over seeds",
        List.of("start", "steps to a loss of 1", "loss of the last 500", "its deviation"),
        rows);
  }

  private static Figure figure(List<Runs> all) {
    List<Figure.Curve> curves = new ArrayList<>();
    for (Runs r : all)
      curves.addAll(Networks.curves(r.start().shown(), all.indexOf(r), r.losses()));
    return new Figure(
        "Smoothed loss by step",
        "Medians over seeds, and each seed thin. Look at 0.01, which stays at ln 10 = 2.303, what"
            + " guessing costs.",
        new Figure.Scale("step", true),
        new Figure.Scale("loss", false),
        List.of(new Figure.Panel("", curves)));
  }
}
