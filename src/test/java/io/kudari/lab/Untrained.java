package io.kudari.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;

/** Runs experiments that have nothing trained. */
public final class Untrained {

  private Untrained() {}

  /** What it finds, quick, of seed 1; each of its claims is judged. */
  public static Findings findings(Experiment experiment) throws InterruptedException {
    Findings found =
        experiment.measure(
            new Scope(true, 0, 1),
            trials -> {
              throw new AssertionError("nothing is trained");
            });
    assertEquals(experiment.claims(), found.verdicts().stream().map(Verdict::claim).toList());
    return found;
  }

  /** How it judges what a note says at a place such as {@code 001:30–32}. */
  public static Verdict.Ruling ruling(Experiment experiment, String place)
      throws InterruptedException {
    return findings(experiment).verdicts().stream()
        .filter(v -> v.claim().place().equals(place))
        .findFirst()
        .orElseThrow()
        .ruling();
  }

  /** The ids of the checks that miss their range. */
  public static List<String> missed(Experiment experiment) throws InterruptedException {
    return findings(experiment).missed().stream().map(Check::id).toList();
  }
}
