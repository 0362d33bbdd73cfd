package io.kudari.config;

import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderClasspath;
import com.typesafe.config.ConfigIncluderFile;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseable;
import java.io.File;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What {@code include} may bring into one configuration: local files, checked as the first is.
 * Finding and merging them is the library's. Used for one parsing.
 */
final class Includes
    implements ConfigIncluder, ConfigIncluderFile, ConfigIncluderURL, ConfigIncluderClasspath {

  /** Those that HOCON tries for a name without one. */
  private static final List<String> EXTENSIONS = List.of(".conf", ".json", ".properties");

  private final String place;
  private ConfigIncluder library;
  private int depth;
  private int count;

  /**
   * Includes of a configuration.
   *
   * @param place names it in errors
   */
  Includes(String place) {
    this.place = place;
  }

  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    if (library == null) library = fallback;
    return this;
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    if (what.matches("(?s)[A-Za-z][A-Za-z0-9+.-]*:/.*")) throw elsewhere(what);
    List<File> files = new ArrayList<>();
    for (String name : names(what)) {
      ConfigParseable found = context.relativeTo(name);
      if (found != null && found.origin().filename() != null)
        files.add(new File(found.origin().filename()));
    }
    check(what, files);
    return within(what, () -> library.include(context, what));
  }

  /** The names that HOCON tries. */
  private static List<String> names(String what) {
    boolean whole = EXTENSIONS.stream().anyMatch(what::endsWith);
    return whole ? List.of(what) : EXTENSIONS.stream().map(e -> what + e).toList();
  }

  /** HOCON takes a file that is not there for an empty one, and so a misspelt name for none. */
  private void check(String what, List<File> files) {
    files.forEach(ConfigurationText::check);
    if (files.stream().anyMatch(File::exists)) return;
    List<String> names = names(what);
    String none =
        names.size() == 1
            ? "there is no such file"
            : "there is none of " + String.join(", ", names);
    throw new ConfigurationException(place + ": include of " + what + ": " + none);
  }

  @Override
  public ConfigObject includeFile(ConfigIncludeContext context, File what) {
    ConfigurationText.check(what);
    File placed = placed(context, what);
    check(what.getPath(), names(placed.getPath()).stream().map(File::new).toList());
    return within(
        what.getPath(), () -> ((ConfigIncluderFile) library).includeFile(context, placed));
  }

  /**
   * At its path, as HOCON has it; else beside the file that includes it, as without {@code file}.
   */
  private static File placed(ConfigIncludeContext context, File what) {
    if (names(what.getPath()).stream().anyMatch(name -> new File(name).exists())) return what;
    for (String name : names(what.getPath())) {
      ConfigParseable found = context.relativeTo(name);
      String beside = found == null ? null : found.origin().filename();
      if (beside != null && new File(beside).exists()) return new File(beside);
    }
    return what;
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    throw elsewhere(what.toString());
  }

  @Override
  public ConfigObject includeResources(ConfigIncludeContext context, String what) {
    throw elsewhere("classpath(" + what + ")");
  }

  private ConfigurationException elsewhere(String what) {
    return new ConfigurationException(
        place + ": include takes a file beside this one or its path, not " + what);
  }

  private ConfigObject within(String what, Supplier<ConfigObject> included) {
    if (++count > ConfigurationLimits.INCLUDES || ++depth > ConfigurationLimits.INCLUDE_DEPTH)
      throw new ConfigurationException(
          "%s: include of %s: more than %d files within each other or %d in all: is it a circle?"
              .formatted(
                  place, what, ConfigurationLimits.INCLUDE_DEPTH, ConfigurationLimits.INCLUDES));
    try {
      return included.get();
    } finally {
      depth--;
    }
  }
}
