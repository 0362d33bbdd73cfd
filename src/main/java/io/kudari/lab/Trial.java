package io.kudari.lab;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A training to be run: settings of a configuration, of which users have the same.
 *
 * @param settings values in HOCON by their keys, such as {@code train.batch}; without {@code seed}
 * @param seed of the training
 */
public record Trial(SortedMap<String, String> settings, long seed) {

  /** Copies the settings. */
  public Trial {
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
  }

  /** Of these settings, with seed 1. */
  public static Trial of(Map<String, String> settings) {
    return new Trial(new TreeMap<>(settings), 1);
  }

  /** The same with another value of a setting. */
  public Trial with(String key, Object value) {
    SortedMap<String, String> changed = new TreeMap<>(settings);
    changed.put(key, String.valueOf(value));
    return new Trial(changed, seed);
  }

  /** The same with another seed. */
  public Trial seeded(long other) {
    return new Trial(settings, other);
  }

  /** All of it as a configuration, which names it. */
  public String configuration() {
    StringBuilder text = new StringBuilder("seed = " + seed + "\n");
    settings.forEach((key, value) -> text.append(key + " = " + value + "\n"));
    return text.toString();
  }
}
