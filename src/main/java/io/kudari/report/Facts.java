package io.kudari.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.kudari.event.EventJson;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was run and on what: the machine, all figures of the summary, the configuration. */
final class Facts {

  private static final String MACHINE = "machine.";

  /** Other events that are shown, at most. */
  private static final int SHOWN = 100;

  private Facts() {}

  static void draw(Markup page, RunRecord run) {
    others(page, run.others());
    Map<String, String> machine = new LinkedHashMap<>();
    Map<String, String> figures = new LinkedHashMap<>();
    run.summary()
        .forEach(
            (key, value) -> {
              // Figures of single classes have their own tables.
              if (value.isArray() || value.isNull()) return;
              if (key.startsWith(MACHINE)) {
                machine.put(key.substring(MACHINE.length()), shown(value));
              } else {
                figures.put(key, shown(value));
              }
            });
    table(page, "Machine", "Figures of speed mean something only beside these.", machine);
    table(
        page,
        "Summary",
        "Everything that summary.json holds, for comparison with other runs.",
        figures);
    if (run.config().isBlank()) return;
    page.open("figure").element("h2", "Configuration");
    page.element(
        "p",
        "Every setting with the value it had; the same file repeats the run.",
        "class",
        "hint");
    page.open("details").element("summary", "config.conf").element("pre", run.config());
    page.close().close();
  }

  private static String shown(JsonNode value) {
    return value.isNumber() && !value.isIntegralNumber()
        ? Numbers.significant(value.doubleValue(), 6)
        : value.asText();
  }

  private static void table(Markup page, String title, String hint, Map<String, String> rows) {
    if (rows.isEmpty()) return;
    page.open("figure").element("h2", title).element("p", hint, "class", "hint").open("table");
    rows.forEach((name, value) -> page.open("tr").element("td", name).element("td", value).close());
    page.close().close();
  }

  private static void others(Markup page, List<RunRecord.Other> events) {
    if (events.isEmpty()) return;
    page.open("figure").element("h2", "What else happened");
    page.element(
        "p", "Events that are neither steps nor epochs, as they were recorded.", "class", "hint");
    page.open("table");
    for (RunRecord.Other event : events.subList(0, Math.min(SHOWN, events.size()))) {
      page.open("tr")
          .element("td", EventJson.type(event.event()))
          .element("td", event.line())
          .close();
    }
    page.close();
    if (events.size() > SHOWN) page.element("p", events.size() - SHOWN + " more are left out.");
    page.close();
  }
}
