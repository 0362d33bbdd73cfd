package io.kudari.report;

import io.kudari.event.Event;
import io.kudari.model.Figures;
import io.kudari.report.Chart.Scale;
import io.kudari.report.RunRecord.Step;
import java.util.List;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** How loss, accuracy, learning rate, noise scale and throughput went. */
final class Curves {

  /** No curve has more points. */
  static final int POINTS = 600;

  /** Throughput is averaged over one of so many parts of the run. */
  private static final int PARTS = 120;

  private Curves() {}

  static void draw(Markup page, RunRecord run) {
    loss(run).draw(page);
    score(run).draw(page);
    rate(run).draw(page);
    NoiseCurve.of(run).draw(page);
    for (Chart chart : MeterCurves.of(run)) chart.draw(page);
    throughput(run).draw(page);
  }

  private static Chart loss(RunRecord run) {
    String told = run.isThinned() ? "training, some steps each" : "training, every step";
    Line each = ofSteps(told, "train", run, Step::loss);
    int window = run.steps().size() / 50;
    Line smooth =
        window < 2
            ? each
            : each.smoothed(
                "training, mean of " + window + (run.isThinned() ? " of those" : " steps"),
                "train",
                window,
                POINTS);
    Line faint = each.as(told, "train faint").thinned(POINTS);
    Line validation = ofEpochs("validation", "validation", run, Figures::loss);
    Line test = tested(run, Figures::loss);
    return new Chart(
        "Loss",
        "It should fall quickly, then flatten; "
            + (validation.hasPoints()
                ? "when the validation loss rises while the training loss still falls, the model"
                    + " is learning the training set by heart."
                : "without a validation set nothing shows whether the model is learning the"
                    + " training set by heart."),
        "step",
        "mean loss of an example",
        Scale.AUTOMATIC,
        window < 2 ? List.of(smooth, validation, test) : List.of(faint, smooth, validation, test));
  }

  private static Chart score(RunRecord run) {
    if (run.isRegression()) {
      return new Chart(
          "Validation error",
          "The typical distance between prediction and target, in the target's unit: lower is"
              + " better.",
          "step",
          "error",
          Scale.AUTOMATIC,
          List.of(
              ofEpochs("root mean squared error", "validation", run, f -> error(f).rmse()),
              ofEpochs("mean absolute error", "train", run, f -> error(f).mae())));
    }
    Line accuracy = ofEpochs("validation", "validation", run, Figures::score).percent();
    Line test = tested(run, Figures::score).percent();
    return new Chart(
        "Accuracy",
        "The share of examples whose class was predicted; more training pays as long as it still"
            + " rises.",
        "step",
        "accuracy in %",
        Scale.LINEAR,
        accuracy.hasPoints() ? List.of(accuracy, test) : List.of());
  }

  private static Chart rate(RunRecord run) {
    return new Chart(
        "Learning rate",
        "How far a step moves the parameters; compare its changes with what the loss does at the"
            + " same step.",
        "step",
        "learning rate",
        Scale.FROM_ZERO,
        List.of(ofSteps("learning rate", "train", run, Step::rate).thinned(POINTS)));
  }

  private static Chart throughput(RunRecord run) {
    List<Step> steps = run.steps();
    int parts = Math.min(PARTS, steps.size());
    double[] at = new double[parts];
    double[] perSecond = new double[parts];
    for (int k = 0; k < parts; k++) {
      int from = (int) ((long) steps.size() * k / parts);
      int to = (int) ((long) steps.size() * (k + 1) / parts);
      List<Step> part = steps.subList(from, to);
      long examples = part.stream().mapToLong(Step::examples).sum();
      long nanos = part.stream().mapToLong(s -> s.times().total()).sum();
      at[k] = part.get(part.size() - 1).at();
      perSecond[k] = nanos == 0 ? Double.NaN : examples * 1e9 / nanos;
    }
    return new Chart(
        "Throughput",
        "It should stay level after the first moments; a dip is a machine that was busy with"
            + " something else. Evaluation does not count.",
        "seconds since the start",
        "examples a second",
        Scale.FROM_ZERO,
        List.of(new Line("throughput", "train", at, perSecond)));
  }

  private static Line ofSteps(
      String name, String style, RunRecord run, ToDoubleFunction<Step> value) {
    double[] x = run.steps().stream().mapToDouble(Step::step).toArray();
    return new Line(name, style, x, run.steps().stream().mapToDouble(value).toArray());
  }

  /** The test examples, as often as they were evaluated, and at the end. */
  private static Line tested(RunRecord run, ToDoubleFunction<Figures> value) {
    TreeMap<Double, Double> points = new TreeMap<>();
    for (Event.Evaluated e : run.evaluated("test"))
      points.put((double) e.step(), value.applyAsDouble(e.figures()));
    String name = points.isEmpty() ? "test, at the end" : "test";
    double last = run.steps().isEmpty() ? 0 : run.steps().get(run.steps().size() - 1).step();
    run.test().ifPresent(f -> points.put(last, value.applyAsDouble(f)));
    return line(name, "test", points);
  }

  private static Line line(String name, String style, TreeMap<Double, Double> points) {
    double[] x = points.keySet().stream().mapToDouble(Double::doubleValue).toArray();
    double[] y = points.values().stream().mapToDouble(Double::doubleValue).toArray();
    return new Line(name, style, x, y).thinned(POINTS);
  }

  /** The validation examples at the ends of epochs and within. */
  private static Line ofEpochs(
      String name, String style, RunRecord run, ToDoubleFunction<Figures> value) {
    TreeMap<Double, Double> points = new TreeMap<>();
    for (Event.Evaluated e : run.evaluated("validation"))
      points.put((double) e.step(), value.applyAsDouble(e.figures()));
    for (Event.EpochDone e : run.epochs())
      if (e.validation() != null)
        points.put((double) e.step(), value.applyAsDouble(e.validation()));
    return line(name, style, points);
  }

  private static final Figures.OfTargets UNKNOWN =
      new Figures.OfTargets(0, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);

  private static Figures.OfTargets error(Figures figures) {
    return figures instanceof Figures.OfTargets found ? found : UNKNOWN;
  }
}
