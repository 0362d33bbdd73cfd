package io.kudari.spark.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;

/** The jars that Spark sends to executors: Kudari's own among them. */
public final class AddedJars {

  public static final String KEY = "spark.jars";

  private AddedJars() {}

  /** Both lists of comma-separated jars in one, each jar once. */
  public static String join(String own, String added) {
    return Stream.of(own, added)
        .flatMap(list -> entries(list).stream())
        .distinct()
        .collect(Collectors.joining(","));
  }

  /**
   * Checks that jars of this machine are files: Spark would only log that one is not.
   *
   * @throws RankSlots.UnsuitableException when one does not
   */
  public static void check(SparkConf conf) {
    for (String entry : entries(conf.get(KEY, ""))) {
      boolean uri = entry.matches("[A-Za-z][A-Za-z0-9+.-]*:.*");
      if (!uri && !Files.isRegularFile(Path.of(entry)))
        throw new RankSlots.UnsuitableException(KEY + ": there is no file " + entry);
    }
  }

  private static List<String> entries(String list) {
    return Arrays.stream(list.split(",")).map(String::strip).filter(e -> !e.isEmpty()).toList();
  }
}
