package io.kudari.lab.experiment;

import io.kudari.lab.Statistics;
import io.kudari.lab.Trial;
import io.kudari.lab.TrialResult;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What trials of networks share: perceptrons of rectifiers on the built-in digits, 10,000 to train
 * on and 2,000 to validate, He's start values, a constant rate, whole batches, one worker.
 */
final class Digits {

  /** Training examples. */
  static final int EXAMPLES = 10_000;

  /** The share of errors of guessing, which stands for a trial that diverged. */
  static final double CHANCE = 0.9;

  private Digits() {}

  /** A trial that lacks how long it trains and by which optimizer. */
  static Trial perceptron(int... hidden) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("data.train.format", "digits");
    settings.put("data.train.examples", "12000");
    settings.put("data.train.seed", "1");
    settings.put("data.validation", String.valueOf(2000.0 / 12000));
    settings.put(
        "model.layers",
        Arrays.stream(hidden)
            .mapToObj(units -> "{ type = dense, units = " + units + ", activation = relu }")
            .collect(Collectors.joining(", ", "[ ", ", { type = dense, units = auto } ]")));
    settings.put("train.last-batch", "carry");
    settings.put("train.noise-scale", "off");
    settings.put("train.workers", "1");
    return Trial.of(settings);
  }

  /** With momentum 0.9, the velocity outside. */
  static Trial momentum(Trial trial, double rate) {
    return trial
        .with("optimizer.name", "momentum")
        .with("optimizer.momentum", 0.9)
        .with("optimizer.learning-rate", rate);
  }

  /** The validation's last share of errors. */
  static double error(TrialResult result) {
    return result.error("validation").orElse(CHANCE);
  }

  /** Its mean after the last three epochs: at a constant rate a single end swings by half of it. */
  static double lateError(TrialResult result) {
    double[] after =
        result.of("validation").stream().mapToDouble(TrialResult.Evaluated::error).toArray();
    // None where it diverged.
    return after.length == 0
        ? CHANCE
        : Statistics.mean(Arrays.copyOfRange(after, Math.max(0, after.length - 3), after.length));
  }
}
