package io.kudari.optim;

import static io.kudari.optim.Recipe.firstOrder;
import static io.kudari.optim.Recipe.secondOrder;

import io.kudari.optim.fullbatch.ConjugateGradients;
import io.kudari.optim.fullbatch.CoordinateDescent;
import io.kudari.optim.fullbatch.LimitedMemoryBfgs;
import io.kudari.setting.Setting;
import java.util.ArrayList;
import java.util.List;

/** All recipes, and the extras that go with any first-order one. */
final class Recipes {

  private Recipes() {}

  private static final Setting<?> CORRECTION =
      Setting.of(
          "momentum-correction",
          false,
          "true | false",
          "velocity = inside: scale the velocity when the rate changes (Goyal et al. 2017)");
  private static final Setting<?> CENTERED =
      Setting.of("centered", false, "true | false", "divide by the deviation from the mean");
  private static final Setting<?> EPSILON_HAT =
      Setting.of(
          "epsilon-hat",
          false,
          "true | false",
          "add epsilon to the uncorrected root, as DL4J does");
  private static final Setting<?> BIAS_CORRECTION =
      Setting.of(
          "bias-correction",
          true,
          "true | false",
          "correct the moments; false is the paper's, true what libraries do");
  private static final Setting<?> DENOMINATOR =
      Setting.of(
          "denominator",
          "norms",
          "norms | sum",
          "norms: |g| + decay |w| (paper); sum: |g + decay w| (optax)");

