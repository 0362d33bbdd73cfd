package io.kudari.report;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * A confusion matrix, drawn as a heat map.
 *
 * @param counts of examples: a row a true class, a column a predicted one; square
 * @param names of the classes
 */
@SuppressWarnings("ArrayRecordComponent")
record ConfusionMap(long[][] counts, List<String> names) {

  private static final double SIZE = 520;
  private static final double TOP = 12;

  /** Room for an axis label, and for a letter of a class's name. */
  private static final double LABEL = 30;

  private static final double LETTER = 7;

  /** Shades of a cell, the lightest for the rarest. */
  private static final int SHADES = 12;

  /** Counts are written into cells of up to so many classes. */
  private static final int WRITTEN = 20;

  /** At most so many classes are named along a side. */
  private static final int NAMED = 40;

  private static final int LONGEST_NAME = 16;

  /** The matrix, without rows when it is missing or not square. */
  static ConfusionMap of(long[][] confusionOrNull, IntFunction<String> name) {
    long[][] counts = confusionOrNull == null ? new long[0][] : confusionOrNull;
    int n = counts.length;
    if (Arrays.stream(counts).anyMatch(row -> row == null || row.length != n))
      return new ConfusionMap(new long[0][], List.of());
    return new ConfusionMap(counts, IntStream.range(0, n).mapToObj(name).toList());
  }

  /** Examples of a true class. */
  long examples(int truth) {
    return Arrays.stream(counts[truth]).sum();
  }

  /** Width of the names at the left, height of those below, with the axis label. */
  private double margin() {
    int longest = names.stream().mapToInt(name -> shortened(name).length()).max().orElse(0);
    return LABEL + LETTER * Math.max(2, longest);
  }

  private double left(double column) {
    return margin() + SIZE * column / counts.length;
  }

  private double top(double row) {
    return TOP + SIZE * row / counts.length;
  }

  void draw(Markup page, String set) {
    page.open("figure").element("h2", "Confusion matrix");
    page.element(
        "p",
        "On "
            + set
            + ": blue cells on the diagonal are right answers, orange ones are errors; the"
            + " stronger the colour, the larger the share of the row's examples.",
        "class",
        "hint");
    page.open(
        "svg",
        "class",
        "square",
        "viewBox",
        "0 0 " + Numbers.pixel(margin() + SIZE + 12) + " " + Numbers.pixel(TOP + SIZE + margin()),
        "role",
        "img",
        "aria-label",
        "Confusion matrix");
    cells(page);
    labels(page);
    if (counts.length <= WRITTEN) numbers(page);
    page.close().close();
  }

  /** One path a shade holds all its cells, so that many classes stay a small drawing. */
  private void cells(Markup page) {
    int n = counts.length;
    StringBuilder[] right = new StringBuilder[SHADES];
    StringBuilder[] wrong = new StringBuilder[SHADES];
    Arrays.setAll(right, i -> new StringBuilder());
    Arrays.setAll(wrong, i -> new StringBuilder());
    String side = Numbers.exact(SIZE / n);
    for (int t = 0; t < n; t++) {
      long row = examples(t);
      for (int p = 0; p < n; p++) {
        if (counts[t][p] <= 0) continue;
        // The square root lets rare errors be seen.
        int shade = (int) Math.ceil(Math.sqrt((double) counts[t][p] / row) * SHADES) - 1;
        (t == p ? right : wrong)
            [Math.max(0, Math.min(shade, SHADES - 1))].append('M')
            .append(Numbers.pixel(left(p)))
            .append(' ')
            .append(Numbers.pixel(top(t)))
            .append('h' + side + 'v' + side + "h-" + side + 'z');
      }
    }
    page.empty(
        "rect",
        "class",
        "frame",
        "x",
        Numbers.pixel(left(0)),
        "y",
        Numbers.pixel(TOP),
        "width",
        Numbers.pixel(SIZE),
        "height",
        Numbers.pixel(SIZE));
    for (int s = 0; s < SHADES; s++) {
      shade(page, "right", right[s], s);
      shade(page, "wrong", wrong[s], s);
    }
  }

  private static void shade(Markup page, String style, StringBuilder path, int shade) {
    if (path.isEmpty()) return;
    String opacity = Numbers.exact(Math.rint(100.0 * (shade + 1) / SHADES) / 100);
    page.empty("path", "class", "cell " + style, "fill-opacity", opacity, "d", path.toString());
  }

  private void labels(Markup page) {
    int n = counts.length;
    int stride = (n + NAMED - 1) / NAMED;
    for (int c = 0; c < n; c += stride) {
      String text = shortened(names.get(c));
      page.element(
          "text",
          text,
          "x",
          Numbers.pixel(left(0) - 8),
          "y",
          Numbers.pixel(top(c + 0.5) + 4),
          "text-anchor",
          "end");
      String x = Numbers.pixel(left(c + 0.5));
      if (text.length() <= 2 && n <= WRITTEN) {
        page.element(
            "text", text, "x", x, "y", Numbers.pixel(TOP + SIZE + 18), "text-anchor", "middle");
      } else {
        String turned = "translate(" + x + " " + Numbers.pixel(TOP + SIZE + 10) + ") rotate(-60)";
        page.element("text", text, "transform", turned, "text-anchor", "end");
      }
    }
    String middle = Numbers.pixel(top(n / 2.0));
    page.element(
        "text",
        "true class",
        "transform",
        "translate(12 " + middle + ") rotate(-90)",
        "text-anchor",
        "middle");
    page.element(
        "text",
        "predicted class",
        "x",
        Numbers.pixel(left(n / 2.0)),
        "y",
        Numbers.pixel(TOP + SIZE + margin() - 6),
        "text-anchor",
        "middle");
  }

  private void numbers(Markup page) {
    int n = counts.length;
    for (int t = 0; t < n; t++) {
      long row = examples(t);
      for (int p = 0; p < n; p++) {
        if (counts[t][p] <= 0) continue;
        boolean dark = counts[t][p] > 0.4 * row;
        page.open(
            "text",
            "class",
            dark ? "inside" : "count",
            "x",
            Numbers.pixel(left(p + 0.5)),
            "y",
            Numbers.pixel(top(t + 0.5) + 4),
            "text-anchor",
            "middle");
        page.text(Long.toString(counts[t][p]));
        page.element("title", names.get(t) + " taken for " + names.get(p)).close();
      }
    }
  }

  private static String shortened(String name) {
    int points = name.codePointCount(0, name.length());
    if (points <= LONGEST_NAME) return name;
    return name.substring(0, name.offsetByCodePoints(0, LONGEST_NAME - 1)) + "…";
  }
}
