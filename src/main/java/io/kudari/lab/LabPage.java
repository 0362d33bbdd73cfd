package io.kudari.lab;

import io.kudari.report.Markup;
import io.kudari.report.Numbers;
import io.kudari.report.Page;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Draws {@code lab.html}: the checks of all experiments on top, then each experiment with its
 * question, answer, figures, tables and checks. One file without scripts that fetches nothing.
 * Every number that is plotted stands in a table.
 */
final class LabPage {

  private static final int DIGITS = 4;

  /** Of a double, about. */
  private static final int MOST_DIGITS = 15;

  private static final String HOLDS = "✓";
  private static final String MISSED = "✗";
  private static final String NOT_JUDGED = "not judged";

  /** Tables of more rows unfold. */
  private static final int LONG = 30;

  private final Markup page;

  /** How many figures have been drawn: what is ticked to move one has a name of its own. */
  private int boxes;

  private LabPage(Markup page) {
    this.page = page;
  }

  static String of(LabRecord lab) throws IOException {
    Markup page =
        Page.open(
            "Kudari: lab", PanelDrawing.style(), LabPage.class.getResourceAsStream("lab.css"));
    LabPage drawing = new LabPage(page);
    drawing.top(lab);
    drawing.sections(lab);
    return Page.close(page);
  }

  private void top(LabRecord lab) {
    List<Check> all =
        lab.experiments().stream().flatMap(e -> e.findings().checks().stream()).toList();
    long missed = all.stream().filter(Check::missed).count();
    long judged = all.stream().filter(Check::judged).count();
    page.open("h1").text("The lab ");
    page.element("span", headline(judged, missed), "class", badge(judged, missed)).close();
    page.element(
        "p",
        "Kudari "
            + lab.version()
            + (lab.scope().quick() ? ", quick" : ", full")
            + ", seeds from "
            + lab.scope().firstSeed()
            + ", on "
            + lab.machine(),
        "class",
        "hint");
    page.open("div", "class", "wide").open("table").open("tr");
    heading("", "experiment", "check", "measured", "range");
    page.close();
    for (String mark : List.of(MISSED, NOT_JUDGED, HOLDS))
      for (LabRecord.Entry e : lab.experiments())
        for (Check c : e.findings().checks()) if (mark(c).equals(mark)) summary(e, c);
    page.close().close();
  }

  private static String headline(long judged, long missed) {
    if (judged == 0) return "no check is judged";
    return missed == 0 ? "all " + judged + " checks hold" : missed + " of " + judged + " missed";
  }

  private static String badge(long judged, long missed) {
    if (judged == 0) return "badge none";
    return missed == 0 ? "badge good" : "badge bad";
  }

  private void sections(LabRecord lab) {
    Map<Section, List<LabRecord.Entry>> bySection = new EnumMap<>(Section.class);
    for (LabRecord.Entry entry : lab.experiments())
      bySection.computeIfAbsent(entry.section(), s -> new ArrayList<>()).add(entry);
    contents(bySection);
    bySection.forEach(
        (section, entries) -> {
          page.element("h2", section.title(), "id", section.anchor());
          entries.forEach(this::experiment);
        });
  }

  private void contents(Map<Section, List<LabRecord.Entry>> bySection) {
    page.open("nav", "aria-label", "Contents");
    bySection.forEach(
        (section, entries) -> {
          page.open("p").element("a", section.title(), "href", "#" + section.anchor()).close();
          page.open("ul");
          for (LabRecord.Entry entry : entries)
            page.open("li").element("a", entry.question(), "href", "#" + entry.name()).close();
          page.close();
        });
    page.close();
  }

  private void heading(String... texts) {
    for (String text : texts) page.element("th", text);
  }

  private void summary(LabRecord.Entry entry, Check check) {
    page.open("tr");
    page.element("td", mark(check), "class", style(check));
    page.open("td").element("a", entry.name(), "href", "#" + entry.name()).close();
    numbers(check);
    page.close();
  }

  private void experiment(LabRecord.Entry entry) {
    Findings found = entry.findings();
    page.open("section", "id", entry.name());
    page.element("h3", entry.question());
    page.element("p", found.answer(), "class", "answer");
    found.figures().forEach(this::figure);
    found.tables().forEach(this::table);
    page.element("h4", "Checks").open("div", "class", "wide").open("table").open("tr");
    heading("", "check", "measured", "range", "what usually misses it");
    page.close();
    found.checks().forEach(this::check);
    page.close().close();
    verdicts(found);
    page.element("h4", "Set-up").element("p", entry.setup());
    page.element(
        "p", "Again, in " + Numbers.significant(entry.seconds(), 2) + " s:", "class", "hint");
    page.element("pre", entry.command()).close();
  }

  private void check(Check check) {
    page.open("tr");
    page.element("td", mark(check), "class", style(check));
    numbers(check);
    page.element("td", check.usualCause()).close();
  }

  /** What it says, the number, and its range. */
  private void numbers(Check check) {
    page.element("td", check.says());
    page.element("td", Numbers.significant(check.measured(), digits(check)), "class", "n");
    page.element("td", range(check));
  }

