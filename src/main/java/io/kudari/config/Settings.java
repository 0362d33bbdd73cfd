package io.kudari.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.kudari.data.file.Location;
import io.kudari.setting.Nearest;
import io.kudari.setting.Range;
import io.kudari.setting.Setting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One section of a configuration, read setting by setting. Every reading goes by the setting's
 * declaration and remembers the value in force, so that {@link #resolved} is the whole
 * configuration with its defaults and {@link #done} finds the keys that nobody asked for.
 */
final class Settings {

  /** What {@link #duration} takes for no time at all. */
  static final String NEVER = "never";

  private final String file;
  private final ConfigObject object;
  private final String path;
  private final Map<String, Object> resolved = new LinkedHashMap<>();

  /**
   * Of a section.
   *
   * @param file the whole configuration, for what is said of keys that are given nowhere
   * @param path of the section, empty for all of it
   */
  Settings(String file, ConfigObject object, String path) {
    this.file = file;
    this.object = object;
    this.path = path;
  }

  /** Whether the key is given. */
  boolean has(String key) {
    return object.get(key) != null && object.get(key).valueType() != ConfigValueType.NULL;
  }

  /** Whether the setting is given. */
  boolean has(Setting<?> setting) {
    return has(setting.key());
  }

  /** A subsection; an empty one when it is not given. */
  Settings section(Setting<Object> setting) {
    return section(setting.key());
  }

  /** A subsection; an empty one when it is not given. */
  Settings section(String key) {
    ConfigValue value = has(key) ? object.get(key) : ConfigFactory.empty().root();
    if (!(value instanceof ConfigObject child)) throw wrong(key, "must be a section { … }");
    Settings section = new Settings(file, child, path(key));
    resolved.put(key, section.resolved);
    return section;
  }

  /** A subsection, of which a bare word is the {@code name}. */
  Settings named(Setting<Object> setting) {
    String key = setting.key();
    ConfigValue value = has(key) ? object.get(key) : ConfigFactory.empty().root();
    if (value.valueType() != ConfigValueType.STRING) return section(key);
    ConfigObject child = object.withValue("name", value).withOnlyKey("name");
    Settings section = new Settings(file, child, path(key));
    resolved.put(key, section.resolved);
    return section;
  }

  /** A list of subsections. */
  List<Settings> sections(Setting<Object> setting) {
    String key = setting.key();
    if (!(required(key) instanceof ConfigList list))
      throw wrong(key, "must be a list of sections [ { … }, … ]");
    List<Settings> sections = new ArrayList<>();
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      if (!(list.get(i) instanceof ConfigObject child)) {
        throw new ConfigurationException(
            place(list.get(i).origin()) + path(key) + "[" + i + "] must be a section { … }");
      }
      Settings section = new Settings(file, child, path(key) + "[" + i + "]");
      sections.add(section);
      values.add(section.resolved);
    }
    resolved.put(key, values);
    return sections;
  }

  /** The value in force: the given one, else the default, without which it must be given. */
  <T> T get(Setting<T> setting) {
    if (setting.initial() == null && !has(setting)) throw wrong(setting, "must be given");
    return get(setting, setting.initial());
  }

  /** The value in force, where the default depends on other settings. */
  <T> T get(Setting<T> setting, T fallback) {
    return keep(setting, has(setting) ? given(setting) : fallback);
  }

  /** The value, if it is given. */
  <T> Optional<T> find(Setting<T> setting) {
    return has(setting) ? Optional.of(keep(setting, given(setting))) : Optional.empty();
  }

  private <T> T given(Setting<T> setting) {
    Object value = unwrapped(setting);
    try {
      return setting.range().read(value);
    } catch (IllegalArgumentException e) {
      throw wrong(setting, e.getMessage());
    }
  }

  private Object unwrapped(Setting<?> setting) {
    ConfigValue value = required(setting.key());
    if (setting.range().isNumber()) return number(setting, value);
    boolean list = value instanceof ConfigList && !(setting.range() instanceof Range.Texts);
    if (list || value instanceof ConfigObject)
      throw wrong(setting, "must be a text, not " + shown(value));
    return value.unwrapped();
  }

  /** A number may stand in quotes. */
  private Object number(Setting<?> setting, ConfigValue value) {
    if (value.valueType() == ConfigValueType.NUMBER) return value.unwrapped();
    if (value.valueType() != ConfigValueType.STRING)
      throw wrong(setting, "must be a number, not " + shown(value));
    try {
      return Double.valueOf((String) value.unwrapped());
    } catch (NumberFormatException e) {
      throw wrong(setting, "must be a number, not \"" + value.unwrapped() + "\"");
    }
  }

  /** A duration with its unit, or {@link #NEVER}, which is zero. */
  Duration duration(Setting<String> setting, String fallback) {
    String text = get(setting, fallback);
    if (text.equals(NEVER)) return Duration.ZERO;
    String rule = "must be a duration with its unit, such as 5 minutes, or never, not " + text;
    if (!text.matches("[0-9.]+ *[a-z]+")) throw wrong(setting, rule);
    try {
      Duration duration = ConfigFactory.parseMap(Map.of("it", text)).getDuration("it");
      if (duration.isZero()) throw wrong(setting, rule);
      return duration;
    } catch (ConfigException e) {
      throw wrong(setting, rule);
    }
  }

  /** Bytes that a text such as {@code 512 MB} says; it must be given. */
  long size(Setting<String> setting) {
    String text = get(setting);
    return sizeOf(text)
        .orElseThrow(
            () ->
                wrong(setting, "must be a size with its unit, such as 512 MB, or 0, not " + text));
  }

  /** Bytes that a text says, or nothing where it says none. */
  static OptionalLong sizeOf(String text) {
    if (!text.matches("0|[0-9.]+ *[a-zA-Z]+")) return OptionalLong.empty();
    try {
      return OptionalLong.of(ConfigFactory.parseMap(Map.of("it", text)).getBytes("it"));
    } catch (ConfigException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * A path or URI that must be given, absolute. One without a scheme is local; a relative one in a
   * file is relative to that file's folder, and one given on the command line to the working
   * folder.
   */
  String location(Setting<String> setting) {
    String text = get(setting);
    return keep(setting, resolve(text, required(setting.key()).origin()));
  }

  /** Several of them, or one. */
  List<String> locations(Setting<List<String>> setting) {
    List<String> texts = get(setting);
    ConfigOrigin origin = required(setting.key()).origin();
    List<String> locations = texts.stream().map(t -> resolve(t, origin)).toList();
    resolvedAs(setting, locations);
    return locations;
  }

  private String resolve(String text, ConfigOrigin origin) {
    if (text.isEmpty())
      throw new ConfigurationException(place(origin) + "a path must not be empty");
    return Location.within(ConfigurationText.folder(origin), text);
  }

  /** The section's own values, unread: for those who check their keys themselves. */
  Map<String, Object> raw() {
    resolved.putAll(object.unwrapped());
    return object.unwrapped();
  }

  /** Whether the value is a section. */
  boolean isSection(Setting<?> setting) {
    return has(setting) && object.get(setting.key()).valueType() == ConfigValueType.OBJECT;
  }

  /** Whether the value is this word. */
  boolean isWord(Setting<?> setting, String word) {
    return has(setting) && object.get(setting.key()).unwrapped().equals(word);
  }

  /** Replaces what {@link #resolved} shows for a setting. */
  void resolvedAs(Setting<?> setting, Object value) {
    resolvedAs(setting.key(), value);
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
                + Nearest.hint(key, List.copyOf(resolved.keySet())));
      }
    }
  }

  /** An error about one setting of this section. */
  ConfigurationException wrong(Setting<?> setting, String rule) {
    return wrong(setting.key(), rule);
  }

  /** An error about one key of this section: the place where it stands, the key, and the rule. */
  ConfigurationException wrong(String key, String rule) {
    ConfigValue value = object.get(key);
    return new ConfigurationException(
        place(value == null ? object.origin() : value.origin())
            + path(key)
            + (rule.startsWith(":") ? "" : " ")
            + rule);
  }

  private ConfigValue required(String key) {
    if (!has(key)) throw wrong(key, "must be given");
    return object.get(key);
  }

  /** What was given as one text is shown as one. */
  private <T> T keep(Setting<T> setting, T value) {
    boolean one =
        setting.range() instanceof Range.Texts
            && has(setting)
            && !(object.get(setting.key()) instanceof ConfigList);
    resolvedAs(setting, one ? ((List<?>) value).get(0) : setting.range().written(value));
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

  /** {@code file:line: }, or what else the value's origin is called. */
  private String place(ConfigOrigin origin) {
    if (origin.filename() != null)
      return origin.filename().replaceFirst("^\\./", "") + ":" + origin.lineNumber() + ": ";
    String description = origin.description();
    return description == null
            || description.equals("empty config")
            || description.startsWith("merge of ")
        ? file + ": "
        : description.replaceAll(": \\d+$", "") + ": ";
  }
}
