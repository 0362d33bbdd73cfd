package io.kudari.lab;

import java.util.List;

/**
 * What {@code lab.json} holds. For the same version, scope and experiments only {@code seconds} and
 * {@code machine} differ from lab to lab.
 *
 * @param version of Kudari
 * @param machine that ran the lab, not the trials
 */
public record LabRecord(String version, Scope scope, String machine, List<Entry> experiments) {

  /** Copies the list. */
  public LabRecord {
    experiments = List.copyOf(experiments);
  }

  /**
   * An experiment that was run.
   *
   * @param command that repeats it
   * @param timed whether its findings are times: then they lie in {@code seconds} too, which
   *     becomes an object of {@code taken} and {@code findings}
   * @param seconds it took, without trials that were found in the folder
   */
  public record Entry(
      String name,
      Section section,
      String question,
      String setup,
      String command,
      boolean timed,
      double seconds,
      Findings findings) {}

  /** Whether all checks hold. */
  public boolean holds() {
    return experiments.stream().allMatch(e -> e.findings().missed().isEmpty());
  }
}
