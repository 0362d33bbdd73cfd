package io.kudari.optim;

import io.kudari.optim.fullbatch.Minimizer;
import io.kudari.setting.Setting;
import java.util.List;
import java.util.function.Function;

/**
 * A named optimizer: its settings and the chain they make.
 *
 * @param name as in the configuration
 * @param source paper and place
 * @param doc one line: the update and where implementations differ
 * @param settings its own settings; {@link Recipes#EXTRAS} come on top for first-order recipes
 * @param chain from the settings' values to transforms, learning rate included and descent not;
 *     null for second-order recipes
 * @param minimizer for second-order recipes, else null
 */
record Recipe(
    String name,
    String source,
    String doc,
    List<Setting<?>> settings,
    Function<OptimizerSpec, List<Transform>> chain,
    Function<OptimizerSpec, Minimizer> minimizer) {

  static Recipe firstOrder(
      String name,
      String source,
      String doc,
      List<Setting<?>> settings,
      Function<OptimizerSpec, List<Transform>> chain) {
    return new Recipe(name, source, doc, settings, chain, null);
  }

  static Recipe secondOrder(
      String name,
      String source,
      String doc,
      List<Setting<?>> settings,
      Function<OptimizerSpec, Minimizer> minimizer) {
    return new Recipe(name, source, doc, settings, null, minimizer);
  }
}
