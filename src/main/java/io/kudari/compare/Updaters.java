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
import org.nd4j.linalg.learning.config.Nadam;
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

  private Updaters() {}

  /**
   * What all layers are trained by.
   *
   * @param rate the learning rate of every step
   * @throws io.kudari.config.ConfigurationException when Deeplearning4j has no such recipe
   */
  static NeuralNetConfiguration.Builder rules(OptimizerSpec optimizer, double rate, long seed) {
    check(optimizer);
    var rules = new NeuralNetConfiguration.Builder().seed(seed).updater(updater(optimizer, rate));
    if (number(optimizer, "l1") > 0) rules.l1(number(optimizer, "l1"));
    if (number(optimizer, "l2") > 0) rules.l2(number(optimizer, "l2"));
    double decay = number(optimizer, "weight-decay");
    return decay > 0 ? rules.weightDecay(decay, true) : rules;
  }

  /** Checks it, before anything is read. */
  static void check(OptimizerSpec optimizer) {
    var unused = updater(optimizer, optimizer.fullBatch() ? 1 : optimizer.learningRate());
    for (String key : EXTRAS)
      if (number(optimizer, key) > 0)
        throw AveragingSettings.lacking(
            "optimizer." + key + " = " + optimizer.settings().get(key), "it has no such extra");
    for (String key : FLAGS)
      if (Boolean.TRUE.equals(optimizer.settings().get(key)))
        throw AveragingSettings.lacking("optimizer." + key + " = true", "it has no such variant");
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
      case "nadam" -> new Nadam(rate, number(o, "beta1"), number(o, "beta2"), number(o, "epsilon"));
      case "momentum", "sgdw" ->
          throw AveragingSettings.lacking(
              "optimizer.name = " + o.name(),
              "its momentum is Nesterov's: optimizer.name = nesterov");
      default ->
          throw AveragingSettings.lacking(
              "optimizer.name = " + o.name(),
              "it has sgd, nesterov, adagrad, adadelta, rmsprop, adam, adamw, amsgrad and nadam");
    };
  }

  private static IUpdater adaDelta(OptimizerSpec o, double rate) {
    if (rate != 1)
      throw AveragingSettings.lacking(
          "optimizer.learning-rate = " + rate, "its AdaDelta has none: 1");
    return new AdaDelta(number(o, "decay"), number(o, "epsilon"));
  }

  private static double number(OptimizerSpec optimizer, String key) {
    Map<String, Object> all = optimizer.settings();
    return all.get(key) instanceof Number n ? n.doubleValue() : 0;
  }
}
