package io.kudari.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.kudari.data.file.Location;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One section of a configuration, read key by key. Every reading names the default and the range,
 * checks them, and remembers the value in force, so that {@link #resolved} is the whole
 * configuration with its defaults and {@link #done} finds the keys that nobody asked for.
 */
final class Settings {

  /** What {@link #duration} takes for no time at all. */
  static final String NEVER = "never";

  private final ConfigObject object;
  private final String path;
  private final Map<String, Object> resolved = new LinkedHashMap<>();

  Settings(ConfigObject object, String path) {
    this.object = object;
    this.path = path;
  }

  /** Whether the key is given. */
  boolean has(String key) {
    return object.get(key) != null && object.get(key).valueType() != ConfigValueType.NULL;
  }

  /** A subsection; an empty one when it is not given. */
  Settings section(String key) {
    ConfigValue value = has(key) ? object.get(key) : ConfigFactory.empty().root();
    if (!(value instanceof ConfigObject child)) throw wrong(key, "must be a section { … }");
    Settings section = new Settings(child, path(key));
    resolved.put(key, section.resolved);
    return section;
  }

  /** A subsection, of which a bare word is the {@code name}. */
  Settings named(String key) {
    ConfigValue value = has(key) ? object.get(key) : ConfigFactory.empty().root();
    if (value.valueType() != ConfigValueType.STRING) return section(key);
    ConfigObject child = object.withValue("name", value).withOnlyKey("name");
    Settings section = new Settings(child, path(key));
    resolved.put(key, section.resolved);
    return section;
  }

  /** A list of subsections. */
  List<Settings> sections(String key) {
    if (!(required(key) instanceof ConfigList list))
      throw wrong(key, "must be a list of sections [ { … }, … ]");
    List<Settings> sections = new ArrayList<>();
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      if (!(list.get(i) instanceof ConfigObject child)) {
        throw new ConfigurationException(
            place(list.get(i).origin()) + path(key) + "[" + i + "] must be a section { … }");
      }
      Settings section = new Settings(child, path(key) + "[" + i + "]");
      sections.add(section);
      values.add(section.resolved);
    }
    resolved.put(key, values);
    return sections;
  }

  /** A whole number within [min, max]. */
  int integer(String key, int fallback, int min, int max) {
    return has(key) ? integer(key, min, max) : keep(key, fallback);
  }

  /** A whole number within [min, max] that must be given. */
  int integer(String key, int min, int max) {
    return keep(key, (int) longNumber(key, min, max));
  }

  /** A whole number of 64 bits. */
  long longInteger(String key, long fallback) {
    return keep(key, has(key) ? longNumber(key, Long.MIN_VALUE, Long.MAX_VALUE) : fallback);
  }

  private long longNumber(String key, long min, long max) {
    Object value = number(key);
    double asDouble = ((Number) value).doubleValue();
    if (asDouble != Math.rint(asDouble)) throw wrong(key, "must be a whole number, not " + value);
    long whole = ((Number) value).longValue();
    if (whole < min || whole > max || Math.abs(asDouble) > 0x1p62) {
      throw wrong(key, "must be " + range(min, max) + ", not " + value);
    }
    return whole;
  }

  /** A number within [min, max). */
  double number(String key, double fallback, double min, double below) {
    if (!has(key)) return keep(key, fallback);
    double value = ((Number) number(key)).doubleValue();
    if (!(value >= min && value < below))
      throw wrong(key, "must be within [" + min + ", " + below + "), not " + value);
    return keep(key, value);
  }

  private Object number(String key) {
    ConfigValue value = required(key);
    if (value.valueType() == ConfigValueType.STRING) {
      try {
        return Double.valueOf((String) value.unwrapped());
      } catch (NumberFormatException e) {
        throw wrong(key, "must be a number, not \"" + value.unwrapped() + "\"");
      }
    }
    if (value.valueType() != ConfigValueType.NUMBER)
      throw wrong(key, "must be a number, not " + shown(value));
    return value.unwrapped();
  }

  /** A duration with its unit, or {@link #NEVER}, which is zero. */
  Duration duration(String key, String fallback) {
    String text = text(key, fallback);
    if (text.equals(NEVER)) return Duration.ZERO;
    String rule = "must be a duration with its unit, such as 5 minutes, or never, not " + text;
    if (!text.matches("[0-9.]+ *[a-z]+")) throw wrong(key, rule);
    try {
      Duration duration = ConfigFactory.parseMap(Map.of(key, text)).getDuration(key);
      if (duration.isZero()) throw wrong(key, rule);
      return duration;
    } catch (ConfigException e) {
      throw wrong(key, rule);
    }
  }

  /** true or false. */
  boolean flag(String key, boolean fallback) {
    if (!has(key)) return keep(key, fallback);
    String value = String.valueOf(object.get(key).unwrapped());
    if (!value.equals("true") && !value.equals("false"))
      throw wrong(key, "must be true or false, not " + shown(object.get(key)));
    return keep(key, value.equals("true"));
  }

  /** A text that must be given. */
  String text(String key) {
    ConfigValue value = required(key);
    if (value.valueType() == ConfigValueType.OBJECT || value.valueType() == ConfigValueType.LIST) {
      throw wrong(key, "must be a text, not " + shown(value));
    }
    return keep(key, String.valueOf(value.unwrapped()));
  }

  /** A text. */
  String text(String key, String fallback) {
    return has(key) ? text(key) : keep(key, fallback);
  }

  /** A list of texts, or one text. */
  List<String> texts(String key) {
    if (!(required(key) instanceof ConfigList list)) return List.of(text(key));
    return keep(key, list.stream().map(v -> String.valueOf(v.unwrapped())).toList());
  }

  /**
   * A path or URI, absolute. One without a scheme is local; a relative one in a file is relative to
   * that file's folder, and one given on the command line to the working folder.
   */
  String location(String key) {
    return keep(key, resolve(text(key), required(key).origin()));
  }

  /** Several of them, or one. */
  List<String> locations(String key) {
    return keep(key, texts(key).stream().map(t -> resolve(t, required(key).origin())).toList());
  }

  private String resolve(String text, ConfigOrigin origin) {
    if (text.isEmpty())
      throw new ConfigurationException(place(origin) + "a path must not be empty");
    return Location.within(ConfigurationText.folder(origin), text);
  }

  /** One of an enum's constants, by its kebab-case name. */
  <E extends Enum<E>> E choice(String key, E fallback, Class<E> type) {
    if (!has(key)) {
      keep(key, id(fallback));
      return fallback;
    }
    String value = text(key);
    for (E constant : type.getEnumConstants()) if (id(constant).equals(value)) return constant;
    List<String> known = Arrays.stream(type.getEnumConstants()).map(Settings::id).toList();
    throw wrong(
        key,
        "must be one of "
            + String.join(", ", known)
            + ", not \""
            + value
            + "\""
            + didYouMean(value, known));
  }

  /** A constant's name in a configuration: kebab-case. */
  static String id(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The section's own values, unread: for those who check their keys themselves. */
  Map<String, Object> raw() {
    resolved.putAll(object.unwrapped());
    return object.unwrapped();
  }

  /** Whether the value is a section. */
  boolean isSection(String key) {
    return has(key) && object.get(key).valueType() == ConfigValueType.OBJECT;
  }

  /** Replaces what {@link #resolved} shows for a key. */
  void resolvedAs(String key, Object value) {
    resolved.put(key, value);
  }

  /** Every value in force, by key, in the order of reading. */
  Map<String, Object> resolved() {
    return resolved;
  }

  /**
   * Ends the reading of this section.
   *
   * @throws ConfigurationException when it has a key that was not asked for
   */
  void done() {
    for (String key : object.keySet()) {
      if (!resolved.containsKey(key) && has(key)) {
        throw new ConfigurationException(
            place(object.get(key).origin())
                + path(key)
                + " is not a known setting"
                + didYouMean(key, List.copyOf(resolved.keySet())));
      }
    }
  }

  /** An error about one key of this section: the place where it stands, the key, and the rule. */
  ConfigurationException wrong(String key, String rule) {
    ConfigValue value = object.get(key);
    return new ConfigurationException(
        place(value == null ? object.origin() : value.origin()) + path(key) + " " + rule);
  }

  /** " (did you mean …?)" when some known name is near. */
  static String didYouMean(String name, List<String> known) {
    Optional<String> nearest =
        known.stream()
            .filter(k -> distance(name, k) <= Math.max(2, name.length() / 3))
            .min((a, b) -> Integer.compare(distance(name, a), distance(name, b)));
    return nearest
        .map(k -> " (did you mean " + k + "?)")
        .orElse(
            known.isEmpty()
                ? ""
                : " (known: " + known.stream().sorted().collect(Collectors.joining(", ")) + ")");
  }

  /** Levenshtein distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) row[j] = j;
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitution, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }

  private ConfigValue required(String key) {
    if (!has(key)) throw wrong(key, "must be given");
    return object.get(key);
  }

  private <T> T keep(String key, T value) {
    resolved.put(key, value);
    return value;
  }

  private String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private static String shown(ConfigValue value) {
    return value.valueType().name().toLowerCase(Locale.ROOT)
        + " "
        + value.render(com.typesafe.config.ConfigRenderOptions.concise());
  }

  private static String range(long min, long max) {
    if (max == Integer.MAX_VALUE || max == Long.MAX_VALUE) return "at least " + min;
    return "within " + min + ".." + max;
  }

  /** {@code file:line: }, or what else the value's origin is called. */
  private static String place(ConfigOrigin origin) {
    if (origin.filename() != null)
      return origin.filename().replaceFirst("^\\./", "") + ":" + origin.lineNumber() + ": ";
    String description = origin.description();
    return description == null
            || description.equals("empty config")
            || description.startsWith("merge of ")
        ? ""
        : description.replaceAll(": \\d+$", "") + ": ";
  }
}