  private void verdicts(Findings found) {
    if (found.verdicts().isEmpty()) return;
    page.element("h4", "In the notes").open("div", "class", "wide").open("table").open("tr");
    heading("note", "says", "here it");
    page.close();
    for (Verdict verdict : found.verdicts()) {
      page.open("tr").element("td", verdict.claim().place());
      page.element("td", verdict.claim().says()).element("td", verdict.shown()).close();
    }
    page.close().close();
  }

  private static String mark(Check check) {
    if (!check.judged()) return NOT_JUDGED;
    return check.holds() ? HOLDS : MISSED;
  }

  private static String style(Check check) {
    if (!check.judged()) return "unjudged";
    return check.holds() ? "holds" : "missed";
  }

  /** A range as a reader wants it. */
  static String range(Check check) {
    String least = Numbers.significant(check.least(), digits(check));
    String greatest = Numbers.significant(check.greatest(), digits(check));
    if (!Double.isFinite(check.least())) return "≤ " + greatest;
    if (!Double.isFinite(check.greatest())) return "≥ " + least;
    return check.least() == check.greatest() ? least : least + " … " + greatest;
  }

  /** As many as tell both ends of a range apart, and no fewer than other numbers have. */
  private static int digits(Check check) {
    int digits = DIGITS;
    if (check.least() == check.greatest()) return digits;
    while (digits < MOST_DIGITS
        && Numbers.significant(check.least(), digits)
            .equals(Numbers.significant(check.greatest(), digits))) digits++;
    return digits;
  }

  static String number(double value) {
    return Numbers.significant(value, DIGITS);
  }

  private void figure(Figure figure) {
    page.open("figure").element("h4", figure.title());
    legend(figure);
    TrailDrawing trails = new TrailDrawing(page, "play" + ++boxes, figure);
    if (figure.isMoving()) trails.box();
    page.open("div", "class", "panels");
    for (Figure.Panel panel : figure.panels()) PanelDrawing.draw(page, figure, panel, trails);
    page.close();
    page.element("figcaption", figure.caption());
    numbers(figure);
    page.close();
  }

  /** The curves' names, once each. */
  private void legend(Figure figure) {
    page.open("p", "class", "legend");
    for (Figure.Curve curve : named(figure)) {
      openKey();
      PanelDrawing.key(page, curve);
      page.close().text(curve.name()).close();
    }
    if (figure.lost() > 0) {
      openKey();
      PanelDrawing.cross(page, "axis", 15, 4);
      page.close().text(lost(figure)).close();
    }
    page.close();
  }

  private void openKey() {
    page.open("span").open("svg", "class", "key", "viewBox", "0 0 30 8", "aria-hidden", "true");
  }

  /** What crosses mean, and how many there are. */
  static String lost(Figure figure) {
    return figure.lost() + " at the upper edge: never arrived, or lost";
  }

  /** The first curve of each name, without those of single seeds. */
  static List<Figure.Curve> named(Figure figure) {
    Map<String, Figure.Curve> named = new LinkedHashMap<>();
    for (Figure.Panel panel : figure.panels())
      for (Figure.Curve curve : panel.curves())
        if (curve.kind() != Figure.Kind.SEED) named.putIfAbsent(curve.name(), curve);
    return List.copyOf(named.values());
  }

  private void numbers(Figure figure) {
    page.open("details").element("summary", "The numbers of this figure");
    page.open("div", "class", "wide").open("table").open("tr");
    heading("panel", "curve", figure.x().label(), figure.y().label());
    page.close();
    for (Figure.Panel panel : figure.panels())
      for (Figure.Curve curve : panel.curves()) numbers(figure, panel, curve);
    page.close().close().close();
  }

  /** A row a point; the names stand once, for with each they would be half of the page. */
  private void numbers(Figure figure, Figure.Panel panel, Figure.Curve curve) {
    String points = String.valueOf(curve.points().size());
    boolean named = false;
    for (Figure.Point point : curve.points()) {
      page.open("tr");
      if (!named)
        page.element("td", panel.title(), "rowspan", points)
            .element("td", curve.name(), "rowspan", points);
      named = true;
      page.element("td", plotted(point.x(), figure.x()), "class", "n");
      page.element("td", plotted(point.y(), figure.y()), "class", "n").close();
    }
  }

  /** What is plotted, in its table: a number, or the name that the axis has there. */
  static String plotted(double value, Figure.Scale scale) {
    if (value == Double.POSITIVE_INFINITY) return "∞";
    return scale.names().isEmpty()
        ? Numbers.significant(value, 6)
        : scale.names().get((int) Math.rint(value));
  }

  private void table(Table table) {
    page.element("h4", table.caption());
    boolean folded = table.rows().size() > LONG;
    if (folded) page.open("details").element("summary", table.rows().size() + " rows");
    rows(table);
    if (folded) page.close();
  }

  private void rows(Table table) {
    page.open("div", "class", "wide").open("table").open("tr");
    table.columns().forEach(c -> page.element("th", c));
    page.close();
    for (List<Object> row : table.rows()) {
      page.open("tr");
      for (Object cell : row) {
        if (cell instanceof Double d) page.element("td", number(d), "class", "n");
        else if (cell instanceof Number n)
          page.element("td", Numbers.exact(n.doubleValue()), "class", "n");
        else page.element("td", String.valueOf(cell));
      }
      page.close();
    }
    page.close().close();
  }
}
