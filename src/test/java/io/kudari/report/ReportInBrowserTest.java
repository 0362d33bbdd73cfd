package io.kudari.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.kudari.Browser;
import io.kudari.ShownPage;
import io.kudari.config.Experiment;
import io.kudari.run.Training;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * The report of a run at the width of a desk's screen and of a telephone: no text is drawn smaller
 * than nine pixels, no column is a letter wide, and nothing is wider than the page but what scrolls
 * within its figure. A browser says so where there is one; the page itself is looked at in any
 * case.
 */
class ReportInBrowserTest {

  private static final String EXPERIMENT =
      """
      data { train { format = digits, examples = 400, seed = 1 }, test { format = digits, examples = 200, seed = 2 }, validation = 0.2 }
      model.layers = [{ type = dense, units = 12, activation = relu }, { type = dense }]
      train { epochs = 3, batch = 20, workers = 2, strategy = serial, meters = [layer-norms] }
      """;

  @TempDir Path dir;

  private String page() throws Exception {
    Path run = dir.resolve("run");
    Experiment experiment = Experiment.parse("test", EXPERIMENT, List.of(), new Configuration());
    var unused = Training.of(experiment).folder(run.toString()).run();
    return Files.readString(run.resolve("report.html"));
  }

  @Test
  void theReportIsReadableAtADeskAndOnATelephone() throws Exception {
    String page = page();
    for (String shown : List.of("Loss", "Time of a step", "Confusion matrix", "Every class"))
      assertTrue(page.contains("<h2>" + shown + "</h2>"), shown);
    look(page);
    Optional<Browser> browser = Browser.find();
    if (browser.isPresent()) judge(browser.get().measured(page, "body *", dir));
  }

  /** What can be known without a browser. */
  private static void look(String page) throws Exception {
    ShownPage shown = ShownPage.of(page);
    String style = shown.style();
    // What may break a text between any two letters lets a table make a column one letter wide.
    assertFalse(style.contains("anywhere") || style.contains("break-all"), style);
    double narrowest = shown.number("figure svg \\{ min-width: ([0-9.]+)px");
    assertTrue(shown.number("main \\{ max-width: ([0-9.]+)px") > narrowest);
    assertTrue(style.matches("(?s).*figure \\{[^}]*overflow-x: auto.*"), "a figure scrolls");
    NodeList drawings = shown.drawings();
    assertTrue(drawings.getLength() > 5, "drawings: " + drawings.getLength());
    for (int i = 0; i < drawings.getLength(); i++) {
      Element drawing = (Element) drawings.item(i);
      shown.checkText(drawing, narrowest);
      assertEquals("figure", drawing.getParentNode().getNodeName());
    }
    assertTrue(page.contains("content=\"width=device-width"), "a telephone shows it as a desk's");
  }

  private static void judge(JsonNode told) {
    assertEquals(2, told.size(), told.toString());
    for (JsonNode frame : told) {
      String at = frame.get("width") + " pixels: ";
      assertTrue(frame.get("texts").asInt() > 200, at + frame);
      assertEquals(frame.get("width").asInt(), frame.get("scroll").asInt(), at + "sideways");
      for (String bad : List.of("wide", "small", "narrow"))
        assertEquals("[]", frame.get(bad).toString(), at + bad);
    }
  }
}