  static final List<Recipe> ALL =
      List.of(
          firstOrder(
              "sgd",
              "Robbins and Monro 1951",
              "p -= rate g",
              List.of(rate(0.01)),
              s -> List.of(new Descent.Rate())),
          firstOrder(
              "momentum",
              "Polyak 1964",
              "v = momentum v + g; p -= rate v (velocity = outside, as PyTorch), or v = momentum v"
                  + " + rate g; p -= v (inside, as DL4J)",
              List.of(rate(0.01), momentum(), velocity("outside"), CORRECTION),
              s -> rated(s, classic(s))),
          firstOrder(
              "nesterov",
              "Nesterov 1983; Sutskever et al. 2013, shifted form",
              "v = momentum v + g; p -= rate (g + momentum v), stored at the look-ahead point",
              List.of(rate(0.01), momentum(), velocity("outside"), CORRECTION),
              s -> rated(s, shifted(s))),
          firstOrder(
              "sgdw",
              "Loshchilov and Hutter 2019, Algorithm 1",
              "momentum with decoupled weight decay, p -= rate decay p besides (their decay is this"
                  + " one times the base rate)",
              List.of(rate(0.05), momentum(), velocity("inside"), CORRECTION, weightDecay(5e-4)),
              s -> rated(s, classic(s))),
          firstOrder(
              "adagrad",
              "Duchi, Hazan, Singer 2011, Figure 1 (diagonal)",
              "G += g^2; p -= rate g / (sqrt G + epsilon); TensorFlow and optax start G at 0.1,"
                  + " optax with epsilon inside the root; DL4J starts it at 1e-6",
              List.of(rate(0.01), initialAccumulator(), epsilon(1e-10), place()),
              s ->
                  before(new Adaptive.AdaGrad(s.number("initial-accumulator"), eps(s), inside(s)))),
          firstOrder(
              "adadelta",
              "Zeiler 2012, Algorithm 1",
              "p -= rate sqrt(D + epsilon) / sqrt(G + epsilon) g, with decaying means G of g^2 and"
                  + " D of the squared updates",
              List.of(rate(1), decay("decay", 0.95, "of the two means"), epsilon(1e-6)),
              s -> before(new Adaptive.AdaDelta(s.number("decay"), eps(s)))),
          firstOrder(
              "rmsprop",
              "Tieleman and Hinton 2012, lecture 6.5; centred: Graves 2013",
              "p -= rate g / (sqrt G + epsilon) with a decaying mean G of g^2; PyTorch: decay 0.99;"
                  + " TensorFlow: epsilon inside the root; DL4J: decay 0.95, G starts at epsilon",
              List.of(
                  rate(0.001),
                  decay("decay", 0.9, "of G"),
                  initialAccumulator(),
                  epsilon(1e-8),
                  place(),
                  CENTERED),
              s -> before(rmsProp(s))),
          firstOrder(
              "adam",
              "Kingma and Ba 2015, Algorithm 1",
              "p -= rate m^ / (sqrt v^ + epsilon), bias-corrected decaying means of g and g^2",
              List.of(rate(0.001), beta1(0.9), beta2(0.999), epsilon(1e-8), EPSILON_HAT),
              s -> before(adam(s, s.flag("epsilon-hat")))),
          firstOrder(
              "adamw",
              "Loshchilov and Hutter 2019, Algorithm 2",
              "adam with decoupled weight decay (their decay is this one times the base rate; 0.01"
                  + " is PyTorch's)",
              List.of(
                  rate(0.001),
                  beta1(0.9),
                  beta2(0.999),
                  epsilon(1e-8),
                  EPSILON_HAT,
                  weightDecay(0.01)),
              s -> before(adam(s, s.flag("epsilon-hat")))),
          firstOrder(
              "amsgrad",
              "Reddi, Kale, Kumar 2018, Algorithm 2",
              "adam over the largest v so far; the paper has no bias correction, PyTorch and DL4J"
                  + " have",
              List.of(
                  rate(0.001),
                  beta1(0.9),
                  beta2(0.999),
                  epsilon(1e-8),
                  EPSILON_HAT,
                  BIAS_CORRECTION),
              s ->
                  before(
                      new Moments.AmsGrad(
                          s.number("beta1"),
                          s.number("beta2"),
                          eps(s),
                          s.flag("epsilon-hat"),
                          s.flag("bias-correction")))),
          firstOrder(
              "nadam",
              "Dozat 2016, Algorithm 2 with constant momentum",
              "adam with Nesterov's look-ahead; PyTorch and Keras let beta1 grow with the step",
              List.of(rate(0.002), beta1(0.9), beta2(0.999), epsilon(1e-8)),
              s -> before(new Moments.Nadam(s.number("beta1"), s.number("beta2"), eps(s)))),
          firstOrder(
              "lion",
              "Chen et al. 2023, Algorithm 2",
              "p -= rate (sign(beta1 m + (1 - beta1) g) + decay p); m = beta2 m + (1 - beta2) g",
              List.of(rate(1e-4), beta1(0.9), beta2(0.99), weightDecay(0)),
              s -> before(new Moments.Lion(s.number("beta1"), s.number("beta2")))),
          firstOrder(
              "lars",
              "You, Gitman, Ginsburg 2017, Algorithm 1",
              "g + decay w, scaled by coefficient |w| / (|g| + decay |w|), in momentum. Three"
                  + " implementations: the paper's (norms, inside); optax (sum, inside); MLPerf's"
                  + " unscaled momentum and PyTorch ports (norms, outside)",
              List.of(
                  rate(1),
                  momentum(),
                  velocity("inside"),
                  CORRECTION,
                  Setting.of("coefficient", 0.001, "(0, inf)", "trust coefficient"),
                  Setting.of(
                      "weight-decay", 5e-4, "[0, inf)", "added to the gradient, within the ratio"),
                  DENOMINATOR),
              Recipes::lars),
          firstOrder(
              "lamb",
              "You et al. 2020, Algorithm 2",
              "adam's direction plus decay w, scaled by |w| / |direction|; with bias correction as"
                  + " in the paper's last version",
              List.of(
                  rate(0.001),
                  beta1(0.9),
                  beta2(0.999),
                  epsilon(1e-6),
                  Setting.of(
                      "weight-decay",
                      0.01,
                      "[0, inf)",
                      "added to the direction, within the ratio")),
              s ->
                  before(
                      adam(s, false),
                      new Decay.Quadratic(s.number("weight-decay")),
                      new TrustRatio.Lamb())),
          secondOrder(
              "cg",
              "Polak and Ribiere 1969; Nocedal and Wright 2006, algorithm 5.4, PR+",
              "non-linear conjugate gradients on full batches",
              List.of(
                  Setting.of(
                      "restart",
                      0.0,
                      "whole [0, inf)",
                      "steepest descent every so many iterations; 0: every n"),
                  Setting.of(
                      "curvature",
                      0.001,
                      "(1e-4, 1)",
                      "of the strong Wolfe conditions; small is near exact")),
              s -> new ConjugateGradients((int) s.number("restart"), s.number("curvature"))),
          secondOrder(
              "l-bfgs",
              "Liu and Nocedal 1989; Nocedal and Wright 2006, algorithm 7.5",
              "limited-memory BFGS with a strong Wolfe line search on full batches",
              List.of(
                  Setting.of("pairs", 10.0, "whole [1, 1000]", "steps remembered"),
                  Setting.of("curvature", 0.9, "(1e-4, 1)", "of the strong Wolfe conditions")),
              s -> new LimitedMemoryBfgs((int) s.number("pairs"), s.number("curvature"))),
          secondOrder(
              "coordinate",
              "Nocedal and Wright 2006, section 9.3",
              "minimises along one coordinate after the other, in turn: for few parameters",
              List.of(Setting.of("curvature", 0.1, "(1e-4, 1)", "of the strong Wolfe conditions")),
              s -> new CoordinateDescent(s.number("curvature"))));

