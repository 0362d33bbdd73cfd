package io.kudari.compare;

import io.kudari.model.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * Two trainings side by side.
 *
 * @param ours by this project
 * @param theirs by Deeplearning4j
 * @param notes what differs between them, a sentence each
 */
public record ComparisonTable(Side ours, Side theirs, List<String> notes) {

  private static final String FORMAT = "%-21s  %12s  %14s  %s";

  /** A row of the table. */
  private record Row(String name, String ours, String theirs, String ratio) {}

  /** Copies the list. */
  public ComparisonTable {
    notes = List.copyOf(notes);
  }

  /** How many times as many examples a second ours took as theirs. */
  public double speedup() {
    return ours.examplesPerSecond() / theirs.examplesPerSecond();
  }

  /** For a terminal, a line an element. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (Row r : rows())
      lines.add(
          String.format(Locale.ROOT, FORMAT, r.name(), r.ours(), r.theirs(), r.ratio())
              .stripTrailing());
    for (String note : notes) lines.add("  * " + note);
    return lines;
  }

  /** As a page of Markdown. */
  public String markdown() {
    StringBuilder page = new StringBuilder();
    List<Row> rows = rows();
    for (Row r : rows) {
      page.append("| ").append(r.name()).append(" | ").append(r.ours()).append(" | ");
      page.append(r.theirs()).append(" | ").append(r.ratio()).append(" |\n");
      if (r == rows.get(0)) page.append("|---|---|---|---|\n");
    }
    page.append('\n');
    for (String note : notes) page.append("- ").append(note).append('\n');
    return page.toString();
  }

  private List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    rows.add(new Row("", "kudari", "Deeplearning4j", "ratio"));
    figures(rows, "validation", ours.validation(), theirs.validation());
    figures(rows, "test", ours.test(), theirs.test());
    rows.add(new Row("epochs", "" + ours.epochs(), "" + theirs.epochs(), ""));
    rows.add(new Row("steps", "" + ours.steps(), "" + theirs.steps(), ""));
    rows.add(new Row("examples", "" + ours.examples(), "" + theirs.examples(), ""));
    rows.add(
        new Row(
            "seconds of epochs",
            number("%.1f", ours.seconds()),
            number("%.1f", theirs.seconds()),
            times(theirs.seconds() / ours.seconds())));
    rows.add(
        new Row(
            "examples a second",
            number("%.0f", ours.examplesPerSecond()),
            number("%.0f", theirs.examplesPerSecond()),
            times(speedup())));
    return rows;
  }

  private static void figures(
      List<Row> rows, String set, Optional<Figures> ours, Optional<Figures> theirs) {
    if (ours.isEmpty() || theirs.isEmpty()) return;
    boolean classes = ours.get() instanceof Figures.OfClasses;
    add(rows, set + " loss", ours.get(), theirs.get(), Figures::loss);
    add(rows, set + (classes ? " accuracy" : " R²"), ours.get(), theirs.get(), Figures::score);
  }

  private static void add(
      List<Row> rows, String name, Figures ours, Figures theirs, ToDoubleFunction<Figures> of) {
    rows.add(
        new Row(
            name,
            number("%.4f", of.applyAsDouble(ours)),
            number("%.4f", of.applyAsDouble(theirs)),
            ""));
  }

  private static String times(double ratio) {
    return number("%.1f ×", ratio);
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
