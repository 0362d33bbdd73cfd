package io.kudari.cli;

import io.kudari.model.Evaluation;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code kudari evaluate}. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = {
      "Evaluates a trained model on a data set.",
      "Without --config the test data of the run itself is used."
    })
final class EvaluateCommand implements Callable<Integer> {

  @Mixin private AppliedModel applied;

  @Override
  public Integer call() throws Exception {
    try (AppliedModel.Opened model = applied.open()) {
      print(model.evaluation(), model.classNames(), System.out);
    }
    return ExitCode.OK.code;
  }

  private static void print(Evaluation e, List<String> names, PrintStream out) {
    out.printf("examples  %d%nloss      %.6f%n", e.examples(), e.meanLoss());
    if (e.isClassification()) {
      out.printf("accuracy  %.4f%n", e.accuracy());
      int top = Math.min(Evaluation.TOP, e.outputs() - 1);
      if (top > 1) out.printf("top-%d     %.4f%n", top, e.topAccuracy(top));
      out.printf("%n%-12s %9s %9s %9s%n", "class", "precision", "recall", "F1");
      for (int c = 0; c < e.outputs(); c++) {
        String name = names.isEmpty() ? String.valueOf(c) : names.get(c);
        out.printf("%-12s %9.4f %9.4f %9.4f%n", name, e.precision(c), e.recall(c), e.f1(c));
      }
    } else {
      out.printf(
          "MSE       %.6f%nRMSE      %.6f%n",
          e.meanSquaredError(), Math.sqrt(e.meanSquaredError()));
      out.printf("MAE       %.6f%nR²        %.6f%n", e.meanAbsoluteError(), e.rSquared());
    }
  }
}
