package io.kudari.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One side of the comparison: the processes that together solve a case.
 *
 * @param name shown
 * @param commands of the processes, which run at the same time; their rates add up
 * @param environment added to that of all processes
 */
record Contender(String name, List<List<String>> commands, Map<String, String> environment) {

  static final String SERIAL = "serial";
  static final String CEILING = "2 independent serial";
  static final String DRIVER = "driver";
  static final String ALL_REDUCE = "all-reduce";
  static final String TWO_RANKS = "all-reduce, 2 ranks";
  static final String EXECUTORS = "all-reduce, executors";
  static final String DL4J_1 = "dl4j averaging 1";
  static final String DL4J_16 = "dl4j averaging 16";
  static final String SPARK_ML = "spark ml mlp (gd)";
  static final String DDP = "pytorch ddp";

  /** All that can solve a case under these options, in the order in which they take turns. */
  static List<Contender> all(TrainingCase c, BenchOptions o) {
    List<Contender> all = new ArrayList<>();
    all.add(ours(SERIAL, o, c, SERIAL));
    all.add(ceiling(c, o));
    all.add(ours(ALL_REDUCE, o, c, ALL_REDUCE, local(c), "1", String.valueOf(c.workers())));
    if (o.torch()) all.add(ddp(c, o));
    all.add(ours(TWO_RANKS, o, c, ALL_REDUCE, local(c), String.valueOf(c.workers()), "1"));
    all.add(
        ours(
            EXECUTORS,
            o,
            c,
            ALL_REDUCE,
            TrainingProcess.CLUSTER,
            String.valueOf(c.workers()),
            "1"));
    all.add(ours(DRIVER, o, c, DRIVER, local(c), String.valueOf(c.workers()), "1"));
    all.add(dl4j(DL4J_1, c, o, 1));
    all.add(dl4j(DL4J_16, c, o, 16));
    if (c.hidden() > 0) all.add(sparkMl(c, o));
    all.removeIf(contender -> !o.wants(contender.name()));
    return all;
  }

  /** One serial training of one worker's batch for each worker, without any exchange. */
  static Contender ceiling(TrainingCase c, BenchOptions o) {
    List<List<String>> commands = new ArrayList<>();
    TrainingCase alone = new TrainingCase(c.model(), c.batch(), 1);
    for (int w = 0; w < c.workers(); w++) {
      commands.addAll(ours(CEILING, o, alone, SERIAL).commands());
    }
    return new Contender(CEILING, commands, Map.of());
  }

  /** One rank with a thread for each of the machine's cores that are to be used. */
  static Contender threads(TrainingCase c, BenchOptions o, int threads) {
    String cores = "local[" + threads + "]";
    return ours(ALL_REDUCE, o, c, ALL_REDUCE, cores, "1", String.valueOf(threads));
  }

  private static String local(TrainingCase c) {
    return "local[" + c.workers() + "]";
  }

  private static Contender ours(String name, BenchOptions o, TrainingCase c, String... strategy) {
    List<String> command = java(TrainingProcess.class, "");
    command.addAll(c.args());
    command.addAll(o.times());
    command.addAll(List.of(strategy));
    return new Contender(name, List.of(command), Map.of());
  }

  private static Contender dl4j(String name, TrainingCase c, BenchOptions o, int frequency) {
    List<String> command = java(Dl4jAveragingProcess.class, o.peers() + ":");
    command.add(1, "-Dorg.eclipse.deeplearning4j.helpers.disable=false");
    command.addAll(c.args());
    command.addAll(o.times());
    command.add(String.valueOf(frequency));
    return new Contender(name, List.of(command), Map.of());
  }

  private static Contender sparkMl(TrainingCase c, BenchOptions o) {
    List<String> command = java(SparkMlProcess.class, "");
    if (!o.blas().isEmpty()) {
      String library = o.blas().split(":")[0] + "/libblas.so.3";
      command.add(1, "-Ddev.ludovic.netlib.blas.nativeLibPath=" + library);
    }
    command.addAll(c.args());
    command.addAll(o.times());
    return new Contender(SPARK_ML, List.of(command), Map.of("LD_LIBRARY_PATH", o.blas()));
  }

  private static Contender ddp(TrainingCase c, BenchOptions o) {
    List<String> command =
        new ArrayList<>(List.of("/usr/bin/python3", "scripts/peers/torch_ddp.py"));
    command.addAll(c.args());
    command.addAll(o.times());
    command.addAll(List.of(o.data("images"), o.data("labels")));
    return new Contender(DDP, List.of(command), Map.of("LD_LIBRARY_PATH", o.blas()));
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
