package io.kudari.report;

import static io.kudari.report.RunRecord.number;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** How good the model is: the errors it makes, by class or in the target's unit. */
final class Quality {

  /** Most frequent confusions that are listed. */
  private static final int LISTED = 10;

  /** A longer table is folded. */
  private static final int FOLDED = 30;

  private Quality() {}

  /** Of the test set, or else of the validation set after the last epoch, or nothing. */
  static void draw(Markup page, RunRecord run) {
    boolean tested = run.test().isObject();
    JsonNode found = tested ? run.test() : run.validation();
    if (!found.isObject()) return;
    String set = tested ? "the test set" : "the validation set, after the last epoch";
    if (found.has("mse")) {
      regression(page, found, set);
      return;
    }
    ranks(page, found, set);
    ConfusionMap confusion = ConfusionMap.of(found.path("confusion"), run::className);
    if (confusion.names().isEmpty()) {
      if (found.has("topAccuracy") && !found.has("confusion")) many(page);
      return;
    }
    confusion.draw(page, set);
    errors(page, confusion);
    classes(page, found, confusion);
  }

  private static void regression(Markup page, JsonNode found, String set) {
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
    row(page, "examples", Numbers.exact(number(found, "examples")));
    row(page, "loss", Numbers.significant(number(found, "loss"), 5));
    row(page, "mean squared error", Numbers.significant(number(found, "mse"), 5));
    row(page, "root mean squared error", Numbers.significant(number(found, "rmse"), 5));
    row(page, "mean absolute error", Numbers.significant(number(found, "mae"), 5));
    row(page, "R²", Numbers.significant(number(found, "r2"), 5));
    page.close().close();
  }

  private static void row(Markup page, String name, String value) {
    page.open("tr").element("td", name).element("td", value, "class", "n").close();
  }

  private static void ranks(Markup page, JsonNode found, String set) {
    JsonNode top = found.path("topAccuracy");
    if (top.isEmpty()) return;
    page.open("figure").element("h2", "Accuracy among the first guesses");
    page.element(
        "p",
        "On " + set + ": how often the true class is among the model's k most likely ones.",
        "class",
        "hint");
    page.open("table").open("tr").element("th", "k");
    for (int k = 1; k <= top.size(); k++) page.element("th", Integer.toString(k), "class", "n");
    page.close().open("tr").element("td", "accuracy");
    for (JsonNode share : top) {
      page.element("td", Numbers.percent(share.asDouble(Double.NaN)), "class", "n");
    }
    page.close().close().close();
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

  private static void classes(Markup page, JsonNode found, ConfusionMap confusion) {
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
      for (String key : List.of("precision", "recall", "f1")) {
        double share = found.path(key).path(c).asDouble(Double.NaN);
        page.element("td", Numbers.percent(share), "class", "n");
      }
      page.close();
    }
    page.close();
    if (folded) page.close();
    page.close();
  }
}
