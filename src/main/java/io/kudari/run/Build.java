package io.kudari.run;

import io.kudari.math.Fingerprint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Which code runs: for who keeps results that other code might not find again. */
public final class Build {

  private static final String OURS = "io/kudari/";

  private Build() {}

  /**
   * The version, and twelve hexadecimal digits that are others when any class of Kudari is; the
   * same from a jar and from a folder of the same classes.
   *
   * @throws UncheckedIOException when the classes cannot be read
   */
  public static String name() {
    try {
      URI place = Build.class.getProtectionDomain().getCodeSource().getLocation().toURI();
      return Version.current() + " " + classes(Path.of(place));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The digits of a jar or a folder. */
  static String classes(Path place) throws IOException {
    SortedMap<String, Long> sums = Files.isDirectory(place) ? ofFolder(place) : ofJar(place);
    return Fingerprint.sha256(sums.toString().getBytes(StandardCharsets.UTF_8)).substring(0, 12);
  }

  private static SortedMap<String, Long> ofJar(Path jar) throws IOException {
    SortedMap<String, Long> sums = new TreeMap<>();
    try (ZipFile file = new ZipFile(jar.toFile())) {
      file.stream()
          .filter(e -> isOurs(e.getName()))
          .forEach((ZipEntry e) -> sums.put(e.getName(), e.getCrc()));
    }
    return sums;
  }

  private static SortedMap<String, Long> ofFolder(Path folder) throws IOException {
    SortedMap<String, Long> sums = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        String name = folder.relativize(file).toString();
        if (!isOurs(name)) continue;
        CRC32 sum = new CRC32();
        sum.update(Files.readAllBytes(file));
        sums.put(name, sum.getValue());
      }
    }
    return sums;
  }

  private static boolean isOurs(String name) {
    return name.startsWith(OURS) && name.endsWith(".class");
  }
}
