package io.kudari.lab.experiment;

import io.kudari.lab.Experiment;
import io.kudari.setting.Nearest;
import java.util.List;

/** All experiments by name: the list to add one to. */
public final class Experiments {

  /** In the order in which they are run and shown. */
  public static final List<Experiment> ALL =
      List.of(
          new SplitInvariance(),
          new StepsToTarget(),
          new NoisyQuadratic(),
          new NoiseScales(),
          new RateRules(),
          new GeneralisationGap(),
          new TrustRatios(),
          new GrowingBatch(),
          new LocalSteps(),
          new Compression(),
          new Staleness());

  private Experiments() {}

  /**
   * The experiment of a name.
   *
   * @throws IllegalArgumentException when there is none; one line
   */
  public static Experiment named(String name) {
    for (Experiment experiment : ALL) if (experiment.name().equals(name)) return experiment;
    List<String> known = ALL.stream().map(Experiment::name).toList();
    throw new IllegalArgumentException(
        "there is no experiment '" + name + "'" + Nearest.hint(name, known));
  }
}
