package io.kudari.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigRenderOptions;
import io.kudari.setting.OnResume;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which settings may change when a run goes on, as each is declared: those of the machine, when to
 * end, and what does not touch the steps already taken. All others would give results that no run
 * from the beginning gives.
 */
public final class ResumeRules {

  private static final String UNSET = "nothing";

  /** Runs of before there was such a setting are as without. */
  private static final String STRATIFY = "data.stratify";

  /** What runs of before there were such settings did. */
  private static final Map<String, String> SINCE =
      Map.of("data.missing", "error", "data.missing-indicator", "false", "data.invalid", "error");

  private ResumeRules() {}

  /**
   * What a configuration saved by an earlier version does not say, because there was no choice.
   *
   * @param place where it is, for messages
   * @param saved the configuration a run began with, with its defaults
   * @return settings, {@code key=value} each
   * @throws ConfigurationException when it is no HOCON
   */
  public static List<String> unsaid(String place, String saved) {
    return values(place, saved).containsKey(STRATIFY) ? List.of() : List.of(STRATIFY + "=false");
  }

  /**
   * What a new configuration changes that must stay.
   *
   * @param place where the saved one is, for messages
   * @param saved the configuration a run began with, with its defaults
   * @param now the one it is to go on with, with its defaults
   * @return one phrase for each setting: the key, the saved value, the new one
   * @throws ConfigurationException when one is no HOCON
   */
  public static List<String> differences(String place, String saved, String now) {
    SortedMap<String, String> before = values(place, saved);
    SortedMap<String, String> after = values("new configuration", now);
    Set<String> keys = new TreeSet<>(before.keySet());
    keys.addAll(after.keySet());
    List<String> found = new ArrayList<>();
    for (String key : keys) {
      String old = before.getOrDefault(key, UNSET);
      String changed = after.getOrDefault(key, UNSET);
      if (!old.equals(changed) && !mayChange(key, old, changed))
        found.add(key + ": saved " + old + ", now " + changed + rule(key));
    }
    return found;
  }

  private static boolean mayChange(String key, String old, String changed) {
    if (key.equals(STRATIFY) && old.equals(UNSET)) return changed.equals("false");
    if (old.equals(UNSET) && SINCE.containsKey(key)) return changed.equals(SINCE.get(key));
    return switch (Section.onResume(Sections.ALL, key)) {
      case FREE, BY_CONTENT -> true;
      case STAYS -> false;
      case GROWS ->
          !old.equals(UNSET)
              && !changed.equals(UNSET)
              && Integer.parseInt(changed) > Integer.parseInt(old);
    };
  }

  private static String rule(String key) {
    return Section.onResume(Sections.ALL, key) == OnResume.GROWS ? " (may only grow)" : "";
  }

  /** Every value by its path. */
  private static SortedMap<String, String> values(String place, String hocon) {
    SortedMap<String, String> values = new TreeMap<>();
    try {
      ConfigurationText.text(place, hocon)
          .entrySet()
          .forEach(e -> values.put(e.getKey(), e.getValue().render(ConfigRenderOptions.concise())));
    } catch (ConfigException e) {
      throw new ConfigurationException(e.getMessage(), e);
    }
    values.replaceAll((key, text) -> text.replaceAll("^\"(.*)\"$", "$1"));
    return values;
  }
}
