package io.kudari.lab.generalisation;

import io.kudari.lab.Bench;
import io.kudari.lab.Check;
import io.kudari.lab.Claim;
import io.kudari.lab.Experiment;
import io.kudari.lab.Figure;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import io.kudari.lab.Findings;
import io.kudari.lab.Scope;
import io.kudari.lab.Section;
import io.kudari.lab.Statistics;
import io.kudari.lab.Table;
import io.kudari.lab.Trial;
import io.kudari.lab.TrialResult;
import io.kudari.lab.TrialResult.Evaluated;
import io.kudari.lab.Verdict;
import io.kudari.lab.network.Networks;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What a network forgets to generalise while it goes on learning its examples. */
public final class EarlyStop implements Experiment {

  private static final int EXAMPLES = 300;
  private static final int VALIDATION = 1000;
  private static final int EPOCHS = 150;
  private static final int STEPS = 3;
  private static final int PATIENCE = 5;
  private static final String LAST = "the last parameters, not the best ones, are restored";
  private static final String RATE = "a rate of another size, or sums for means";

  private static final Claim SAVES =
      new Claim("000", 116, 120, "Whoever learns on and on over-fits: stop when others get worse.");

  /**
   * A seed.
   *
   * @param training mean loss of each epoch's steps
   * @param validation loss after each epoch
   * @param whole trained to the end
   * @param stopped by the validation loss
   * @param upToBest trained for as many epochs as the stopped one's best, and no more
   * @param atBest trained for as many as the best of all 150, and no more
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Run(
      double[] training,
      double[] validation,
      TrialResult whole,
      TrialResult stopped,
      TrialResult upToBest,
      TrialResult atBest) {

    /** The epoch, from 0, with the least validation loss of all. */
    int best() {
      return least(validation);
    }

    /** That of the run that stops, from 0. */
    int bestSeen() {
      return least(EarlyStop.losses(stopped));
    }

    double trainingRatio() {
      return training[EPOCHS - 1] / training[best()];
    }

    double validationRatio() {
      return validation[EPOCHS - 1] / validation[best()];
    }

    /** Epochs after its best. */
    double patience() {
      return stopped.steps() / (double) STEPS - (bestSeen() + 1);
    }