  /** Settings that any first-order recipe takes, unless it has one of the same name itself. */
  static final List<Setting<?>> EXTRAS =
      List.of(
          Setting.of(
              "clip-value", 0.0, "[0, inf)", "limit of each element of the gradient; 0: none"),
          Setting.of("clip-norm", 0.0, "[0, inf)", "limit of the gradient's norm; 0: none"),
          Setting.of(
              "gradient-centralization",
              false,
              "true | false",
              "subtract each unit's mean gradient"),
          Setting.of("gradient-noise", 0.0, "[0, inf)", "variance eta / (1 + step)^decay; 0: none"),
          Setting.of("gradient-noise-decay", 0.55, "[0, inf)", "exponent of the noise's variance"),
          Setting.of("l1", 0.0, "[0, inf)", "adds l1 sign(w) to the weights' gradient"),
          Setting.of("l2", 0.0, "[0, inf)", "adds l2 w to the weights' gradient"),
          weightDecay(0),
          Setting.of("lookahead-steps", 0.0, "whole [0, 1e9]", "inner steps; 0: no lookahead"),
          Setting.of("lookahead-alpha", 0.5, "(0, 1]", "share of the way the slow weights go"),
          Setting.of("ema", 0.0, "[0, 1)", "decay of the evaluated moving average; 0: none"),
          Setting.of("swa-start", 0.0, "whole [0, 1e15]", "steps before averaging; 0: no average"),
          Setting.of("swa-every", 1.0, "whole [1, 1e15]", "steps between two averaged points"));

  static Recipe named(String name) {
    for (Recipe r : ALL) if (r.name().equals(name)) return r;
    throw Setting.unknown("optimizer", "name", name, names());
  }

  static List<String> names() {
    return ALL.stream().map(Recipe::name).toList();
  }

  /** A recipe's own settings and the extras it does not redefine. */
  static List<Setting<?>> settings(Recipe recipe) {
    List<Setting<?>> all = new ArrayList<>(recipe.settings());
    if (recipe.chain() == null) return all;
    List<String> own = all.stream().map(Setting::key).toList();
    for (Setting<?> extra : EXTRAS) if (!own.contains(extra.key())) all.add(extra);
    return all;
  }

  /** The whole chain, from the gradient to the averaged parameters. */
  static List<Transform> chain(OptimizerSpec s, long seed) {
    List<Transform> chain = new ArrayList<>();
    if (s.number("clip-value") > 0) chain.add(new Preparation.ClipValue(s.number("clip-value")));
    if (s.number("clip-norm") > 0) chain.add(new Preparation.ClipNorm(s.number("clip-norm")));
    if (s.flag("gradient-centralization")) chain.add(new Preparation.Centralize());
    if (s.number("gradient-noise") > 0) {
      double decay = s.number("gradient-noise-decay");
      chain.add(new Preparation.Noise(s.number("gradient-noise"), decay, seed));
    }
    if (s.number("l2") > 0) chain.add(new Decay.Quadratic(s.number("l2")));
    if (s.number("l1") > 0) chain.add(new Decay.Absolute(s.number("l1")));
    chain.addAll(named(s.name()).chain().apply(s));
    boolean inside = s.name().equals("lars") || s.name().equals("lamb");
    if (!inside && s.number("weight-decay") > 0) {
      chain.add(new Decay.Decoupled(s.number("weight-decay")));
    }
    chain.add(new Descent.Descend());
    if (s.number("lookahead-steps") > 0) {
      long every = (long) s.number("lookahead-steps");
      chain.add(new Averages.Lookahead(every, s.number("lookahead-alpha")));
    }
    if (s.number("ema") > 0) chain.add(new Averages.Moving(s.number("ema")));
    if (s.number("swa-start") > 0) {
      long start = (long) s.number("swa-start");
      chain.add(new Averages.Stochastic(start, (long) s.number("swa-every")));
    }
    return chain;
  }

