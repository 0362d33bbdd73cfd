package io.kudari.checkpoint;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a training state came from.
 *
 * @param config the whole configuration, as HOCON with its defaults
 * @param model SHA-256 of the model's description and of the layout of its parameters
 * @param data by source, what it held: numbers and the SHA-256 of the examples
 * @param versions by name, of what computes: the same bits are promised for the same versions
 */
public record Origin(
    String config,
    String model,
    SortedMap<String, String> data,
    SortedMap<String, String> versions) {

  public Origin {
    data = new TreeMap<>(data);
    versions = new TreeMap<>(versions);
  }

  /**
   * How the data and the model of another origin differ from this one's.
   *
   * @return one phrase for each difference: the key, this value, the other's
   */
  public List<String> differences(Origin other) {
    List<String> found = differences(data, other.data);
    if (!model.equals(other.model)) found.add("model: " + was(model, other.model));
    return found;
  }

  /** How the versions differ, as {@link #differences}. */
  public List<String> versionDifferences(Origin other) {
    return differences(versions, other.versions);
  }

  /**
   * How one mapping differs from another.
   *
   * @return one phrase for each difference, by key
   */
  public static List<String> differences(Map<String, String> saved, Map<String, String> now) {
    List<String> found = new ArrayList<>();
    SortedMap<String, String> keys = new TreeMap<>(saved);
    keys.putAll(now);
    for (String key : keys.keySet()) {
      String before = saved.getOrDefault(key, "nothing");
      String after = now.getOrDefault(key, "nothing");
      if (!before.equals(after)) found.add(key + ": " + was(before, after));
    }
    return found;
  }

  private static String was(String before, String after) {
    return "saved " + before + ", now " + after;
  }
}
