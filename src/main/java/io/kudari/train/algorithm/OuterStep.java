package io.kudari.train.algorithm;

import io.kudari.math.VectorSource;
import io.kudari.optim.Optimizer;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.Step;
import io.kudari.setting.SettingException;
import io.kudari.state.StateReader;
import io.kudari.state.StateWriter;
import io.kudari.state.Stateful;
import io.kudari.train.Algorithm;
import io.kudari.train.RunningStatistics;
import java.util.Map;
import java.util.TreeMap;

/**
 * What becomes of a round's mean displacement d: an outer optimizer takes −d for a gradient. Plain
 * descent of rate 1, {@link #MEAN}, gives x + d to the bit, which is the mean of the workers'
 * parameters. Running statistics, which are not optimised, are moved by d whatever the recipe.
 *
 * <p>The outer optimizer counts rounds, and its rate is constant. Not thread-safe.
 */
final class OuterStep implements Stateful {

  /** No outer optimizer: the plain mean. */
  static final OptimizerSpec MEAN = descent(1);

  /** How a configuration writes {@link #MEAN}. */
  static final String NONE = "none";

  /** Plain descent. */
  static OptimizerSpec descent(double rate) {
    return OptimizerSpec.parse(Map.of("name", "sgd", "learning-rate", rate));
  }

  private final Algorithm.Context c;
  private final OptimizerSpec spec;
  private final Optimizer optimizer;
  private long rounds;

  OuterStep(OptimizerSpec spec, Algorithm.Context context) {
    this.c = context;
    this.spec = spec;
    this.optimizer =
        spec.open(
            context.layout(),
            context.workers().slice(),
            context.workers().partialSums(),
            context.plan().seed());
  }

  /**
   * The recipe that a setting says.
   *
   * @param value {@value #NONE}, a recipe's name, or a section
   * @throws SettingException when it says none that can be an outer one
   */
  static OptimizerSpec parse(String key, Object value) {
    if (value.equals(NONE)) return MEAN;
    Map<String, Object> section = new TreeMap<>();
    if (value instanceof Map<?, ?> given) given.forEach((k, v) -> section.put(k.toString(), v));
    else section.put("name", value);
    try {
      OptimizerSpec outer = OptimizerSpec.parse(section);
      check(outer);
      return outer;
    } catch (SettingException e) {
      throw new SettingException(key + "." + e.key(), e.getMessage());
    }
  }

  /** What {@link #parse} makes the recipe of. */
  static Object section(OptimizerSpec outer) {
    if (outer.equals(MEAN)) return NONE;
    Map<String, Object> section = new TreeMap<>(outer.settings());
    section.put("name", outer.name());
    return section;
  }

  /**
   * Checks a recipe.
   *
   * @throws SettingException when it cannot be an outer one; one line
   */
  static void check(OptimizerSpec outer) {
    if (outer.fullBatch())
      throw new SettingException(
          "name", "the outer optimizer takes steps, which " + outer.name() + " does not");
    for (String key : new String[] {"lookahead-steps", "ema", "swa-start", "gradient-noise"}) {
      if ((double) outer.settings().get(key) > 0)
        throw new SettingException(key, key + " is for the optimizer of the local steps alone");
    }
  }

  /**
   * Changes the own slice of the parameters.
   *
   * @param moved the mean of how far the workers came from them
   */
  void step(float[] parameters, VectorSource moved) {
    RunningStatistics.move(c.layout(), c.workers().slice(), parameters, moved);
    optimizer.step(parameters, moved.times(-1), Step.of(rounds++, spec.learningRate()));
  }

  @Override
  public String name() {
    return "outer";
  }

  /** A mean keeps nothing. */
  @Override
  public void save(StateWriter to) {
    if (spec.equals(MEAN)) return;
    to.numbers("rounds", rounds);
    to.slices("optimizer", optimizer.slots());
  }

  @Override
  public void restore(StateReader from) {
    if (spec.equals(MEAN)) return;
    rounds = (long) from.numbers("rounds", 1)[0];
    optimizer.restore(from.slices("optimizer"));
  }
}
