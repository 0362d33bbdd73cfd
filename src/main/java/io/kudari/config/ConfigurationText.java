package io.kudari.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigValueFactory;
import io.kudari.data.file.Location;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Where configurations come from, and what relative paths in them are relative to. */
final class ConfigurationText {

  private static final String OVERRIDE = "--set ";

  /** Byte-order marks of UTF-16, in the order of Latin-1. */
  private static final List<String> UTF_16 = List.of("\u00ff\u00fe", "\u00fe\u00ff");

  private static final int SHOWN = 60;

  /** The working folder. */
  private static final String HERE = ".";

  private ConfigurationText() {}

  /**
   * Parses a configuration file.
   *
   * @param location as {@link Location} has it; {@code include} only works in a local file
   * @throws ConfigurationException when there is none
   */
  static Config file(String location, Configuration hadoop) {
    if (!Location.isUri(location) || location.startsWith("file:")) {
      File file = local(location);
      if (!file.exists()) throw missing(location);
      File named = Location.isUri(location) ? file : withFolder(location);
      check(named);
      ConfigParseOptions options = ConfigParseOptions.defaults().setAllowMissing(false);
      return parsed(
          location,
          () -> ConfigFactory.parseFile(named, options.setIncluder(new Includes(location))));
    }
    return text(location, content(location, hadoop));
  }

  /** The parser finds what a file includes only beside one that is in a folder. */
  private static File withFolder(String location) {
    File file = new File(location);
    return file.getParentFile() == null ? new File(HERE, location) : file;
  }

  private static File local(String location) {
    try {
      return new File(Location.path(location).toUri().getPath());
    } catch (IllegalArgumentException e) {
      throw unreadable(location, e);
    }
  }

  /**
   * Checks a local file before it is parsed; one that is not there is the parser's to refuse.
   *
   * @throws ConfigurationException when it is no file, or too long or too deep
   */
  static void check(File file) {
    if (!file.exists()) return;
    try {
      String text = read(file.getPath(), new Configuration(), ConfigurationLimits.BYTES);
      if (file.getName().endsWith(".properties"))
        ConfigurationLimits.checkAny(file.getPath(), text);
      else ConfigurationLimits.check(file.getPath(), text);
    } catch (IOException | IllegalArgumentException e) {
      throw unreadable(file.getPath(), e);
    }
  }

  private static ConfigurationException unreadable(String location, Exception e) {
    String reason = String.valueOf(e.getMessage());
    boolean names = reason.startsWith(location + ":");
    return new ConfigurationException(names ? reason : location + " cannot be read: " + reason, e);
  }

  /** What passed the checks may still be more than the parser's own calls have room for. */
  private static Config parsed(String place, Supplier<Config> parsing) {
    try {
      return parsing.get();
    } catch (StackOverflowError e) {
      throw ConfigurationLimits.tooDeep(place);
    }
  }

  private static ConfigParseOptions described(String place) {
    return ConfigParseOptions.defaults()
        .setOriginDescription(place)
        .setIncluder(new Includes(place));
  }

  private static ConfigurationException missing(String location) {
    return new ConfigurationException(location + ": there is no such configuration file");
  }

  /** The text that a location holds. */
  private static String content(String location, Configuration hadoop) {
    try {
      return read(location, hadoop, ConfigurationLimits.BYTES);
    } catch (FileNotFoundException e) {
      throw missing(location);
    } catch (IOException | IllegalArgumentException e) {
      throw unreadable(location, e);
    }
  }

  /**
   * The whole text of a file.
   *
   * @param most bytes it may have
   * @throws ConfigurationException when it has more, or is UTF-16
   */
  static String read(String location, Configuration hadoop, int most) throws IOException {
    Path path = Location.path(location);
    try (InputStream in = Location.fileSystem(path, hadoop).open(path)) {
      byte[] bytes = in.readNBytes(most + 1);
      ConfigurationLimits.checkBytes(location, bytes.length, most);
      String mark = new String(bytes, 0, Math.min(2, bytes.length), StandardCharsets.ISO_8859_1);
      if (UTF_16.contains(mark))
        throw new ConfigurationException(location + ": is UTF-16, but must be UTF-8");
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /** Parses a text. */
  static Config text(String place, String text) {
    ConfigurationLimits.check(place, text);
    return parsed(place, () -> ConfigFactory.parseString(text, described(place)));
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
    ConfigurationLimits.checkAny(shown(override), override);
    String key = override.substring(0, equals).strip();
    String value = override.substring(equals + 1).strip();
    boolean structured =
        key.contains("{") || value.matches("(?s)[\\[{\"].*") || value.contains("${");
    if (!structured && (value.contains("//") || value.contains("#")))
      return plain(override, key, value);
    if (structured) ConfigurationLimits.check(shown(override), override);
    try {
      Config parsed = ConfigFactory.parseString(override, described(OVERRIDE + override));
      if (parsed.isEmpty() && parsed.root().isEmpty())
        throw new ConfigurationException(shown(override) + ": sets nothing");
      return parsed;
    } catch (ConfigException e) {
      if (structured) throw e;
      return plain(override, key, value);
    }
  }

  /** Whether a value was given on the command line. */
  static boolean isOverride(ConfigOrigin origin) {
    return origin.description() != null && origin.description().startsWith(OVERRIDE);
  }

  private static String shown(String override) {
    return OVERRIDE + (override.length() > SHOWN ? override.substring(0, SHOWN) + "…" : override);
  }

  private static Config plain(String override, String key, String value) {
    try {
      return ConfigFactory.empty()
          .withValue(key, ConfigValueFactory.fromAnyRef(value, OVERRIDE + override));
    } catch (ConfigException.BadPath e) {
      throw new ConfigurationException(
          shown(override) + ": the key must be names with one dot between them", e);
    }
  }

  /** The folder that a relative path is relative to: a file's own, else the working folder. */
  static String folder(ConfigOrigin origin) {
    if (origin.filename() != null) return new File(origin.filename()).getAbsoluteFile().getParent();
    String place = origin.description().replaceFirst(": \\d+$", "");
    return Location.isUri(place) ? place.substring(0, place.lastIndexOf('/') + 1) : "";
  }
}