    boolean isRestored() {
      return stopped.sha256().equals(upToBest.sha256());
    }
  }

  private static int least(double[] values) {
    int least = 0;
    for (int i = 1; i < values.length; i++) if (values[i] < values[least]) least = i;
    return least;
  }

  /** The experiment. */
  public EarlyStop() {}

  @Override
  public String name() {
    return "early-stop";
  }

  @Override
  public Section section() {
    return Section.GENERALISATION;
  }

  @Override
  public String question() {
    return "What is saved by stopping when validation gets no better?";
  }

  @Override
  public String setup() {
    return "784-100-100-100-10 with rectifiers on 300 digits, 1,000 to validate, SGD at 0.1,"
        + " batches of 100: 150 epochs, and until five epochs without a lower validation"
        + " loss, from when on the best parameters are restored; 2,000 digits test. 3 seeds,"
        + " quick 2.";
  }

  @Override
  public List<Claim> claims() {
    return List.of(SAVES);
  }

  @Override
  public int seconds(boolean quick) {
    return quick ? 10 : 15;
  }

  private static Trial trial(int epochs, long seed) {
    int all = EXAMPLES + VALIDATION;
    return Networks.tested(all, Networks.hidden("relu"), 3)
        .with("data.validation", (double) VALIDATION / all)
        .with("optimizer.learning-rate", .1)
        .with("train.epochs", epochs)
        .with("train.meters", "[step-loss]")
        .seeded(seed);
  }

  @Override
  public Findings measure(Scope scope, Bench bench) throws InterruptedException {
    List<Long> seeds = scope.seeds(2, 3);
    List<Trial> trials = new ArrayList<>();
    for (long seed : seeds) {
      trials.add(trial(EPOCHS, seed));
      trials.add(trial(EPOCHS, seed).with("train.early-stopping.patience", PATIENCE));
    }
    List<TrialResult> results = bench.train(trials);
    List<Trial> again = new ArrayList<>();
    for (int i = 0; i < results.size(); i++) {
      int best = least(losses(results.get(i)));
      again.add(trial(best + 1, seeds.get(i / 2)));
    }
    List<TrialResult> upTo = bench.train(again);
    List<Run> all = new ArrayList<>();
    for (int i = 0; i < results.size(); i += 2)
      all.add(run(results.get(i), results.get(i + 1), upTo.get(i + 1), upTo.get(i)));
    double best = Statistics.mean(all, r -> loss(r.atBest()));
    double whole = Statistics.mean(all, r -> loss(r.whole()));
    return new Findings(
        String.format(
            Locale.ROOT,
            "Loss, not errors: at the best epoch the test loss is %.3f, after 150 it is %.3f, and"
                + " %.1f%% and %.1f%% of the test are right. A patience of five epochs stops at a"
                + " bump before the best in %d of %d trainings (test loss %.3f).",
            best,
            whole,
            100 - 100 * Statistics.mean(all, r -> error(r.atBest())),
            100 - 100 * Statistics.mean(all, r -> error(r.whole())),
            all.stream().filter(r -> r.bestSeen() < r.best()).count(),
            all.size(),
            Statistics.mean(all, r -> loss(r.stopped()))),
        List.of(table(all), courses(all)),
        List.of(figure(all)),
        checks(all),
        List.of(verdict(all, best, whole)));
  }

  private static double[] losses(TrialResult result) {
    return result.of("validation").stream().mapToDouble(Evaluated::loss).toArray();
  }

  private static Run run(
      TrialResult whole, TrialResult stopped, TrialResult upToBest, TrialResult atBest) {
    double[] losses = Networks.losses(whole, EPOCHS * STEPS);
    double[] training =
        IntStream.range(0, EPOCHS)
            .mapToDouble(
                e -> (losses[STEPS * e] + losses[STEPS * e + 1] + losses[STEPS * e + 2]) / STEPS)
            .toArray();
    return new Run(training, losses(whole), whole, stopped, upToBest, atBest);
  }

  private static double loss(TrialResult result) {
    return result.loss("test").orElse(Double.NaN);
  }

  private static double error(TrialResult result) {
    return result.error("test").orElse(Double.NaN);
  }

  private static Verdict verdict(List<Run> all, double best, double whole) {
    if (best >= whole) return SAVES.doesNotHold("the test loss is no lower");
    double gained =
        Statistics.mean(all, r -> error(r.whole())) - Statistics.mean(all, r -> error(r.atBest()));
    return gained > .02
        ? SAVES.holds()
        : SAVES.holdsIf(
            String.format(
                Locale.ROOT,
                "the loss is meant: it is %.2f of that at the end, and %+.1f%% more are right",
                best / whole,
                100 * gained));
  }

  private static List<Check> checks(List<Run> all) {
    double late =
        all.stream().mapToDouble(r -> Math.abs(r.patience() - PATIENCE)).max().orElse(Double.NaN);
    double restored = all.stream().filter(Run::isRestored).count() / (double) all.size();
    return List.of(
        Check.atMost(
            "training",
            "training loss, last / best epoch",
            Statistics.mean(all, Run::trainingRatio),
            .2,
            RATE),
        Check.within(
            "validation",
            "validation loss, last / best epoch",
            Statistics.mean(all, Run::validationRatio),
            1.1,
            1.3,
            RATE),
        Check.near(
            "stop",
            "distance of the stop to five epochs after its best",
            late,
            0,
            0,
            "by training" + " loss: it never stops"),
        Check.near("restored", "share with the bits of the best epoch", restored, 1, 0, LAST));
  }

  private static Table table(List<Run> all) {
    List<List<Object>> rows = new ArrayList<>();
    for (Run r : all)
      rows.add(
          List.of(
              "no. " + (rows.size() + 1),
              r.best() + 1,
              r.bestSeen() + 1,
              r.stopped().steps() / STEPS,
              r.trainingRatio(),
              r.validationRatio(),
              loss(r.stopped()),
              loss(r.atBest()),
              loss(r.whole()),
              1 - error(r.stopped()),
              1 - error(r.atBest()),
              1 - error(r.whole())));
    return new Table(
        "Each seed",
        List.of(
            "seed",
            "best epoch of 150",
            "best that it saw",
            "stopped after",
            "training loss, last / best",
            "validation loss, last / best",
            "test loss, stopped",
            "at the best",
            "at the end",
            "test accuracy, stopped",
            "at the best",
            "at the end"),
        rows);
  }

  private static Table courses(List<Run> all) {
    List<String> columns = new ArrayList<>(List.of("epoch", "training", "validation"));
    for (int s = 1; s <= all.size(); s++)
      columns.addAll(List.of("training, no. " + s, "validation, no. " + s));
    List<List<Object>> rows = new ArrayList<>();
    for (int e = 0; e < EPOCHS; e++) {
      int epoch = e;
      List<Object> row = new ArrayList<>(List.of(e + 1));
      row.add(Statistics.median(all, r -> r.training()[epoch]));
      row.add(Statistics.median(all, r -> r.validation()[epoch]));
      for (Run r : all) {
        row.add(r.training()[e]);
        row.add(r.validation()[e]);
      }
      rows.add(row);
    }
    return new Table("Losses by epoch: medians, and each seed", columns, rows);
  }

  private static Figure figure(List<Run> all) {
    double[] epochs = IntStream.rangeClosed(1, EPOCHS).asDoubleStream().toArray();
    List<Curve> curves = new ArrayList<>();
    for (Run r : all) {
      curves.add(Curve.of("training", Kind.SEED, 0, epochs, r.training()));
      curves.add(Curve.of("validation", Kind.SEED, 1, epochs, r.validation()));
    }
    double[] training =
        IntStream.range(0, EPOCHS)
            .mapToDouble(e -> Statistics.median(all, r -> r.training()[e]))
            .toArray();
    double[] validation =
        IntStream.range(0, EPOCHS)
            .mapToDouble(e -> Statistics.median(all, r -> r.validation()[e]))
            .toArray();
    curves.add(Curve.of("training", Kind.LINE, 0, epochs, training));
    curves.add(Curve.of("validation", Kind.LINE, 1, epochs, validation));
    List<Figure.Point> best =
        all.stream().map(r -> new Figure.Point(r.best() + 1, r.validation()[r.best()])).toList();
    curves.add(new Curve("best epoch", Kind.DOTS, 7, best));
    return new Figure(
        "Loss by epoch",
        "Thin a seed, thick the median; marks are the best epochs. Look where the validation loss"
            + " turns while the training loss goes on falling.",
        new Figure.Scale("epoch", false),
        new Figure.Scale("loss", true),
        List.of(new Figure.Panel("", curves)));
  }
}
