package io.kudari.bench;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** What the command line of {@code scripts/bench} says. */
final class BenchOptions {

  @Option(names = "--models", split = ",", description = "any of mlp512, mlp2048, lenet")
  List<String> models = List.of("mlp512", "lenet");

  @Option(names = "--batch", split = ",", description = "examples a worker and step")
  List<Integer> batches = List.of(128);

  @Option(names = "--rounds", description = "how often all take turns")
  int rounds = 3;

  /** As long as an executor compiles. */
  @Option(names = "--warm-up", description = "seconds a process trains before it is measured")
  double warmUp = 20;

  @Option(names = "--seconds", description = "seconds a process is measured")
  double seconds = 3;

  @Option(names = "--only", split = ",", description = "contenders, by the start of their names")
  List<String> only = List.of("");

  @Option(names = "--scaling", description = "instead: all-reduce on 1 core up to all")
  boolean scaling;

  @Option(names = "--plan", description = "only print what would run, and for how long")
  boolean plan;

  @Option(names = "--blas", hidden = true)
  String blas = "";

  @Option(names = "--peers", hidden = true)
  String peers = "";

  @Option(names = "--torch", hidden = true)
  boolean torch;

  @Option(names = "--libtorch", hidden = true)
  String libtorch = "";

  @Option(names = "--out", hidden = true)
  String out = "target/bench/bench.json";

  boolean wants(String contender) {
    return only.stream().anyMatch(contender::startsWith);
  }

  List<String> times() {
    return List.of(String.valueOf(warmUp), String.valueOf(seconds));
  }

  /** Seconds of warming up and measuring. */
  double duration() {
    return warmUp + seconds;
  }

  /** Folders of the OpenBLAS that peers shall load, or empty for the system's BLAS. */
  String blas() {
    return blas;
  }

  /** Folder of the classes that only Deeplearning4j's process shall see. */
  String peers() {
    return peers;
  }

  boolean torch() {
    return torch;
  }

  /** Folder for libtorch's libraries, or empty to leave it out. */
  String libtorch() {
    return libtorch;
  }

  /** The data set as IDX files. */
  String data(String part) {
    return "target/bench/digits-" + part + ".idx";
  }

  /** For the record. */
  Map<String, Object> facts() {
    return Map.of("rounds", rounds, "warmUpSeconds", warmUp, "measuredSeconds", seconds);
  }
}
