package io.kudari.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValueFactory;
import io.kudari.data.Location;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Where configurations come from, and what relative paths in them are relative to. */
final class ConfigurationText {

  private static final String OVERRIDE = "--set ";

  private ConfigurationText() {}

  /**
   * Parses a configuration file.
   *
   * @param location as {@link Location} has it; {@code include} only works in a local file
   * @throws ConfigurationException when there is none
   */
  static Config file(String location, Configuration hadoop) {
    if (!Location.isUri(location) || location.startsWith("file:")) {
      File file = new File(Location.path(location).toUri().getPath());
      if (!file.isFile()) throw missing(location);
      File named = Location.isUri(location) ? file : new File(location);
      return ConfigFactory.parseFile(named, ConfigParseOptions.defaults().setAllowMissing(false));
    }
    return ConfigFactory.parseString(content(location, hadoop), described(location));
  }

  private static ConfigParseOptions described(String place) {
    return ConfigParseOptions.defaults().setOriginDescription(place);
  }

  private static ConfigurationException missing(String location) {
    return new ConfigurationException(location + ": there is no such configuration file");
  }

  /** The text that a location holds. */
  private static String content(String location, Configuration hadoop) {
    try {
      return read(location, hadoop);
    } catch (FileNotFoundException e) {
      throw missing(location);
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigurationException(location + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The whole text of a file. */
  static String read(String location, Configuration hadoop) throws IOException {
    Path path = Location.path(location);
    try (InputStream in = Location.fileSystem(path, hadoop).open(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Parses a text. */
  static Config text(String place, String text) {
    return ConfigFactory.parseString(text, described(place));
  }

  /**
   * Parses what stands behind {@code --set}: HOCON, or where the value is none, the value as it is.
   * A value that is no section, list or quoted text has no comments: {@code //} and {@code #} are
   * part of it.
   *
   * @param override {@code key=value}
   * @throws ConfigurationException when there is no key, or a section, list, quoted text or
   *     substitution is not well-formed
   */
  static Config override(String override) {
    int equals = override.indexOf('=');
    if (equals < 1) throw new ConfigurationException(OVERRIDE + override + ": must be KEY=VALUE");
    String key = override.substring(0, equals).strip();
    String value = override.substring(equals + 1).strip();
    boolean structured =
        key.contains("{") || value.matches("(?s)[\\[{\"].*") || value.contains("${");
    if (!structured && (value.contains("//") || value.contains("#")))
      return plain(override, key, value);
    try {
      return ConfigFactory.parseString(override, described(OVERRIDE + override));
    } catch (ConfigException e) {
      if (structured) throw e;
      return plain(override, key, value);
    }
  }

  private static Config plain(String override, String key, String value) {
    return ConfigFactory.empty()
        .withValue(key, ConfigValueFactory.fromAnyRef(value, OVERRIDE + override));
  }

  /** The folder that a relative path is relative to: a file's own, else the working folder. */
  static String folder(ConfigOrigin origin) {
    if (origin.filename() != null) return new File(origin.filename()).getAbsoluteFile().getParent();
    String place = origin.description().replaceFirst(": \\d+$", "");
    return Location.isUri(place) ? place.substring(0, place.lastIndexOf('/') + 1) : "";
  }
}
