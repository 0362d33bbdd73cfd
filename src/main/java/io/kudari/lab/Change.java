package io.kudari.lab;

import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A setting that a user wants other than trials have it, or other data.
 *
 * @param option of the command, as it was given
 * @param experiment whose trials change; empty for all
 * @param key of a configuration
 * @param value in HOCON
 * @param only whether it changes just those trials that have the key, or a part of it
 */
public record Change(String option, String experiment, String key, String value, boolean only) {

  /** The trial with the setting in the place of what it has under the key. */
  Trial apply(Trial trial) {
    SortedMap<String, String> settings = new TreeMap<>(trial.settings());
    boolean had = settings.keySet().removeIf(k -> k.equals(key) || k.startsWith(key + "."));
    if (only && !had) return trial;
    settings.put(key, value);
    return new Trial(settings, trial.seed());
  }

  boolean isOf(String name) {
    return experiment.isEmpty() || experiment.equals(name);
  }
}
