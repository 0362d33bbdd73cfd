package io.kudari.lab.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.kudari.Browser;
import io.kudari.ShownPage;
import io.kudari.lab.Bench;
import io.kudari.lab.Experiment;
import io.kudari.lab.Findings;
import io.kudari.lab.Lab;
import io.kudari.lab.LabListener;
import io.kudari.lab.LabRecord;
import io.kudari.lab.Scope;
import io.kudari.lab.Untrained;
import io.kudari.run.SparkSettings;
import io.kudari.run.TrialRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * The page at the width of a desk's screen and of a telephone: no text is drawn smaller than nine
 * pixels, and nothing is wider than the page. A browser says so where there is one; the page itself
 * is looked at in any case.
 */
class PageInBrowserTest {

  private static final int TELEPHONE = 390;

  @TempDir Path folder;

  /** What was found before is shown by the lab as if it were found now. */
  private record Known(Experiment of, Findings found) implements OfAnother {

    @Override
    public Findings measure(Scope scope, Bench bench) {
      return found;
    }
  }

  private static final LabListener DEAF =
      new LabListener() {
        @Override
        public void began(Experiment experiment) {}

        @Override
        public void trials(int done, int planned, double secondsLeft) {}

        @Override
        public void ended(LabRecord.Entry entry) {}
      };

  /**
   * Of experiments with many figures and tables, in worlds that need no training, and with every
   * kind of drawing: lines, named and rising bars, points, ways that move, lines of equal height.
   */
  private String page() throws Exception {
    Bench bench = new ScalingTest.Cluster(4, 1);
    Experiment steps = new StepsToTarget();
    Experiment scaling = new Scaling(List.of(2), List.of(64), 1, true);
    List<Experiment> all = new ArrayList<>();
    all.add(new Known(steps, steps.measure(new Scope(true, 0, 1), bench)));
    all.add(new Known(scaling, ScalingTest.run(new ScalingTest.Cluster(4, 1))));
    for (String name : List.of("paths", "long-valley", "sparse", "gauss"))
      all.add(new Known(Experiments.named(name), Untrained.findings(Experiments.named(name))));
    try (TrialRunner none = new TrialRunner(SparkSettings.DEFAULT, () -> false)) {
      new Lab(folder, new Scope(false, 0, 1), List.of(), DEAF).run(all, none);
    }
    return Files.readString(folder.resolve(Lab.PAGE));
  }

  @Test
  void thePageIsReadableAtADeskAndOnATelephone() throws Exception {
    String page = page();
    for (String drawn : List.of("animate", "class=\"level\"", "class=\"bar ", "In the notes"))
      assertTrue(page.contains(drawn), drawn);
    look(page);
    Optional<Browser> browser = Browser.find();
    if (browser.isPresent()) judge(browser.get().measured(page, "body *", folder));
  }

  /** What can be known without a browser. */
  private static void look(String page) throws Exception {
    ShownPage shown = ShownPage.of(page);
    Matcher widths = Pattern.compile("[^-](?:min-)?width: *([0-9.]+)px").matcher(shown.style());
    while (widths.find()) assertTrue(Double.parseDouble(widths.group(1)) < 300, widths.group());
    NodeList drawings = shown.drawings();
    for (int i = 0; i < drawings.getLength(); i++) {
      Element drawing = (Element) drawings.item(i);
      if (drawing.getElementsByTagName("text").getLength() == 0) continue;
      // The margins of the page and of a figure, and its border.
      shown.checkText(drawing, TELEPHONE - 2 * 16 - 2 * 16 - 2);
    }
    Element viewport = (Element) shown.parsed().getElementsByTagName("meta").item(2);
    assertTrue(viewport.getAttribute("content").contains("width=device-width"));
  }

  private static void judge(JsonNode told) {
    assertEquals(2, told.size(), told.toString());
    for (JsonNode frame : told) {
      String at = "at " + frame.get("width") + " pixels: ";
      assertTrue(frame.get("texts").asInt() > 500, at + frame);
      assertEquals(frame.get("width").asInt(), frame.get("scroll").asInt(), at + "sideways");
      List<String> bad = new ArrayList<>();
      frame.get("wide").forEach(w -> bad.add("wide: " + w.asText()));
      frame.get("small").forEach(s -> bad.add("small: " + s.asText()));
      assertEquals(List.of(), bad, at);
    }
  }
}
