package io.kudari.bench;

import io.kudari.collective.LinkChoice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One side of a comparison: the processes that together solve a case.
 *
 * @param name shown
 * @param commands of the processes, which run at the same time; their rates add up
 * @param environment added to that of all processes
 * @param seconds that it takes, roughly, for the estimate of the whole
 */
record Contender(
    String name, List<List<String>> commands, Map<String, String> environment, double seconds) {

  static final String SERIAL = "serial";
  static final String CEILING = "2 independent serial";
  static final String DRIVER = "driver";
  static final String ALL_REDUCE = "all-reduce threads";
  static final String TWO_RANKS = "all-reduce 2 ranks";
  static final String EXECUTORS = "all-reduce executors";
  static final String BY_SOCKETS = "executors by sockets";
  static final String AVERAGING = "averaging 16";
  static final String DL4J_1 = "dl4j averaging 1";
  static final String DL4J_16 = "dl4j averaging 16";
  static final String SPARK_ML = "spark ml mlp";
  static final String DDP = "pytorch ddp";
  static final String LIBTORCH_1 = "libtorch 1 thread";
  static final String LIBTORCH_2 = "libtorch 2 threads";
  static final String LIBTORCH_INDEPENDENT = "libtorch 2 independent";

  /** All that can solve a case of two workers, in the order in which they take turns. */
  static List<Contender> all(TrainingCase c, BenchOptions o) {
    List<Contender> all = new ArrayList<>();
    all.add(serial(SERIAL, c, o));
    all.add(independent(CEILING, c, o));
    all.add(threads(ALL_REDUCE, c, o, c.workers()));
    if (o.torch()) all.add(ddp(c, o));
    if (!o.libtorch().isEmpty()) {
      all.add(libtorch(LIBTORCH_1, c, o, 1));
      all.add(libtorch(LIBTORCH_2, c, o, c.workers()));
      all.add(forEachWorker(libtorch(LIBTORCH_INDEPENDENT, alone(c), o, 1), c));
    }
    all.add(executors(EXECUTORS, c, o, LinkChoice.AUTO));
    all.add(executors(BY_SOCKETS, c, o, LinkChoice.SOCKETS));
    all.add(ranks(TWO_RANKS, c, o, c.workers()));
    all.add(onSpark(AVERAGING, c, o, "averaging", local(c.workers()), 1, c.workers()));
    all.add(onSpark(DRIVER, c, o, "driver", local(c.workers()), c.workers(), 1));
    all.add(dl4j(DL4J_1, c, o, 1));
    all.add(dl4j(DL4J_16, c, o, 16));
    // A pass of it over larger models takes longer than a measurement.
    if (c.model().equals("mlp512")) all.add(sparkMl(c, o));
    all.removeIf(contender -> !o.wants(contender.name()));
    return all;
  }

  /** One serial training of one worker's batch for each worker, without any exchange. */
  static Contender independent(String name, TrainingCase c, BenchOptions o) {
    return forEachWorker(serial(name, alone(c), o), c);
  }

  /** The case of one of its workers. */
  private static TrainingCase alone(TrainingCase c) {
    return new TrainingCase(c.model(), c.batch(), 1);
  }

  /** A contender once for each worker of a case, all at the same time. */
  private static Contender forEachWorker(Contender alone, TrainingCase c) {
    List<List<String>> commands = new ArrayList<>();
    for (int w = 0; w < c.workers(); w++) commands.addAll(alone.commands());
    return new Contender(
        alone.name(), commands, alone.environment(), alone.seconds() + c.workers());
  }

  /** One rank of so many threads. */
  static Contender threads(String name, TrainingCase c, BenchOptions o, int threads) {
    return onSpark(name, c, o, "all-reduce", local(threads), 1, threads);
  }

  /** So many ranks of one thread in one JVM. */
  static Contender ranks(String name, TrainingCase c, BenchOptions o, int ranks) {
    return onSpark(name, c, o, "all-reduce", local(ranks), ranks, 1);
  }

  /** The exchange alone. */
  static Contender exchange() {
    List<String> command = java(ExchangeBenchmark.class, "");
    command.add("json");
    return new Contender("exchange", List.of(command), Map.of(), 40);
  }

  private static Contender serial(String name, TrainingCase c, BenchOptions o) {
    List<String> command = java(TrainingProcess.class, "");
    command.addAll(c.args());
    command.addAll(o.times());
    command.add("serial");
    return new Contender(name, List.of(command), Map.of(), o.duration() + 4);
  }

  /** One executor a worker, each a process of its own. */
  private static Contender executors(String name, TrainingCase c, BenchOptions o, LinkChoice link) {
    return onSpark(name, c, o, "all-reduce", TrainingProcess.CLUSTER, c.workers(), 1, link);
  }

  private static Contender onSpark(
      String name,
      TrainingCase c,
      BenchOptions o,
      String strategy,
      String master,
      int ranks,
      int threads) {
    return onSpark(name, c, o, strategy, master, ranks, threads, LinkChoice.AUTO);
  }

  private static Contender onSpark(
      String name,
      TrainingCase c,
      BenchOptions o,
      String strategy,
      String master,
      int ranks,
      int threads,
      LinkChoice link) {
    List<String> command = java(TrainingProcess.class, "");
    command.addAll(c.args());
    command.addAll(o.times());
    command.addAll(List.of(strategy, master, String.valueOf(ranks), String.valueOf(threads)));
    command.add(link.name());
    double around = master.equals(TrainingProcess.CLUSTER) ? 18 : 9;
    return new Contender(name, List.of(command), Map.of(), o.duration() + around);
  }

  private static String local(int cores) {
    return "local[" + cores + "]";
  }

  private static Contender dl4j(String name, TrainingCase c, BenchOptions o, int frequency) {
    List<String> command = java(Dl4jAveragingProcess.class, o.peers() + ":");
    command.add(1, "-Dorg.eclipse.deeplearning4j.helpers.disable=false");
    command.addAll(c.args());
    command.addAll(o.times());
    command.add(String.valueOf(frequency));
    // Whole calls of fit may take longer than asked for.
    double fit = 2.0 * frequency * c.globalBatch() / (c.model().equals("mlp2048") ? 500 : 2000);
    double seconds = Math.max(o.duration(), 2 * fit) + 10;
    return new Contender(name, List.of(command), Map.of(), seconds);
  }

  private static Contender sparkMl(TrainingCase c, BenchOptions o) {
    List<String> command = java(SparkMlProcess.class, "");
    if (!o.blas().isEmpty()) {
      String library = o.blas().split(":")[0] + "/libblas.so.3";
      command.add(1, "-Ddev.ludovic.netlib.blas.nativeLibPath=" + library);
    }
    command.addAll(c.args());
    command.addAll(o.times());
    Map<String, String> environment = Map.of("LD_LIBRARY_PATH", o.blas());
    return new Contender(SPARK_ML, List.of(command), environment, o.duration() + 15);
  }

  private static Contender ddp(TrainingCase c, BenchOptions o) {
    List<String> command =
        new ArrayList<>(List.of("/usr/bin/python3", "scripts/peers/torch_ddp.py"));
    command.addAll(c.args());
    command.addAll(o.times());
    command.addAll(List.of(o.data("images"), o.data("labels")));
    Map<String, String> environment = Map.of("LD_LIBRARY_PATH", o.blas());
    return new Contender(DDP, List.of(command), environment, o.duration() + 5);
  }

  /** The global batch in one process. */
  private static Contender libtorch(String name, TrainingCase c, BenchOptions o, int threads) {
    List<String> command = java(LibtorchProcess.class, "");
    command.addAll(c.args());
    command.addAll(o.times());
    command.addAll(List.of(o.libtorch(), String.valueOf(threads)));
    return new Contender(name, List.of(command), libtorch(o.libtorch()), o.duration() + 5);
  }

  /**
   * The environment in which libtorch is quickest: memory that is freed is kept, since every step
   * needs as much again, and its MKL believes that the processor is Intel's.
   *
   * @param folder of {@code scripts/peers/libtorch}
   */
  static Map<String, String> libtorch(String folder) {
    Map<String, String> environment = new HashMap<>();
    environment.put("MALLOC_TRIM_THRESHOLD_", "2000000000");
    environment.put("MALLOC_MMAP_THRESHOLD_", "2000000000");
    Path intel = Path.of(folder, "libmklintel.so");
    if (Files.exists(intel)) environment.put("LD_PRELOAD", intel.toString());
    return environment;
  }

  private static List<String> java(Class<?> main, String before) {
    return new ArrayList<>(
        List.of(
            System.getProperty("java.home") + "/bin/java",
            "-Xmx3g",
            "@conf/jvm.options",
            "-Dlog4j2.configurationFile=conf/log4j2.properties",
            "-cp",
            before + System.getProperty("java.class.path"),
            main.getName()));
  }
}
