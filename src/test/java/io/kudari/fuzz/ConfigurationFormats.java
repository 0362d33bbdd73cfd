package io.kudari.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.config.Experiment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Configurations: files of {@code conf/}, with what they include. */
final class ConfigurationFormats {

  private ConfigurationFormats() {}

  static List<Format> all() throws IOException {
    return List.of(
        format("digits-lenet.conf", "digits.conf"),
        format("mnist.conf", "digits.conf"),
        format("tabular.conf"),
        format("tabular-regression.conf", "tabular.conf"));
  }

  private static Format format(String name, String... included) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    files.put(name, Files.readAllBytes(Path.of("conf", name)));
    for (String other : included) files.put(other, Files.readAllBytes(Path.of("conf", other)));
    return new Format(name, files, (folder, changed) -> read(folder.resolve(name)));
  }

  /** What is in force says the same when it is read again. */
  private static void read(Path file) {
    Experiment read = Experiment.read(file.toString(), List.of(), Truth.HADOOP);
    Experiment again = Experiment.parse("again", read.resolved(), List.of(), Truth.HADOOP);
    assertEquals(read.resolved(), again.resolved());
    assertEquals(read.plan(), again.plan());
  }
}
