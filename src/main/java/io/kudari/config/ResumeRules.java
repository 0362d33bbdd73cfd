package io.kudari.config;

import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which settings may change when a run goes on: those of the machine, when to end, and what does
 * not touch the steps already taken. All others would give results that no run from the beginning
 * gives.
 */
public final class ResumeRules {

  /**
   * Where a run is, how ranks and checkpoints are handled, what is measured, when it ends early.
   */
  private static final Set<String> FREE =
      Set.of(
          "train.strategy",
          "train.ranks",
          "train.recovery",
          "train.early-stopping",
          "train.noise-scale",
          "train.meters",
          "train.evaluate",
          "train.target",
          "checkpoint");

  /** What they name is compared by its content. */
  private static final Set<String> BY_CONTENT = Set.of("data.train", "data.test", "model.dl4j");

  private static final String UNSET = "nothing";

  /** Runs of before there was such a setting are as without. */
  private static final String STRATIFY = "data.stratify";

  /** How far a run goes: may only grow. */
  private static final Set<String> LENGTHS = Set.of("train.epochs", "train.steps");

  private ResumeRules() {}

  /**
   * What a configuration saved by an earlier version does not say, because there was no choice.
   *
   * @param saved the configuration a run began with, with its defaults
   * @return settings, {@code key=value} each
   */
  public static List<String> unsaid(String saved) {
    return values(saved).containsKey(STRATIFY) ? List.of() : List.of(STRATIFY + "=false");
  }

  /**
   * What a new configuration changes that must stay.
   *
   * @param saved the configuration a run began with, with its defaults
   * @param now the one it is to go on with, with its defaults
   * @return one phrase for each setting: the key, the saved value, the new one
   */
  public static List<String> differences(String saved, String now) {
    SortedMap<String, String> before = values(saved);
    SortedMap<String, String> after = values(now);
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
    if (isUnder(key, FREE) || isUnder(key, BY_CONTENT)) return true;
    if (key.equals(STRATIFY) && old.equals(UNSET)) return changed.equals("false");
    return LENGTHS.contains(key)
        && !old.equals(UNSET)
        && !changed.equals(UNSET)
        && Integer.parseInt(changed) > Integer.parseInt(old);
  }

  private static boolean isUnder(String key, Set<String> sections) {
    return sections.stream().anyMatch(s -> key.equals(s) || key.startsWith(s + "."));
  }

  private static String rule(String key) {
    return LENGTHS.contains(key) ? " (may only grow)" : "";
  }

  /** Every value by its path. */
  private static SortedMap<String, String> values(String hocon) {
    SortedMap<String, String> values = new TreeMap<>();
    ConfigFactory.parseString(hocon)
        .entrySet()
        .forEach(e -> values.put(e.getKey(), e.getValue().render(ConfigRenderOptions.concise())));
    values.replaceAll((key, text) -> text.replaceAll("^\"(.*)\"$", "$1"));
    return values;
  }
}
