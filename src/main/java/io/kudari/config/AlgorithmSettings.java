package io.kudari.config;

import io.kudari.setting.Setting;
import io.kudari.setting.SettingException;
import io.kudari.train.TrainingPlan;
import io.kudari.train.algorithm.Algorithms;

/** The {@code train.algorithm} section, or the bare name of an algorithm. */
final class AlgorithmSettings {

  static final Setting<Object> ALGORITHM =
      Setting.part("algorithm", "name or section", "what a step is, see below")
          .unset("gradient-sharing");

  private AlgorithmSettings() {}

  /** The plan by the algorithm that the section says. */
  static TrainingPlan read(Settings train, TrainingPlan plan) {
    if (train.has("averaging")) {
      throw train.wrong(
          "averaging", "is now train.algorithm { name = parameter-averaging, local-steps, slots }");
    }
    Settings section = train.named(ALGORITHM);
    try {
      TrainingPlan by = plan.by(Algorithms.parse(section.raw(), plan.optimizer()));
      section.resolvedAs("name", by.algorithm().name());
      by.algorithm().settings().forEach(section::resolvedAs);
      return by;
    } catch (SettingException e) {
      throw section.wrong(e.key(), ": " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw train.wrong(ALGORITHM, ": " + e.getMessage());
    }
  }
}
