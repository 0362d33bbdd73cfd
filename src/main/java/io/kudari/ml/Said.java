package io.kudari.ml;

import java.util.Map;

/**
 * What the command says of a run, in the words of a stage, which has params in place of options.
 */
final class Said {

  /** By what is said of a run. */
  private static final Map<String, String> WORDS =
      Map.of(
          "; train CONFIG --out .*? --overwrite begins again",
          "; fit begins again with another runPath",
          "; --overwrite replaces it, --resume goes on with it",
          "; resume goes on with it, another runPath begins anew",
          "--set train\\.epochs=N",
          "epochs = N",
          "--set train\\.steps=N",
          "config with train.steps = N",
          "--set train\\.early-stopping\\.patience=N",
          "earlyStoppingPatience = N",
          "by another train\\.early-stopping,",
          "by another earlyStoppingPatience, earlyStoppingMetric or train.early-stopping,",
          "(its |data\\.train\\.)validation-flag is true",
          "validationIndicatorCol is true");

  private Said() {}

  static String ofRun(String line) {
    String said = line;
    for (var word : WORDS.entrySet()) said = said.replaceAll(word.getKey(), word.getValue());
    return said;
  }
}
