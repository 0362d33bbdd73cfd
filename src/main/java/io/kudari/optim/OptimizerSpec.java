package io.kudari.optim;

import io.kudari.math.Layout;
import io.kudari.math.Slice;
import io.kudari.optim.fullbatch.Minimizer;
import io.kudari.setting.Setting;
import io.kudari.setting.SettingException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An optimizer as configured: a recipe's name and the values of all its settings, those not given
 * filled in with their defaults, so that a saved specification means the same later. Immutable,
 * equal by value, serialisable.
 *
 * @param name a recipe, one of {@link #names}
 * @param settings Double, Boolean or String by key, in the order of the keys
 */
public record OptimizerSpec(String name, Map<String, Object> settings)
    implements java.io.Serializable {

  /**
   * Checks the settings and completes them.
   *
   * @throws SettingException if the recipe or a setting is unknown, or a value out of its range
   */
  public OptimizerSpec {
    Recipe recipe = Recipes.named(name);
    Map<String, Object> all = Setting.complete(name, Recipes.settings(recipe), settings);
    settings = Collections.unmodifiableMap(new TreeMap<>(all));
    if (recipe.chain() != null
        && (double) settings.get("ema") > 0
        && (double) settings.get("swa-start") > 0) {
      throw new SettingException(
          "ema", "ema and swa-start exclude each other: one average is evaluated");
    }
  }

  /**
   * The specification that a configuration's section says.
   *
   * @param section {@code name} and settings in kebab-case, such as {@code {name = adam, beta1 =
   *     0.95}}
   * @throws SettingException as the constructor, or if the name is missing
   */
  public static OptimizerSpec parse(Map<String, ?> section) {
    if (section.get("name") == null) {
      throw new SettingException("name", "name is missing; it is one of " + names());
    }
    Map<String, Object> settings = new HashMap<>(section);
    return new OptimizerSpec(String.valueOf(settings.remove("name")), settings);
  }

  /** The names of all recipes. */
  public static List<String> names() {
    return Recipes.names();
  }

  /** The settings of a recipe with defaults, ranges and one line each. */
  public static List<Setting<?>> settingsOf(String name) {
    return Recipes.settings(Recipes.named(name));
  }

  /** The settings every first-order recipe takes besides its own. */
  public static List<Setting<?>> extras() {
    return Recipes.EXTRAS;
  }

  /** What a recipe does, in one line. */
  public static String doc(String name) {
    return Recipes.named(name).doc();
  }

  /** Where a recipe comes from: paper and place. */
  public static String source(String name) {
    return Recipes.named(name).source();
  }

  /** Whether it takes full-batch gradients through a {@link Minimizer} instead of {@link #open}. */
  public boolean fullBatch() {
    return Recipes.named(name).minimizer() != null;
  }

  /** The base of the learning-rate schedule; only of first-order recipes. */
  public double learningRate() {
    return number("learning-rate");
  }

  /** The base of the momentum schedule, or NaN where the recipe has no such setting. */
  public double momentum() {
    return settings.containsKey("momentum") ? number("momentum") : Double.NaN;
  }

  /**
   * The optimizer of one slice, with empty slots.
   *
   * @param slice whole blocks of the layout, such as {@link Layout#shard}
   * @param exchange what completes sums with the owners of the other slices
   * @param seed of the experiment, for gradient noise
   * @throws IllegalStateException for second-order recipes
   */
  public Optimizer open(Layout layout, Slice slice, PartialSums exchange, long seed) {
    if (fullBatch()) {
      throw new IllegalStateException(
          name + " takes full batches: it is a minimizer, no optimizer");
    }
    return new Optimizer(layout, slice, exchange, Recipes.chain(this, seed));
  }

  /** Whether {@link Optimizer#isLocal} of one; only of first-order recipes. */
  public boolean isLocal(Layout layout) {
    return open(layout, new Slice(0, 0), PartialSums.WHOLE, 0).isLocal();
  }

  /** The optimizer of the whole vector. */
  public Optimizer open(Layout layout, long seed) {
    return open(layout, new Slice(0, layout.size()), PartialSums.WHOLE, seed);
  }

  /**
   * The minimizer of a second-order recipe.
   *
   * @throws IllegalStateException for first-order recipes
   */
  public Minimizer minimizer() {
    if (!fullBatch()) throw new IllegalStateException(name + " is an optimizer, no minimizer");
    return Recipes.named(name).minimizer().apply(this);
  }

  double number(String key) {
    return (double) settings.get(key);
  }

  boolean flag(String key) {
    return (boolean) settings.get(key);
  }

  String text(String key) {
    return (String) settings.get(key);
  }
}
