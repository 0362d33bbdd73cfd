package io.kudari.compare;

import io.kudari.optim.OptimizerSpec;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;

/** Recipes of this project as Deeplearning4j's updaters. */
final class Updaters {

  /** What recipes of ours have besides, and Deeplearning4j's do not. */
  private static final List<String> EXTRAS =
      List.of("clip-value", "clip-norm", "gradient-noise", "lookahead-steps", "ema", "swa-start");

  private static final List<String> FLAGS =
      List.of("gradient-centralization", "momentum-correction", "centered");

  private static final String NO_EXTRA = "it has no such extra";

  private static final String NO_VARIANT = "it has no such variant";

  /** Where AdaGrad's sum of squares begins there. */
  private static final double DL4J_ACCUMULATOR = 1e-6;

  private Updaters() {}

  /**
   * What all layers are trained by.
   *
   * @param optimizer one that was checked
   * @param rate the learning rate of every step
   */
  static NeuralNetConfiguration.Builder rules(OptimizerSpec optimizer, double rate, long seed) {
    var rules = new NeuralNetConfiguration.Builder().seed(seed).updater(updater(optimizer, rate));
    if (number(optimizer, "l1") > 0) rules.l1(number(optimizer, "l1"));
    if (number(optimizer, "l2") > 0) rules.l2(number(optimizer, "l2"));
    double decay = number(optimizer, "weight-decay");
    return decay > 0 ? rules.weightDecay(decay, true) : rules;
  }

  /**
   * Checks it, before anything is read.
   *
   * @param rate the learning rate of every step
   * @throws io.kudari.config.ConfigurationException when Deeplearning4j has no such recipe
   */
  static void check(OptimizerSpec optimizer, double rate) {
    var unused = updater(optimizer, rate);
    for (String key : EXTRAS) if (number(optimizer, key) > 0) refuse(optimizer, key, NO_EXTRA);
    for (String key : FLAGS) if (has(optimizer, key, true)) refuse(optimizer, key, NO_VARIANT);
    if (has(optimizer, "bias-correction", false)) refuse(optimizer, "bias-correction", NO_VARIANT);
    if (has(optimizer, "epsilon-place", "inside"))
      refuse(optimizer, "epsilon-place", "it has it outside of the root");
    if (number(optimizer, "initial-accumulator") > DL4J_ACCUMULATOR)
      refuse(optimizer, "initial-accumulator", "its own begins at " + DL4J_ACCUMULATOR);
    if (number(optimizer, "l2") > 0 && number(optimizer, "weight-decay") > 0)
      refuse(optimizer, "l2", "it leaves it out where there is weight-decay: one of the two");
  }

  private static boolean has(OptimizerSpec optimizer, String key, Object value) {
    return value.equals(optimizer.settings().get(key));
  }

  private static void refuse(OptimizerSpec optimizer, String key, String rule) {
    throw AveragingSettings.lacking(
        "optimizer." + key + " = " + optimizer.settings().get(key), rule);
  }

  private static IUpdater updater(OptimizerSpec o, double rate) {
    return switch (o.name()) {
      case "sgd" -> new Sgd(rate);
      case "nesterov" -> new Nesterovs(rate, o.momentum());
      case "adagrad" -> new AdaGrad(rate, number(o, "epsilon"));
      case "adadelta" -> adaDelta(o, rate);
      case "rmsprop" -> new RmsProp(rate, number(o, "decay"), number(o, "epsilon"));
      case "adam", "adamw" ->
          new Adam(rate, number(o, "beta1"), number(o, "beta2"), number(o, "epsilon"));
      case "amsgrad" ->
          new AMSGrad(rate, number(o, "beta1"), number(o, "beta2"), number(o, "epsilon"));
      case "nadam" ->
          throw AveragingSettings.lacking(
              "optimizer.name = nadam", "its Nadam is another algorithm: optimizer.name = adam");
      case "momentum", "sgdw" ->
          throw AveragingSettings.lacking(
              "optimizer.name = " + o.name(),
              "its momentum is Nesterov's: optimizer.name = nesterov");
      default ->
          throw AveragingSettings.lacking(
              "optimizer.name = " + o.name(),
              "it has sgd, nesterov, adagrad, adadelta, rmsprop, adam, adamw and amsgrad");
    };
  }

  private static IUpdater adaDelta(OptimizerSpec o, double rate) {
    if (rate != 1)
      throw AveragingSettings.lacking(
          "optimizer.learning-rate, " + rate + " in all,", "its AdaDelta has none: 1");
    return new AdaDelta(number(o, "decay"), number(o, "epsilon"));
  }

  private static double number(OptimizerSpec optimizer, String key) {
    Map<String, Object> all = optimizer.settings();
    return all.get(key) instanceof Number n ? n.doubleValue() : 0;
  }
}
