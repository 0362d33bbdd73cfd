package io.kudari.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long a configuration's values become when its substitutions are put in: found before it is
 * done, because values made of each other may double with every line. Too large where a
 * substitution has several values to choose from.
 */
final class Substitutions {

  /** Characters of all values together. */
  static final int MOST = 16 << 20;

  private static final int MOST_REFERENCES = 2000;

  private static final Pattern REFERENCE = Pattern.compile("\\$\\{\\??([^}]*)\\}");

  private static final String DOT = "\u0001";

  /** What a key holds itself, and which paths it takes values from. */
  private record Value(long characters, List<String> references) {}

  private final TreeMap<String, List<Value>> values = new TreeMap<>();
  private final Map<String, Double> lengths = new HashMap<>();
  private final Set<String> open = new HashSet<>();
  private int references;

  private Substitutions() {}

  /**
   * Checks a configuration that is not resolved yet.
   *
   * @param place names it
   * @throws ConfigurationException when its values would be too long
   */
  static void check(String place, ConfigObject root) {
    Substitutions all = new Substitutions();
    all.collect("", root);
    if (all.references > MOST_REFERENCES)
      throw new ConfigurationException(
          place + ": has more than " + MOST_REFERENCES + " substitutions ${…}");
    if (all.references > 0 && all.length("") > MOST)
      throw new ConfigurationException(
          place + ": its substitutions ${…} make more than " + MOST + " characters");
  }

  private void collect(String path, ConfigValue value) {
    if (value instanceof ConfigList list) {
      for (ConfigValue element : list) collect(path, element);
    } else if (value instanceof ConfigObject object && !isUnresolved(object)) {
      object.forEach((key, child) -> collect(path.isEmpty() ? key : path + DOT + key, child));
    } else {
      values.computeIfAbsent(path, p -> new ArrayList<>()).add(leaf(value));
    }
  }

  /** A section that is merged of several, one of which is a substitution. */
  private static boolean isUnresolved(ConfigObject object) {
    try {
      return object.size() < 0;
    } catch (ConfigException.NotResolved e) {
      return true;
    }
  }

  private Value leaf(ConfigValue value) {
    String text = value.render(ConfigRenderOptions.concise());
    List<String> named = new ArrayList<>();
    // Behind the last bracket none ends, and looking for its end again and again takes long.
    Matcher reference = REFERENCE.matcher(text).region(0, text.lastIndexOf('}') + 1);
    while (reference.find()) {
      references++;
      try {
        named.add(String.join(DOT, ConfigUtil.splitPath(reference.group(1))));
      } catch (ConfigException e) {
        // Not a path: a text that looks like one.
      }
    }
    return new Value(text.length(), named);
  }

  /** Characters of all that lies at or below a path, and of what a section above it is made of. */
  private double length(String path) {
    Double known = lengths.get(path);
    if (known != null) return known;
    // A circle is the library's to report.
    if (!open.add(path)) return 0;
    double sum = 0;
    for (List<Value> below : below(path).values()) sum += length(below);
    for (int dot = path.lastIndexOf(DOT); dot > 0; dot = path.lastIndexOf(DOT, dot - 1))
      sum += length(values.getOrDefault(path.substring(0, dot), List.of()));
    open.remove(path);
    lengths.put(path, sum);
    return sum;
  }

  private Map<String, List<Value>> below(String path) {
    if (path.isEmpty()) return values;
    Map<String, List<Value>> found = new TreeMap<>(values.subMap(path + DOT, path + "\u0002"));
    if (values.containsKey(path)) found.put(path, values.get(path));
    return found;
  }

  private double length(List<Value> some) {
    double sum = 0;
    for (Value value : some) {
      sum += value.characters();
      for (String reference : value.references()) sum += length(reference);
    }
    return sum;
  }
}