  private static List<Transform> lars(OptimizerSpec s) {
    double decay = s.number("weight-decay");
    boolean ofSum = s.text("denominator").equals("sum");
    List<Transform> chain = new ArrayList<>();
    chain.add(new TrustRatio.Lars(s.number("coefficient"), decay, ofSum));
    chain.addAll(rated(s, classic(s)));
    return chain;
  }

  /** The velocity before or after the rate. */
  private static List<Transform> rated(OptimizerSpec s, Transform velocity) {
    return s.text("velocity").equals("inside")
        ? List.of(new Descent.Rate(), velocity)
        : List.of(velocity, new Descent.Rate());
  }

  private static List<Transform> before(Transform... direction) {
    List<Transform> chain = new ArrayList<>(List.of(direction));
    chain.add(new Descent.Rate());
    return chain;
  }

  private static Transform classic(OptimizerSpec s) {
    return new Velocity.Momentum(s.number("momentum"), corrected(s));
  }

  private static Transform shifted(OptimizerSpec s) {
    return new Velocity.Nesterov(s.number("momentum"), corrected(s));
  }

  /** The outside form needs no correction. */
  private static boolean corrected(OptimizerSpec s) {
    return s.flag("momentum-correction") && s.text("velocity").equals("inside");
  }

  private static Transform adam(OptimizerSpec s, boolean hat) {
    return new Moments.Adam(s.number("beta1"), s.number("beta2"), eps(s), hat);
  }

  private static Transform rmsProp(OptimizerSpec s) {
    double decay = s.number("decay");
    return s.flag("centered")
        ? new Adaptive.CenteredRmsProp(s.number("initial-accumulator"), decay, eps(s), inside(s))
        : new Adaptive.RmsProp(s.number("initial-accumulator"), decay, eps(s), inside(s));
  }

  private static double eps(OptimizerSpec s) {
    return s.number("epsilon");
  }

  private static boolean inside(OptimizerSpec s) {
    return s.text("epsilon-place").equals("inside");
  }

  private static Setting<?> rate(double initial) {
    return Setting.of("learning-rate", initial, "(0, inf)", "base of the learning-rate schedule");
  }

  private static Setting<?> momentum() {
    return Setting.of("momentum", 0.9, "[0, 1)", "share of the velocity kept");
  }

  private static Setting<?> velocity(String initial) {
    return Setting.of(
        "velocity", initial, "inside | outside", "where the learning rate stands; see momentum");
  }

  private static Setting<?> weightDecay(double initial) {
    return Setting.of(
        "weight-decay", initial, "[0, inf)", "decoupled: weights shrink by rate times this");
  }

  private static Setting<?> initialAccumulator() {
    return Setting.of("initial-accumulator", 0.0, "[0, inf)", "start value of G");
  }

  private static Setting<?> epsilon(double initial) {
    return Setting.of("epsilon", initial, "(0, inf)", "keeps the denominator from 0");
  }

  private static Setting<?> place() {
    return Setting.of(
        "epsilon-place",
        "outside",
        "inside | outside",
        "epsilon within or outside the square root");
  }

  private static Setting<?> decay(String key, double initial, String doc) {
    return Setting.of(key, initial, "[0, 1)", "decay " + doc);
  }

  private static Setting<?> beta1(double initial) {
    return Setting.of("beta1", initial, "[0, 1)", "decay of the mean gradient");
  }

  private static Setting<?> beta2(double initial) {
    return Setting.of("beta2", initial, "[0, 1)", "decay of the mean square, or of lion's mean");
  }
}
