package io.kudari.train.algorithm;

import io.kudari.optim.OptimizerSpec;
import io.kudari.setting.Setting;
import io.kudari.setting.SettingException;
import io.kudari.train.AlgorithmSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** All algorithms, by name: the list to add one to. */
public final class Algorithms {

  /**
   * An algorithm that can be asked for.
   *
   * @param name in configurations
   * @param doc what a step of it is, in one line
   * @param settings its own
   * @param parse makes it of its settings, by key; throws a {@link SettingException}
   */
  public record Kind(
      String name,
      String doc,
      List<Setting<?>> settings,
      Function<Map<String, ?>, AlgorithmSpec> parse) {}

  /** In the order in which they are documented. */
  public static final List<Kind> ALL =
      List.of(
          GradientSharing.KIND,
          ParameterAveraging.KIND,
          ElasticAveraging.KIND,
          DelayedGradients.KIND,
          FullBatchDescent.KIND);

  private Algorithms() {}

  /** What an optimizer is trained by unless a plan says otherwise. */
  public static AlgorithmSpec usual(OptimizerSpec optimizer) {
    return optimizer.fullBatch() ? new FullBatchDescent() : new GradientSharing();
  }

  /**
   * The algorithm that a configuration's section says.
   *
   * @param section its settings, and {@code name}, without which it is the usual one
   * @throws SettingException when the name or a setting is unknown, or a value out of its range
   */
  public static AlgorithmSpec parse(Map<String, ?> section, OptimizerSpec optimizer) {
    Map<String, Object> settings = new HashMap<>(section);
    Object given = settings.remove("name");
    String name = given == null ? usual(optimizer).name() : given.toString();
    for (Kind kind : ALL) if (kind.name().equals(name)) return kind.parse().apply(settings);
    List<String> known = ALL.stream().map(Kind::name).toList();
    throw new SettingException(
        "name", "must be one of " + String.join(", ", known) + ", not '" + name + "'");
  }
}
