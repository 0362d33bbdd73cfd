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
 * @param data whether it is a section of data: trials without one of the key stay as they are, and
 *     others keep how many examples they take
 */
public record Change(String option, String experiment, String key, String value, boolean data) {

  /** The trial with the setting in the place of what it has under the key. */
  Trial apply(Trial trial) {
    SortedMap<String, String> settings = new TreeMap<>(trial.settings());
    String size = settings.get(key + ".examples");
    boolean had = settings.keySet().removeIf(this::covers);
    if (data && !had) return trial;
    settings.put(key, value);
    if (data && size != null) settings.put(key + ".examples", size);
    return new Trial(settings, trial.seed());
  }

  /** What it would replace. */
  SortedMap<String, String> replaced(Trial trial) {
    SortedMap<String, String> settings = new TreeMap<>(trial.settings());
    settings.keySet().removeIf(k -> !covers(k));
    return settings;
  }

  private boolean covers(String setting) {
    return setting.equals(key) || setting.startsWith(key + ".");
  }

  boolean isOf(String name) {
    return experiment.isEmpty() || experiment.equals(name);
  }
}
