package io.kudari.report;

import io.kudari.event.StepTimes;
import io.kudari.report.RunRecord.Step;
import java.util.List;

/** Where the time of a step goes: a stacked bar and a table. */
final class TimeSplit {

  private static final double WIDTH = 760;
  private static final double HEIGHT = 44;

  private TimeSplit() {}

  /** A part of a step's time. */
  private record Part(String name, String meaning, long nanos) {}

  /** Appends the bar, or nothing when no time was recorded. */
  static void draw(Markup page, RunRecord run) {
    List<Step> steps = run.steps();
    // The first step also compiles and starts up.
    List<Step> counted = steps.size() > 1 ? steps.subList(1, steps.size()) : steps;
    StepTimes sum = counted.stream().map(Step::times).reduce(StepTimes.ZERO, StepTimes::plus);
    if (sum.total() <= 0) return;
    List<Part> parts =
        List.of(
            new Part("compute", "forward and backward passes", sum.compute()),
            new Part("wait", "for the slowest rank", sum.waiting()),
            new Part("exchange", "moving and summing gradients and parameters", sum.exchange()),
            new Part("update", "the optimizer", sum.update()),
            new Part("input", "assembling batches", sum.input()));
    page.open("figure").element("h2", "Time of a step");
    String first =
        steps.size() > 1
            ? " The first step also starts things up and is left out; it took "
                + Numbers.duration(steps.get(0).times().total() / 1e9)
                + "."
            : "";
    page.element(
        "p",
        "Compute is the useful part; more workers or machines help only while it is most of the"
            + " bar."
            + first,
        "class",
        "hint");
    bar(page, parts, sum.total());
    table(page, parts, sum.total(), counted.size());
    page.close();
  }

  private static void bar(Markup page, List<Part> parts, long total) {
    page.open(
        "svg",
        "viewBox",
        "0 0 " + Numbers.pixel(WIDTH) + " " + Numbers.pixel(HEIGHT),
        "role",
        "img",
        "aria-label",
        "Time of a step");
    long before = 0;
    for (Part part : parts) {
      double share = (double) part.nanos() / total;
      double from = WIDTH * before / total;
      page.open(
          "rect",
          "class",
          "part " + part.name(),
          "x",
          Numbers.pixel(from),
          "y",
          "0",
          "width",
          Numbers.pixel(WIDTH * share),
          "height",
          Numbers.pixel(HEIGHT));
      page.element("title", part.name() + ": " + Numbers.percent(share)).close();
      if (share > 0.15) {
        page.element(
            "text",
            part.name() + " " + Math.round(100 * share) + " %",
            "class",
            "inside",
            "x",
            Numbers.pixel(from + WIDTH * share / 2),
            "y",
            Numbers.pixel(HEIGHT / 2 + 5),
            "text-anchor",
            "middle");
      }
      before += part.nanos();
    }
    page.close();
  }

  private static void table(Markup page, List<Part> parts, long total, int steps) {
    page.open("table").open("tr");
    page.element("th", "part").element("th", "what it is");
    page.element("th", "ms a step", "class", "n").element("th", "share", "class", "n").close();
    for (Part part : parts) {
      page.open("tr").open("td");
      page.open("i", "class", "swatch " + part.name()).close().text(part.name()).close();
      page.element("td", part.meaning());
      page.element("td", Numbers.significant(part.nanos() / 1e6 / steps, 3), "class", "n");
      page.element("td", Numbers.percent((double) part.nanos() / total), "class", "n").close();
    }
    page.open("tr").element("td", "together").element("td", "");
    page.element("td", Numbers.significant(total / 1e6 / steps, 3), "class", "n");
    page.element("td", "", "class", "n").close().close();
  }
}
