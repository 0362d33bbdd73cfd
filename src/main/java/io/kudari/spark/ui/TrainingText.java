package io.kudari.spark.ui;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kudari.event.Event;
import io.kudari.report.Markup;
import io.kudari.report.Numbers;
import io.kudari.report.RunView;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * What is to be read about trainings: a list of all, the newest first, and one of them in full.
 *
 * @param all by number, rising
 * @param live whether their application runs
 * @param askedOrNull the number of the one in full; any other text, or null, for the newest
 */
record TrainingText(List<ShownTraining> all, boolean live, String askedOrNull) {

  private static final String STYLE = "kudari";

  private static final String REFRESH_SECONDS = "10";

  private static final ObjectMapper JSON = new ObjectMapper();

  private Optional<ShownTraining> asked() {
    return all.stream()
        .filter(training -> Long.toString(training.number()).equals(askedOrNull))
        .findFirst();
  }

  private boolean isRunning(ShownTraining training) {
    return live && !training.ended();
  }

  /** An element of a page, well-formed; it runs no script. */
  String html() {
    Markup page = new Markup();
    page.open("div", "class", STYLE);
    try {
      page.element("style", RunView.style(STYLE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    page.open("main");
    if (all.isEmpty()) page.element("p", "No training has begun.", "class", "hint");
    else trainings(page, asked().orElse(all.get(all.size() - 1)));
    page.close().close();
    return page.xml();
  }

  private void trainings(Markup page, ShownTraining full) {
    if (isRunning(full)) page.empty("meta", "http-equiv", "refresh", "content", REFRESH_SECONDS);
    if (all.size() > 1) list(page, full);
    if (!full.name().isEmpty())
      page.element("p", "Training " + full.number() + ": " + full.name(), "class", "hint");
    RunView.draw(page, full.lines(), isRunning(full));
  }

  private void list(Markup page, ShownTraining full) {
    page.open("figure").element("h2", "Trainings").open("table").open("tr");
    for (String title : List.of("number", "results", "how it is")) page.element("th", title);
    for (String title : List.of("epoch", "step", "loss")) page.element("th", title, "class", "n");
    page.close();
    for (int i = all.size() - 1; i >= 0; i--) row(page, all.get(i), all.get(i) == full);
    page.close().close();
  }

  private void row(Markup page, ShownTraining training, boolean full) {
    String number = Long.toString(training.number());
    page.open("tr").open("td");
    if (full) page.element("b", number);
    else page.element("a", number, "href", "?id=" + number);
    page.close();
    page.element("td", training.name()).element("td", status(training));
    Optional<Event.StepDone> step = training.newest(Event.StepDone.class);
    page.element("td", step.map(s -> Numbers.exact(s.epoch() + 1)).orElse(""), "class", "n");
    page.element("td", step.map(s -> Numbers.exact(s.step())).orElse(""), "class", "n");
    page.element("td", step.map(s -> Numbers.significant(s.loss(), 4)).orElse(""), "class", "n");
    page.close();
  }

  private String status(ShownTraining training) {
    if (isRunning(training)) return "running";
    return training.newest(Event.Finished.class).map(Event.Finished::why).orElse("incomplete");
  }

  /** All, or the one that is asked for, with their events as they were told. */
  ObjectNode json() {
    ObjectNode json = JSON.createObjectNode();
    ArrayNode trainings = json.putArray("trainings");
    for (ShownTraining training : askedOrNull == null ? all : asked().stream().toList()) {
      ObjectNode one = trainings.addObject();
      one.put("id", training.number()).put("name", training.name());
      one.put("status", status(training));
      ArrayNode events = one.putArray("events");
      try {
        for (String line : training.lines()) events.add(JSON.readTree(line));
      } catch (JsonProcessingException e) {
        throw new UncheckedIOException(e);
      }
    }
    return json;
  }
}
