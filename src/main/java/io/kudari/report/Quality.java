package io.kudari.report;

import io.kudari.model.Figures;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** How good the model is: the errors it makes, by class or in the target's unit. */
final class Quality {

  /** Most frequent confusions that are listed. */
  private static final int LISTED = 10;

  /** A longer table is folded. */
  private static final int FOLDED = 30;

  private Quality() {}

  /** Of the test set, or else of the validation set after the last epoch, or nothing. */
  static void draw(Markup page, RunRecord run) {
    boolean tested = run.test().isPresent();
    Optional<Figures> found = tested ? run.test() : run.validation();
    String set = tested ? "the test set" : "the validation set, after the last epoch";
    if (found.orElse(null) instanceof Figures.OfTargets f) regression(page, f, set);
    if (found.orElse(null) instanceof Figures.OfClasses f) classification(page, f, run, set);
  }

  private static void classification(
      Markup page, Figures.OfClasses found, RunRecord run, String set) {
    ranks(page, found.topAccuracy(), set);
    if (found.scores() != null) scores(page, found.scores(), set);
    ConfusionMap confusion = ConfusionMap.of(found.confusion(), run::className);
    if (confusion.names().isEmpty()) {
      if (found.confusion() == null) many(page);
      return;
    }
    confusion.draw(page, set);
    errors(page, confusion);
    classes(page, found, confusion);
  }

  private static void regression(Markup page, Figures.OfTargets found, String set) {
    page.open("figure").element("h2", "Errors of the predictions");
    page.element(
        "p",
        "On "
            + set
            + ": compare the errors with the spread of the targets; R² is 1 for perfect predictions"
            + " and 0 for always predicting the mean.",
        "class",
        "hint");
    page.open("table");
    row(page, "examples", Numbers.exact(found.examples()));
    row(page, "loss", Numbers.significant(found.loss(), 5));
    row(page, "mean squared error", Numbers.significant(found.mse(), 5));
    row(page, "root mean squared error", Numbers.significant(found.rmse(), 5));
    row(page, "mean absolute error", Numbers.significant(found.mae(), 5));
    row(page, "R²", Numbers.significant(found.r2(), 5));
    page.close().close();
  }

  private static void row(Markup page, String name, String value) {
    page.open("tr").element("td", name).element("td", value, "class", "n").close();
  }

  private static void ranks(Markup page, double[] top, String set) {
    if (top.length == 0) return;
    page.open("figure").element("h2", "Accuracy among the first guesses");
    page.element(
        "p",
        "On " + set + ": how often the true class is among the model's k most likely ones.",
        "class",
        "hint");
    page.open("table").open("tr").element("th", "k");
    for (int k = 1; k <= top.length; k++) page.element("th", Integer.toString(k), "class", "n");
    page.close().open("tr").element("td", "accuracy");
    for (double share : top) {
      page.element("td", Numbers.percent(share), "class", "n");
    }
    page.close().close().close();
  }

  private static void scores(Markup page, Figures.Scores found, String set) {
    page.open("figure").element("h2", "Over all classes");
    page.element(
        "p",
        "On "
            + set
            + ": macro F1 is the mean over the classes, however few examples one has. The areas are"
            + " 1 when every example of a class is scored above all others; of several classes they"
            + " are means of each against the rest. By chance the ROC's is 0.5, the"
            + " precision-recall curve's the share of the class.",
        "class",
        "hint");
    page.open("table");
    row(page, "macro F1", Numbers.percent(found.macroF1()));
    row(page, "log loss", Numbers.significant(found.logLoss(), 5));
    row(page, "ROC AUC", area(found.rocAuc(), found.rocAucError()));
    row(page, "PR AUC", area(found.prAuc(), found.prAucError()));
    page.close().close();
  }

  private static String area(double value, double error) {
    if (Double.isNaN(value)) return Numbers.NONE;
    return Numbers.significant(value, 5)
        + " ± "
        + Numbers.significant(Figures.Scores.shown(error), 2);
  }

  private static void many(Markup page) {
    page.open("figure").element("h2", "Every class");
    page.element(
        "p",
        "There are more classes than a confusion matrix is kept of: kudari evaluate lists the"
            + " precision, recall and F1 of each.");
    page.close();
  }

  private record Confusion(int truth, int taken, long count) {}

  private static void errors(Markup page, ConfusionMap confusion) {
    long[][] counts = confusion.counts();
    List<String> names = confusion.names();
    List<Confusion> all = new ArrayList<>();
    for (int t = 0; t < counts.length; t++) {
      for (int p = 0; p < counts[t].length; p++) {
        if (t != p && counts[t][p] > 0) all.add(new Confusion(t, p, counts[t][p]));
      }
    }
    all.sort(Comparator.comparingLong(Confusion::count).reversed());
    page.open("figure").element("h2", "Most frequent errors");
    if (all.isEmpty()) {
      page.element("p", "There are none.").close();
      return;
    }
    page.element(
        "p",
        "Look at examples of the first lines: they show what the model misses.",
        "class",
        "hint");
    page.open("table").open("tr").element("th", "true class").element("th", "predicted class");
    page.element("th", "examples", "class", "n").close();
    for (Confusion c : all.subList(0, Math.min(LISTED, all.size()))) {
      page.open("tr").element("td", names.get(c.truth())).element("td", names.get(c.taken()));
      page.element("td", Numbers.exact(c.count()), "class", "n").close();
    }
    page.close().close();
  }

  private static void classes(Markup page, Figures.OfClasses found, ConfusionMap confusion) {
    List<String> names = confusion.names();
    page.open("figure").element("h2", "Every class");
    page.element(
        "p",
        "Precision: how many predictions of the class are right. Recall: how many of its examples"
            + " are found. F1 joins both; look for the lowest.",
        "class",
        "hint");
    boolean folded = names.size() > FOLDED;
    if (folded) page.open("details").element("summary", "all " + names.size() + " classes");
    page.open("table").open("tr").element("th", "class");
    for (String head : List.of("examples", "precision", "recall", "F1")) {
      page.element("th", head, "class", "n");
    }
    page.close();
    for (int c = 0; c < names.size(); c++) {
      page.open("tr").element("td", names.get(c));
      page.element("td", Numbers.exact(confusion.examples(c)), "class", "n");
      share(page, found.precision(), c);
      share(page, found.recall(), c);
      share(page, found.f1(), c);
      page.close();
    }
    page.close();
    if (folded) page.close();
    page.close();
  }

  /** A line of the log may lack a figure. */
  private static void share(Markup page, double[] figuresOrNull, int label) {
    boolean known = figuresOrNull != null && label < figuresOrNull.length;
    page.element("td", Numbers.percent(known ? figuresOrNull[label] : Double.NaN), "class", "n");
  }
}
