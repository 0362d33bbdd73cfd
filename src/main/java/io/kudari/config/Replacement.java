package io.kudari.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.schedule.ScheduleSpec;
import io.kudari.setting.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A section's key that says whose settings the others are, such as {@code optimizer.name}. Given on
 * the command line, it takes the place of the file's: what the file sets for another recipe, and
 * the new one does not have, is left out.
 *
 * @param section its path
 * @param key within the section
 * @param usual what is meant when the key is not given
 * @param known all that there are
 * @param settings the other keys of one of them
 */
record Replacement(
    String section,
    String key,
    String usual,
    List<String> known,
    Function<String, List<String>> settings) {

  private static final List<Replacement> ALL =
      Stream.concat(
              Stream.of(
                  new Replacement(
                      Sections.OPTIMIZER.key(),
                      "name",
                      "momentum",
                      OptimizerSpec.names(),
                      name -> keys(OptimizerSpec.settingsOf(name)))),
              Stream.concat(
                  Stream.of("learning-rate", "momentum", "batch").map(Replacement::schedule),
                  Stream.of("data.train", "data.test").map(Replacement::source)))
          .toList();

  /**
   * What is left of a file's settings.
   *
   * @param config resolved
   * @param notes what is left out, a line for each section
   */
  record Result(Config config, List<String> notes) {}

  private static Replacement schedule(String key) {
    return new Replacement(
        "schedule." + key,
        "kind",
        "constant",
        ScheduleSpec.kinds(),
        kind ->
            Stream.concat(keys(ScheduleSpec.settingsOf(kind)).stream(), Stream.of("warmup"))
                .toList());
  }

  private static Replacement source(String section) {
    return new Replacement(
        section,
        SourceSettings.FORMAT.key(),
        "",
        SourceSettings.FORMATS.stream().map(SourceSettings.Format::name).toList(),
        name ->
            SourceSettings.FORMATS.stream()
                .filter(f -> f.name().equals(name))
                .flatMap(f -> keys(f.settings()).stream())
                .toList());
  }

  private static List<String> keys(List<Setting<?>> settings) {
    return settings.stream().map(Setting::key).toList();
  }

  /**
   * Leaves out what another recipe's name has made meaningless.
   *
   * @param file as it is written
   * @param merged resolved, with what the command line sets
   */
  static Result apply(Config file, Config merged) {
    Config alone = file.resolve(ConfigResolveOptions.defaults().setAllowUnresolved(true));
    Config config = merged;
    List<String> notes = new ArrayList<>();
    for (Replacement each : ALL) {
      List<String> left = each.leftOut(alone, config);
      if (left.isEmpty()) continue;
      for (String name : left) config = config.withoutPath(each.path(name));
      notes.add(each.note(left, alone, merged));
    }
    return new Result(config, notes);
  }

  private List<String> leftOut(Config file, Config merged) {
    ConfigValue chosen = value(merged, path(key));
    if (chosen == null || !ConfigurationText.isOverride(chosen.origin())) return List.of();
    String name = String.valueOf(chosen.unwrapped());
    if (!known.contains(name) || name.equals(before(file))) return List.of();
    List<String> has = settings.apply(name);
    ConfigObject all = (ConfigObject) value(merged, section);
    return new TreeSet<>(all.keySet())
        .stream()
            .filter(k -> !k.equals(key) && !has.contains(k))
            .filter(k -> all.get(k).valueType() != ConfigValueType.NULL)
            .filter(k -> !ConfigurationText.isOverride(all.get(k).origin()))
            .toList();
  }

  private String before(Config file) {
    ConfigValue before = value(file, path(key));
    return before == null ? usual : String.valueOf(before.unwrapped());
  }

  private String note(List<String> left, Config file, Config merged) {
    String before = before(file);
    return path(key)
        + " is "
        + value(merged, path(key)).unwrapped()
        + (before.isEmpty() ? "" : " instead of " + before)
        + ", which has no "
        + left.stream().map(k -> "'" + k + "'").collect(Collectors.joining(", "))
        + ": left out";
  }

  private String path(String name) {
    return section + "." + name;
  }

  /** A value, or null where there is none, or one within no section. */
  private static ConfigValue value(Config config, String path) {
    ConfigValue at = config.root();
    for (String name : path.split("\\.")) {
      if (!(at instanceof ConfigObject section)) return null;
      at = section.get(name);
    }
    return at;
  }
}
