package io.kudari.lab;

import java.util.List;

/**
 * What an experiment found.
 *
 * @param answer one or two sentences with the number
 * @param tables of what was measured
 * @param figures of it
 * @param checks whether it is right
 * @param verdicts on each of the experiment's claims, in their order
 */
public record Findings(
    String answer,
    List<Table> tables,
    List<Figure> figures,
    List<Check> checks,
    List<Verdict> verdicts) {

  /** Copies the lists. */
  public Findings {
    tables = List.copyOf(tables);
    figures = List.copyOf(figures);
    checks = List.copyOf(checks);
    verdicts = List.copyOf(verdicts);
  }

  /** Of an experiment without claims. */
  public Findings(String answer, List<Table> tables, List<Figure> figures, List<Check> checks) {
    this(answer, tables, figures, checks, List.of());
  }

  /** Those that are judged and miss their range. */
  public List<Check> missed() {
    return checks.stream().filter(Check::missed).toList();
  }

  /**
   * The same with checks that nobody judges, and without verdicts: the claims are of other runs.
   */
  Findings unjudged() {
    List<Check> shown = checks.stream().map(Check::unjudged).toList();
    return new Findings(answer, tables, figures, shown, List.of());
  }
}
