package io.kudari.setting;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The one declaration of a setting. Immutable.
 *
 * @param <T> of its value
 * @param key in kebab-case, within its section
 * @param initial the value where none is given; null where it must be given, is then unset, or
 *     depends on others
 * @param range what is allowed
 * @param doc what it means, in one line
 * @param unset what the documentation says of the default where {@code initial} is null; empty
 *     where it must be given
 * @param onResume whether it may change when a run goes on
 */
public record Setting<T>(
    String key, T initial, Range<T> range, String doc, String unset, OnResume onResume) {

  /** A default that is not allowed is a mistake of who declares it. */
  public Setting {
    if (initial != null && range.isNumber()) range.read(initial);
  }

  private Setting(String key, T initial, Range<T> range, String doc) {
    this(key, initial, range, doc, "", OnResume.STAYS);
  }

  /**
   * A setting of a recipe, where many stand in a table.
   *
   * @param initial may be null
   * @param range an interval such as {@code [0, 1)}, {@code whole [1, inf)} for whole numbers,
   *     {@code list} for numbers in a list, or the choices such as {@code inside | outside}
   */
  public static Setting<?> of(String key, Object initial, String range, String doc) {
    return read(key, initial, Range.parse(range), doc);
  }

  private static <T> Setting<T> read(String key, Object initial, Range<T> range, String doc) {
    return new Setting<>(key, initial == null ? null : range.read(initial), range, doc);
  }

  /** A whole number within [min, max]. */
  public static Setting<Integer> whole(String key, Integer initial, int min, int max, String doc) {
    return new Setting<>(key, initial, new Range.Whole(min, max), doc);
  }

  /** A whole number of 64 bits. */
  public static Setting<Long> wide(String key, Long initial, String doc) {
    return new Setting<>(key, initial, new Range.Wide(), doc);
  }

  /** A number within an interval such as {@code [0, 1)}. */
  public static Setting<Double> number(String key, Double initial, String interval, String doc) {
    return new Setting<>(key, initial, Range.Interval.of(interval), doc);
  }

  /** true or false. */
  public static Setting<Boolean> flag(String key, Boolean initial, String doc) {
    return new Setting<>(key, initial, new Range.Flag(), doc);
  }

  /** One of an enum's constants. */
  public static <E extends Enum<E>> Setting<E> choice(
      String key, E initial, Class<E> type, String doc) {
    return new Setting<>(key, initial, Range.Choice.of(type), doc);
  }

  /** One of some names. */
  public static Setting<String> name(String key, String initial, List<String> names, String doc) {
    return new Setting<>(key, initial, Range.Choice.of(names), doc);
  }

  /**
   * A text.
   *
   * @param kind what it is, such as {@code path}
   */
  public static Setting<String> text(String key, String initial, String kind, String doc) {
    return new Setting<>(key, initial, new Range.Text(kind), doc);
  }

  /**
   * Several texts, or one.
   *
   * @param kind what they are, such as {@code paths}
   */
  public static Setting<List<String>> texts(
      String key, List<String> initial, String kind, String doc) {
    return new Setting<>(key, initial, new Range.Texts(kind), doc);
  }

  /** A section, whose own settings are declared beside it. */
  public static Setting<Object> section(String key, String doc) {
    return part(key, "section", doc);
  }

  /**
   * What has settings of its own, declared beside it.
   *
   * @param kind what it is, such as {@code name or section}
   */
  public static Setting<Object> part(String key, String kind, String doc) {
    return new Setting<>(key, null, new Range.Part(kind), doc);
  }

  /** The same, where the documentation says of the default what no one value says. */
  public Setting<T> unset(String text) {
    return new Setting<>(key, initial, range, doc, text, onResume);
  }

  /** The same, which may change when a run goes on. */
  public Setting<T> onResume(OnResume rule) {
    return new Setting<>(key, initial, range, doc, unset, rule);
  }

  /**
   * The value, if it is allowed.
   *
   * @throws SettingException when it is not
   */
  public T check(Object value) {
    try {
      return range.read(value);
    } catch (IllegalArgumentException e) {
      throw new SettingException(key, key + " " + e.getMessage());
    }
  }

  /** The default as a configuration writes it; empty where there is none. */
  public Optional<Object> written() {
    return Optional.ofNullable(initial).map(range::written);
  }

  /**
   * Checks a map against the known settings and fills in those not given.
   *
   * @param owner whose settings they are, for the message
   * @throws SettingException when a key is unknown, or a value not allowed
   */
  public static Map<String, Object> complete(
      String owner, List<? extends Setting<?>> known, Map<String, ?> given) {
    List<String> keys = known.stream().map(Setting::key).toList();
    for (String key : new TreeMap<>(given).keySet()) {
      if (!keys.contains(key)) throw unknown("setting of " + owner, key, key, keys);
    }
    TreeMap<String, Object> all = new TreeMap<>();
    for (Setting<?> s : known) {
      Object value = given.get(s.key);
      if (value != null) all.put(s.key, s.check(value));
      else if (s.initial != null) all.put(s.key, s.initial);
    }
    return all;
  }

  /** What to say of a name that is not among the known ones. */
  public static SettingException unknown(String what, String key, String name, List<String> known) {
    String none = "no " + what + " is called '" + name + "'";
    String nearest = Nearest.to(name, known).map(k -> "; the nearest is '" + k + "'").orElse("");
    return new SettingException(key, none + nearest);
  }
}
