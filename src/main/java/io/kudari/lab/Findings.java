package io.kudari.lab;

import java.util.List;

/**
 * What an experiment found.
 *
 * @param answer one or two sentences with the number
 * @param tables of what was measured
 * @param figures of it
 * @param checks whether it is right
 */
public record Findings(
    String answer, List<Table> tables, List<Figure> figures, List<Check> checks) {

  /** Copies the lists. */
  public Findings {
    tables = List.copyOf(tables);
    figures = List.copyOf(figures);
    checks = List.copyOf(checks);
  }

  /** Those that are judged and miss their range. */
  public List<Check> missed() {
    return checks.stream().filter(Check::missed).toList();
  }

  /** The same with checks that nobody judges. */
  Findings unjudged() {
    return new Findings(answer, tables, figures, checks.stream().map(Check::unjudged).toList());
  }
}
