package io.kudari.exchange;

import io.kudari.exchange.codec.Codecs;
import io.kudari.setting.Setting;
import io.kudari.setting.SettingException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** All exchanges, by name: the list to add one to. */
public final class Exchanges {

  /**
   * An exchange that can be asked for.
   *
   * @param name in configurations
   * @param doc what is exchanged
   * @param settings its own
   * @param parse makes it of its settings, by key; throws a {@link SettingException}
   */
  public record Kind(
      String name,
      String doc,
      List<Setting<?>> settings,
      Function<Map<String, ?>, GradientExchange> parse) {}

  /** What a run has unless its plan says otherwise. */
  public static final GradientExchange USUAL = new Dense();

  /** In the order in which they are documented. */
  public static final List<Kind> ALL =
      Stream.concat(
              Stream.of(Dense.KIND, NoExchange.KIND, Rounded.FP16, Rounded.BF16),
              Codecs.ALL.stream().map(Coded::kind))
          .toList();

  private Exchanges() {}

  /**
   * The exchange that a configuration's section says.
   *
   * @param section its settings, and {@code name}, without which it is the usual one
   * @throws SettingException when the name or a setting is unknown, or a value out of its range
   */
  public static GradientExchange parse(Map<String, ?> section) {
    Map<String, Object> settings = new HashMap<>(section);
    Object given = settings.remove("name");
    String name = given == null ? USUAL.name() : given.toString();
    for (Kind kind : ALL) if (kind.name().equals(name)) return kind.parse().apply(settings);
    List<String> known = ALL.stream().map(Kind::name).toList();
    throw new SettingException(
        "name", "must be one of " + String.join(", ", known) + ", not '" + name + "'");
  }
}
