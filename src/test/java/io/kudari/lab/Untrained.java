package io.kudari.lab;

import java.util.List;

/** Runs experiments that have nothing trained. */
public final class Untrained {

  private Untrained() {}

  /** What it finds, quick, of seed 1. */
  public static Findings findings(Experiment experiment) throws InterruptedException {
    return experiment.measure(
        new Scope(true, 0, 1),
        trials -> {
          throw new AssertionError("nothing is trained");
        });
  }

  /** The ids of the checks that miss their range. */
  public static List<String> missed(Experiment experiment) throws InterruptedException {
    return findings(experiment).missed().stream().map(Check::id).toList();
  }
}
