package io.kudari.cli;

import io.kudari.data.file.JsonFile;
import io.kudari.event.EventJson;
import io.kudari.inference.LocalInference;
import io.kudari.inference.SparkInference;
import io.kudari.model.Evaluation;
import io.kudari.model.Figures;
import io.kudari.model.ScoreCounts;
import io.kudari.train.Workers;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kudari evaluate}. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = {
      "Evaluates a trained model on a data set with labels, in one reading, on all cores.",
      "Without --config the test data of the run itself is used."
    })
final class EvaluateCommand implements Callable<Integer> {

  @Mixin private AppliedModel applied;

  @Option(
      names = "--json",
      description =
          "Print one JSON object: examples, and what summary.json holds as test.loss and so on.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    LocalInference here = applied.open();
    Workers.Evaluated found =
        applied.isOfSpark(here)
            ? applied.withSpark(here, SparkInference::evaluation)
            : here.evaluation();
    if (json) System.out.write(JsonFile.bytes(EventJson.of(found.figures())));
    else print(found, here.model().saved().classNames(), System.out);
    System.out.flush();
    return ExitCode.OK.code;
  }

  private static void print(Workers.Evaluated found, List<String> names, PrintStream out) {
    Figures figures = found.figures();
    out.printf(Locale.ROOT, "examples  %d%nloss      %.6f%n", figures.examples(), figures.loss());
    if (figures instanceof Figures.OfTargets of) targets(of, out);
    if (figures instanceof Figures.OfClasses of) {
      scores(of, found.evaluation().outputs(), out);
      classes(found.evaluation(), names, out);
    }
  }

  private static void targets(Figures.OfTargets of, PrintStream out) {
    out.printf(Locale.ROOT, "MSE       %.6f%nRMSE      %.6f%n", of.mse(), of.rmse());
    out.printf(Locale.ROOT, "MAE       %.6f%nR²        %.6f%n", of.mae(), of.r2());
  }

  private static void scores(Figures.OfClasses of, int classes, PrintStream out) {
    Figures.Scores scores = of.scores();
    out.printf(Locale.ROOT, "accuracy  %.4f%n", of.accuracy());
    int top = Math.min(Evaluation.TOP, classes - 1);
    if (top > 1) out.printf(Locale.ROOT, "top-%d     %.4f%n", top, of.topAccuracy()[top - 1]);
    out.printf(Locale.ROOT, "macro F1  %.4f%n", scores.macroF1());
    if (Double.isFinite(scores.logLoss()))
      out.printf(Locale.ROOT, "log loss  %.6f%n", scores.logLoss());
    if (classes > ScoreCounts.CLASSES) {
      out.printf(Locale.ROOT, "ROC AUC, PR AUC: only of up to %d classes%n", ScoreCounts.CLASSES);
    } else {
      out.println("ROC AUC   " + area(scores.rocAuc(), scores.rocAucError()));
      out.println("PR AUC    " + area(scores.prAuc(), scores.prAucError()));
    }
  }

  private static String area(double value, double error) {
    if (Double.isNaN(value)) return "no class has both positives and negatives";
    return String.format(Locale.ROOT, "%.6f ± %.2g", value, Figures.Scores.shown(error));
  }

  private static void classes(Evaluation e, List<String> names, PrintStream out) {
    out.printf(Locale.ROOT, "%n%-12s %9s %9s %9s%n", "class", "precision", "recall", "F1");
    for (int c = 0; c < e.outputs(); c++) {
      String name = names.isEmpty() ? String.valueOf(c) : names.get(c);
      out.printf(
          Locale.ROOT, "%-12s %9.4f %9.4f %9.4f%n", name, e.precision(c), e.recall(c), e.f1(c));
    }
  }
}
