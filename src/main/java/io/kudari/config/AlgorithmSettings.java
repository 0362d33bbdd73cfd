package io.kudari.config;

import io.kudari.optim.SettingException;
import io.kudari.train.TrainingPlan;
import io.kudari.train.algorithm.Algorithms;

/** The {@code train.algorithm} section, or the bare name of an algorithm. */
final class AlgorithmSettings {

  private static final String KEY = "algorithm";

  private AlgorithmSettings() {}

  /** The plan by the algorithm that the section says. */
  static TrainingPlan read(Settings train, TrainingPlan plan) {
    if (train.has("averaging")) {
      throw train.wrong(
          "averaging", "is now train.algorithm { name = parameter-averaging, local-steps, slots }");
    }
    Settings section = train.named(KEY);
    try {
      TrainingPlan by = plan.by(Algorithms.parse(section.raw(), plan.optimizer()));
      section.resolvedAs("name", by.algorithm().name());
      by.algorithm().settings().forEach(section::resolvedAs);
      return by;
    } catch (SettingException e) {
      throw section.wrong(e.key(), ": " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw train.wrong(KEY, ": " + e.getMessage());
    }
  }
}
