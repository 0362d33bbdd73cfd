package io.kudari.lab.descent;

import io.kudari.optim.OptimizerSpec;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An optimizer at a rate, as a reader knows it.
 *
 * @param name shown
 * @param colour the same for a method in every figure
 */
record Method(String name, int colour, OptimizerSpec spec) {

  private static final Map<String, String> NAMES =
      Map.of(
          "sgd", "SGD",
          "momentum", "momentum",
          "nesterov", "Nesterov",
          "adagrad", "AdaGrad",
          "rmsprop", "RMSProp",
          "adadelta", "AdaDelta",
          "adam", "Adam");

  private static final List<String> COLOURS =
      List.of("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adadelta", "adam");

  /**
   * With Kudari's defaults but for the rate.
   *
   * @param recipe such as {@code adam}
   * @param settings names and values of others
   */
  static Method of(String recipe, double rate, Object... settings) {
    Map<String, Object> all = new TreeMap<>(Map.of("learning-rate", rate));
    for (int i = 0; i < settings.length; i += 2) all.put((String) settings[i], settings[i + 1]);
    return new Method(NAMES.get(recipe), COLOURS.indexOf(recipe), new OptimizerSpec(recipe, all));
  }

  /** With its rate. */
  String shown() {
    return name + ", rate " + rate();
  }

  /** As people write it. */
  String rate() {
    double rate = spec.learningRate();
    return rate == Math.rint(rate) ? String.valueOf((long) rate) : String.valueOf(rate);
  }

  boolean is(String recipe) {
    return spec.name().equals(recipe);
  }
}
