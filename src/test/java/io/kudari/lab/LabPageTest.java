package io.kudari.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kudari.lab.Figure.Curve;
import io.kudari.lab.Figure.Kind;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class LabPageTest {

  private static final double[] X = {1, 8, 64, 512};
  private static final double[] Y = {6025216, 754630.5, Double.NaN, 1234.5678};

  private static Check check(String id, double measured) {
    return Check.within(id, "what " + id + " is", measured, 1, 2, "a sum for a mean");
  }

  private static LabRecord lab(Check... checks) {
    return lab(false, checks);
  }

  private static LabRecord lab(boolean timed, Check... checks) {
    Figure figure =
        new Figure(
            "Steps",
            "Look at the <slope> & the end.",
            new Figure.Scale("batch", true),
            new Figure.Scale("steps", true),
            List.of(
                new Figure.Panel("left", List.of(Curve.of("SGD", Kind.MIDDLE, 0, X, Y))),
                new Figure.Panel(
                    "right",
                    List.of(
                        Curve.of("seed 1", Kind.SEED, 1, X, X),
                        Curve.of("law", Kind.THEORY, 1, X, Y)))));
    Table table = new Table("Best", List.of("batch", "rate"), List.of(List.of(8L, 0.25)));
    List<Verdict> verdicts =
        List.of(
            new Claim("001", 18, 20, "It falls.").holds(),
            new Claim("003", 7, "It is fast.").holdsIf("the rate is small"),
            new Claim("003", 60, "It is 8.").doesNotHold("it is 7"));
    Findings findings =
        new Findings("It is 7.", List.of(table), List.of(figure), List.of(checks), verdicts);
    LabRecord.Entry entry =
        new LabRecord.Entry(
            "demo",
            Section.LANDSCAPE,
            "Is it?",
            "As said.",
            "scripts/kudari lab run demo",
            timed,
            3,
            findings);
    return new LabRecord("1", new Scope(true, 0, 1), "a <machine>", List.of(entry));
  }

  /** Of one panel. */
  private static Figure figure(Figure.Scale x, Figure.Scale y, Curve... curves) {
    return new Figure("Drawn", "Look.", x, y, List.of(new Figure.Panel("", List.of(curves))));
  }

  private static Document page(LabRecord lab) throws Exception {
    return parsed(LabPage.of(lab).replace("<!DOCTYPE html>", ""));
  }

  private static Document parsed(String xml) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  /** All rows of tables, each beginning with the cells of rows above that reach down to it. */
  private static List<String> rows(Document page) {
    List<String> rows = new ArrayList<>();
    List<String> above = new ArrayList<>();
    int left = 0;
    NodeList all = page.getElementsByTagName("tr");
    for (int i = 0; i < all.getLength(); i++) {
      List<String> cells = new ArrayList<>();
      if (left-- > 0) cells.addAll(above);
      NodeList found = ((Element) all.item(i)).getElementsByTagName("td");
      for (int k = 0; k < found.getLength(); k++) {
        String rowspan = ((Element) found.item(k)).getAttribute("rowspan");
        if (!rowspan.isEmpty() && k == 0) above.clear();
        if (!rowspan.isEmpty()) left = Integer.parseInt(rowspan) - 1;
        cells.add(found.item(k).getTextContent().strip());
        if (!rowspan.isEmpty()) above.add(cells.get(k));
      }
      rows.add(String.join("|", cells));
    }
    return rows;
  }

  @Test
  void thePageRunsAndFetchesNothing() throws Exception {
    String html = LabPage.of(lab(check("a", 1.5)));
    assertTrue(html.contains("default-src &#39;none&#39;"));
    String lower = html.toLowerCase(Locale.ROOT);
    for (String forbidden :
        List.of("<script", "javascript:", "http:", "https:", "src=", "@import", "url(", "<link"))
      assertFalse(lower.contains(forbidden), forbidden);
    assertFalse(lower.matches("(?s).*\\son[a-z]+=.*"), "an event handler");
  }

  /** The quick page has some 25,000 points, and is to have less than 5 MB. */
  @Test
  void aPlottedPointTakesLittleOfThePage() throws Exception {
    int with = bytes(1002);
    int without = bytes(2);
    assertTrue(with - without <= 140_000, (with - without) + " bytes for 1,000 points");
  }

  private static int bytes(int points) throws Exception {
    double[] values = IntStream.rangeClosed(1, points).mapToDouble(i -> i / 7.0).toArray();
    Figure.Scale scale = new Figure.Scale("a scale", false);
    Curve curve = Curve.of("a curve with a name of some length", Kind.MIDDLE, 0, values, values);
    Findings findings =
        new Findings("7.", List.of(), List.of(figure(scale, scale, curve)), List.of());
    LabRecord.Entry entry =
        new LabRecord.Entry(
            "demo", Section.LANDSCAPE, "Is it?", "As said.", "run", false, 3, findings);
    LabRecord lab = new LabRecord("1", new Scope(true, 0, 1), "a machine", List.of(entry));
    return LabPage.of(lab).getBytes(StandardCharsets.UTF_8).length;
  }

  @Test
  void everyPlottedNumberStandsInATable() throws Exception {
    LabRecord lab = lab(check("a", 1.5));
    List<String> rows = rows(page(lab));
    int points = 0;
    for (Figure figure : lab.experiments().get(0).findings().figures())
      for (Figure.Panel panel : figure.panels())
        for (Curve curve : panel.curves())
          for (Figure.Point point : curve.points()) {
            points++;
            String row =
                String.join(
                    "|",
                    panel.title(),
                    curve.name(),
                    LabPage.plotted(point.x(), figure.x()),
                    LabPage.plotted(point.y(), figure.y()));
            assertTrue(rows.contains(row), row);
          }
    // Of a formula's curve what is not a number is left out, of a measured one it is a break.
    assertEquals(11, points);
  }

  /** At the frame's edge, with a mark, and counted; the line breaks there. */
  @Test
  void whatNeverArrivesIsAtTheUpperEdgeAndCounted() throws Exception {
    double[] x = {0, 1, 2, 3, 4, 5};
    double never = Double.POSITIVE_INFINITY;
    double[] y = {4, 3, never, 2, 1, Double.NaN};
    Figure figure =
        figure(
            new Figure.Scale("rate", false),
            new Figure.Scale("steps", false),
            Curve.of("a", Kind.MIDDLE, 0, x, y));
    Document page = page(withFigure(figure));
    List<String> paths =
        elements(page, "path").stream()
            .filter(p -> p.getAttribute("class").equals("line colour0"))
            .map(p -> p.getAttribute("d"))
            .filter(d -> !d.startsWith("M0 4"))
            .toList();
    assertEquals(1, paths.size());
    assertEquals(3, paths.get(0).split("M").length, "two parts: " + paths);
    assertEquals(4, elements(page, "circle").size());
    long crosses =
        elements(page, "path").stream()
            .filter(p -> p.getAttribute("class").startsWith("cross"))
            .count();
    assertEquals(2, crosses, "its own, and that of the legend");
    String text = page.getDocumentElement().getTextContent();
    assertTrue(text.contains("1 at the upper edge: never arrived, or lost"), text);
    assertTrue(rows(page).containsAll(List.of("|a|2|∞", "|a|5|–")), "" + rows(page));
    assertTrue(FigureFile.of(figure).contains("1 at the upper edge"));
  }

  @Test
  void whatMissedIsOnTopAndTheRestBehind() throws Exception {
    LabRecord lab = lab(check("good", 1.5), check("bad", 3), check("none", Double.NaN));
    assertFalse(lab.holds());
    Document page = page(lab);
    List<String> rows = rows(page);
    assertTrue(rows.get(1).startsWith("✗|demo|what bad is|3|1 … 2"), rows.get(1));
    assertTrue(rows.get(2).startsWith("✗|demo|what none is|–"), rows.get(2));
    assertTrue(rows.get(3).startsWith("✓|demo|what good is|1.5"), rows.get(3));
    String text = page.getDocumentElement().getTextContent();
    for (String said :
        List.of("2 of 3 missed", "Is it?", "It is 7.", "a sum for a mean", "As said."))
      assertTrue(text.contains(said), said);
  }

  /** Neither all is well nor something wrong where nothing was judged. */
  @Test
  void whatNobodyJudgesHasNeitherColourNorVerdict() throws Exception {
    LabRecord whole = lab(check("a", 3));
    LabRecord.Entry e = whole.experiments().get(0);
    Findings unjudged = e.findings().unjudged();
    LabRecord.Entry entry =
        new LabRecord.Entry(
            e.name(), e.section(), e.question(), e.setup(), e.command(), false, 3, unjudged);
    Document page = page(new LabRecord("1", whole.scope(), "a machine", List.of(entry)));
    Element badge = elements(page, "h1").get(0);
    assertTrue(badge.getTextContent().contains("no check is judged"), badge.getTextContent());
    assertEquals(
        "badge none", ((Element) badge.getElementsByTagName("span").item(0)).getAttribute("class"));
    assertFalse(page.getDocumentElement().getTextContent().contains("In the notes"));
  }

  @Test
  void whatTheNotesSayIsJudgedUnderTheExperiment() throws Exception {
    LabRecord lab = lab(check("a", 1.5));
    List<String> rows = rows(page(lab));
    for (String row :
        List.of(
            "001:18–20|It falls.|holds",
            "003:7|It is fast.|holds if the rate is small",
            "003:60|It is 8.|does not hold: it is 7")) assertTrue(rows.contains(row), row);
    String json = LabJson.record(lab);
    assertTrue(json.contains("\"ruling\" : \"HOLDS_IF\""), json);
    assertTrue(json.contains("\"section\" : \"LANDSCAPE\""), json);
  }

  @Test
  void aSectionLeadsItsExperimentsAndHeadingsGoDownStepByStep() throws Exception {
    Document page = page(lab(check("a", 1.5)));
    List<String> headings = new ArrayList<>();
    NodeList all = page.getElementsByTagName("*");
    for (int i = 0; i < all.getLength(); i++)
      if (all.item(i).getNodeName().matches("h[1-6]")) headings.add(all.item(i).getNodeName());
    assertEquals("h1", headings.get(0));
    for (int i = 1; i < headings.size(); i++)
      assertTrue(headings.get(i).charAt(1) - headings.get(i - 1).charAt(1) <= 1, "" + headings);
    assertTrue(page.getDocumentElement().getTextContent().contains("The landscape"));
    assertFalse(page.getDocumentElement().getTextContent().contains("Going down"));
  }

  /** Who compares two records leaves out what is called seconds, whatever it is. */
  @Test
  void whatIsATimeLiesInSeconds() throws Exception {
    JsonNode plain = entry(lab(check("a", 1.5)));
    assertEquals(3, plain.get("seconds").asDouble());
    assertEquals("It is 7.", plain.get("findings").get("answer").asText());
    JsonNode timed = entry(lab(true, check("a", 1.5)));
    assertEquals(3, timed.get("seconds").get("taken").asDouble());
    assertEquals(plain.get("findings"), timed.get("seconds").get("findings"));
    assertFalse(timed.has("findings"));
  }

  private static JsonNode entry(LabRecord lab) throws Exception {
    return new ObjectMapper().readTree(LabJson.record(lab)).get("experiments").get(0);
  }

  /** Also after a divergence: what has no number is null, and the file can be read. */
  @Test
  void theRecordIsJsonWhateverWasMeasured() throws Exception {
    String json = LabJson.record(lab(check("none", Double.NaN)));
    assertTrue(json.contains("\"measured\" : null"), json);
    assertFalse(json.contains("NaN"), json);
  }

  private static LabRecord withFigure(Figure figure) {
    LabRecord.Entry before = lab(check("a", 1.5)).experiments().get(0);
    Findings findings = new Findings("It is 7.", List.of(), List.of(figure), List.of());
    LabRecord.Entry entry =
        new LabRecord.Entry(
            "demo", before.section(), "Is it?", "As said.", "scripts/kudari", true, 3, findings);
    return new LabRecord("1", new Scope(true, 0, 1), "a machine", List.of(entry));
  }

  private static List<Element> elements(Document page, String name) {
    NodeList all = page.getElementsByTagName(name);
    List<Element> found = new ArrayList<>();
    for (int i = 0; i < all.getLength(); i++) found.add((Element) all.item(i));
    return found;
  }

  /** By a box to tick, without a script; without it, and on paper, the finished path is seen. */
  @Test
  void aTrailIsDrawnFinishedAndMovesWhenAskedTo() throws Exception {
    Figure figure =
        new Figure(
            "Ways",
            "Look.",
            new Figure.Scale("x", false),
            new Figure.Scale("y", false),
            new Contours(Math::hypot, -2, -2, 2, 2).at(1),
            List.of(
                new Figure.Panel(
                    "long",
                    List.of(
                        Curve.of(
                            "a",
                            Kind.TRAIL,
                            0,
                            new double[] {2, 1, 1, 0},
                            new double[] {2, 1, 0, 0}))),
                new Figure.Panel(
                    "short",
                    List.of(
                        Curve.of("b", Kind.TRAIL, 1, new double[] {2, 1}, new double[] {0, 0})))));
    LabRecord lab = withFigure(figure);
    String html = LabPage.of(lab);
    for (String forbidden : List.of("<script", "http:", "https:", "src=", "url("))
      assertFalse(html.contains(forbidden), forbidden);
    assertTrue(html.contains("prefers-reduced-motion: reduce"));
    Document page = page(lab);
    Element box = elements(page, "input").get(0);
    assertEquals("checkbox", box.getAttribute("type"));
    List<Element> moves = elements(page, "animate");
    // The clock, and of each trail both coordinates of the point and the length of the path.
    assertEquals(1 + 2 * 3, moves.size());
    for (Element move : moves) {
      assertEquals(box.getAttribute("id") + ".click", move.getAttribute("begin"));
      assertEquals(4, move.getAttribute("values").split(";").length, "frames of all alike");
    }
    long still =
        elements(page, "g").stream().filter(g -> g.getAttribute("class").equals("still")).count();
    assertEquals(2, still);
    long levels =
        elements(page, "path").stream()
            .filter(g -> g.getAttribute("class").equals("level"))
            .count();
    assertEquals(2, levels, "a line of equal height in each panel");
  }

  @Test
  void namesAreReadFromTheLeft() throws Exception {
    Curve curve = Curve.of("a", Kind.MIDDLE, 0, new double[] {0, 1}, new double[] {1, 2});
    Figure figure =
        figure(
            new Figure.Scale("seed", false, List.of("first", "second")),
            new Figure.Scale("errors", false),
            curve);
    Document page = page(withFigure(figure));
    double[] x =
        elements(page, "circle").stream()
            .mapToDouble(c -> Double.parseDouble(c.getAttribute("cx")))
            .toArray();
    assertTrue(x[0] < x[1], Arrays.toString(x));
    List<String> rows = rows(page);
    assertTrue(rows.containsAll(List.of("|a|first|1", "|a|second|2")), "" + rows);
  }

  /** With one style, in which a colour has its dash, and with the keys of the page. */
  @Test
  void aFigureLooksTheSameInAFileOfItsOwn() throws Exception {
    double[] one = {1};
    Figure figure =
        figure(
            new Figure.Scale("value", false),
            new Figure.Scale("share", false),
            Curve.of("a", Kind.BAR, 0, one, one),
            Curve.of("b", Kind.MIDDLE, 2, one, one));
    Document page = page(withFigure(figure));
    Document file = parsed(FigureFile.of(figure));
    String ofPage = elements(page, "style").get(0).getTextContent();
    String ofFile = elements(file, "style").get(0).getTextContent();
    assertTrue(ofPage.startsWith(ofFile), ofFile);
    assertTrue(ofFile.contains("path.colour2, path.colour5 { stroke-dasharray"), ofFile);
    for (Document drawn : List.of(page, file)) {
      Element bar = bars(drawn, false).get(0);
      assertEquals("bar colour0", bar.getAttribute("class"));
      assertEquals("30", bar.getAttribute("width"));
    }
  }

  /** Those of panels, which have a place, or those of the legend. */
  private static List<Element> bars(Document page, boolean placed) {
    return elements(page, "rect").stream()
        .filter(r -> r.getAttribute("class").startsWith("bar") && r.hasAttribute("x") == placed)
        .toList();
  }

  @Test
  void barsOfNamedThingsLieAndHistogramsRise() throws Exception {
    Curve bars = Curve.of("a", Kind.BAR, 0, new double[] {2, 4}, new double[] {0, 1});
    Figure lying =
        figure(new Figure.Scale("steps", false), Figure.Scale.of(List.of("first", "second")), bars);
    Document page = page(withFigure(lying));
    List<Element> all = bars(page, true);
    assertEquals(2, all.size());
    assertEquals(all.get(0).getAttribute("x"), all.get(1).getAttribute("x"));
    assertEquals(
        2 * Double.parseDouble(all.get(0).getAttribute("width")),
        Double.parseDouble(all.get(1).getAttribute("width")),
        .2);
    assertTrue(rows(page).containsAll(List.of("|a|2|first", "|a|4|second")), "" + rows(page));
    Figure rising =
        figure(
            new Figure.Scale("value", false),
            new Figure.Scale("share", false),
            Curve.of("a", Kind.BAR, 0, new double[] {1, 2}, new double[] {.2, .4}));
    all = bars(page(withFigure(rising)), true);
    assertEquals(all.get(0).getAttribute("width"), all.get(1).getAttribute("width"));
    assertEquals(
        2 * Double.parseDouble(all.get(0).getAttribute("height")),
        Double.parseDouble(all.get(1).getAttribute("height")),
        .2);
  }

  @Test
  void theEndsOfARangeAreWrittenApart() {
    assertEquals(
        "-0.35043 … -0.35041",
        LabPage.range(Check.within("x", "x", -0.35042, -0.35043, -0.35041, "none")));
    assertEquals("0.1 … 0.2", LabPage.range(Check.within("x", "x", 0.15, 0.1, 0.2, "none")));
    assertEquals("30", LabPage.range(Check.within("x", "x", 30, 30, 30, "none")));
  }
}
