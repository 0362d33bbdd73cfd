package io.kudari.report;

import io.kudari.event.Event;
import java.util.List;

/** How many ranks there were, and what became of them. */
final class Ranks {

  /** Rows, at most: the newest. */
  private static final int SHOWN = 100;

  private Ranks() {}

  /** Appends the table, or nothing of a run that never began and waited for nothing. */
  static void draw(Markup page, RunRecord run) {
    List<RunRecord.Other> told = run.others().stream().filter(o -> isOfRanks(o.event())).toList();
    if (run.started().isEmpty() && told.isEmpty()) return;
    page.open("figure").element("h2", "Ranks and recoveries");
    long recoveries = told.stream().filter(o -> o.event() instanceof Event.Recovered).count();
    page.element(
        "p",
        run.started().map(s -> room(s, told)).orElse("Training has not begun.")
            + (recoveries == 0
                ? " No rank was lost."
                : " Training was carried on after a loss "
                    + recoveries
                    + (recoveries == 1 ? " time." : " times.")),
        "class",
        "hint");
    if (!told.isEmpty()) table(page, told.subList(Math.max(0, told.size() - SHOWN), told.size()));
    page.close();
  }

  private static boolean isOfRanks(Event event) {
    return event instanceof Event.Recovered
        || event instanceof Event.Diverged
        || event instanceof Event.Waiting;
  }

  private static String room(Event.Started started, List<RunRecord.Other> told) {
    int ranks = started.ranks();
    for (RunRecord.Other other : told)
      if (other.event() instanceof Event.Recovered r) ranks = r.ranks();
    return "Ranks: %s, each with so many threads: %s."
        .formatted(Numbers.exact(ranks), Numbers.exact(started.threads()));
  }

  private static void table(Markup page, List<RunRecord.Other> told) {
    page.open("table").open("tr");
    page.element("th", "step", "class", "n").element("th", "what happened").close();
    for (RunRecord.Other other : told) {
      if (other.event() instanceof Event.Recovered e)
        row(page, Numbers.exact(e.step()), recovery(e));
      else if (other.event() instanceof Event.Diverged e)
        row(page, Numbers.exact(e.step()), e.what() + ": " + e.action());
      else if (other.event() instanceof Event.Waiting e) row(page, "", "waiting: " + e.what());
    }
    page.close();
  }

  private static String recovery(Event.Recovered e) {
    return "went on after %s with ranks: %s; steps taken again: %s (%s)"
        .formatted(
            Numbers.duration(e.seconds()),
            Numbers.exact(e.ranks()),
            Numbers.exact(e.lostSteps()),
            e.reason());
  }

  private static void row(Markup page, String step, String what) {
    page.open("tr").element("td", step, "class", "n").element("td", what).close();
  }
}
