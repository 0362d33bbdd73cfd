package io.kudari.config;

import io.kudari.collective.LinkChoice;
import io.kudari.collective.Topology;
import io.kudari.setting.OnResume;
import io.kudari.setting.Range;
import io.kudari.setting.Setting;

/**
 * How the work is distributed: keys of the {@code train} section.
 *
 * @param strategy where the workers are and who updates
 * @param workers number of logical workers: part of the experiment, never of the machine
 * @param ranks number of tasks, or 0 for as many as Spark has slots, but no more than workers; in
 *     local mode all-reduce has one then, with a thread a core, unless its threads are told
 * @param threads of each task of all-reduce, or 0 for Spark's {@code spark.task.cpus}; where the
 *     command starts Spark in local mode and that is not set, its share of the cores
 * @param link how messages between ranks travel
 * @param topology which ranks send each other parts of vectors
 * @param port at which rank 0 listens for the others, rank r at {@code port + r}; 0 is any
 * @param recovery what becomes of a run that loses a rank
 */
public record StrategySettings(
    Strategy strategy,
    int workers,
    int ranks,
    int threads,
    LinkChoice link,
    Topology topology,
    int port,
    RecoverySettings recovery) {

  private static final int LEAST_PORT = 1024;
  private static final int MOST_PORT = 65_535;

  /** Where the workers are and who updates. */
  public enum Strategy {
    /** One thread without Spark. */
    SERIAL,
    /** One Spark job a step. */
    DRIVER,
    /** One barrier stage of long-lived ranks. */
    ALL_REDUCE;

    /** The name used in configurations. */
    public String id() {
      return Range.id(this);
    }
  }

  static final Setting<Strategy> STRATEGY =
      Setting.choice(
              "strategy",
              Strategy.ALL_REDUCE,
              Strategy.class,
              "where the workers are, see [README](../README.md)")
          .onResume(OnResume.FREE);
  static final Setting<Integer> WORKERS =
      Setting.whole("workers", 4, 1, 1 << 16, "logical workers, part of the experiment");
  static final Setting<Integer> RANKS =
      Setting.whole(
              "ranks",
              0,
              0,
              1 << 16,
              "tasks; 0 is as many as there are slots, but no more than workers. In local mode"
                  + " all-reduce has one rank with a thread a core then, but no more than workers,"
                  + " unless threads or spark.task.cpus is set")
          .onResume(OnResume.FREE);

  static final Setting<Integer> THREADS =
      Setting.whole(
              "threads",
              0,
              0,
              1 << 10,
              "of a rank, a core for each of them; 0 is spark.task.cpus, and in local mode, where"
                  + " that is not set, a rank's share of the cores. See"
                  + " [cluster.md](cluster.md#threads-of-a-rank)")
          .onResume(OnResume.FREE);

  static final Setting<LinkChoice> LINK =
      Setting.choice(
              "link",
              LinkChoice.AUTO,
              LinkChoice.class,
              "how ranks exchange: by shared memory where two of them are on one host and nothing"
                  + " is secured, else by sockets; or by one of them alone, see below")
          .onResume(OnResume.FREE);

  static final Setting<Topology> TOPOLOGY =
      Setting.choice(
              "topology",
              Topology.MESH,
              Topology.class,
              "which ranks exchange with which: every one with every other, or by hosts, of which"
                  + " each sends the others what its ranks make together, see below")
          .onResume(OnResume.FREE);

  static final Setting<Integer> PORT =
      Setting.whole(
              "port",
              0,
              0,
              MOST_PORT,
              "rank r listens for other ranks at this port + r, which firewalls can be told; 0 is"
                  + " any free port. At least 1024")
          .onResume(OnResume.FREE);

  static StrategySettings read(Settings train) {
    if (train.isWord(STRATEGY, "averaging"))
      throw train.wrong(STRATEGY, "= averaging is now train.algorithm = parameter-averaging");
    Strategy strategy = train.get(STRATEGY);
    int workers = train.get(WORKERS);
    int ranks = train.get(RANKS);
    if (ranks > workers)
      throw train.wrong(RANKS, "must be at most train.workers = " + workers + ", not " + ranks);
    if (strategy == Strategy.SERIAL && ranks > 1) {
      throw train.wrong(
          RANKS, "= " + ranks + " contradicts train.strategy = serial, which has one");
    }
    int threads = train.get(THREADS);
    if (strategy != Strategy.ALL_REDUCE && threads > 1)
      throw train.wrong(
          THREADS,
          "= %d contradicts train.strategy = %s, whose tasks have one each"
              .formatted(threads, strategy.id()));
    RecoverySettings recovery = RecoverySettings.read(train, workers, ranks);
    int port = port(train, strategy, ranks > 0 ? ranks : workers);
    return new StrategySettings(
        strategy, workers, ranks, threads, train.get(LINK), train.get(TOPOLOGY), port, recovery);
  }

  /** As many ports as there may be ranks. */
  private static int port(Settings train, Strategy strategy, int ranks) {
    int port = train.get(PORT);
    if (port == 0) return port;
    if (strategy != Strategy.ALL_REDUCE)
      throw train.wrong(
          PORT,
          "= "
              + port
              + " contradicts train.strategy = "
              + strategy.id()
              + ": only ranks of all-reduce listen for each other");
    int last = port + ranks - 1;
    if (port < LEAST_PORT || last > MOST_PORT)
      throw train.wrong(
          PORT,
          "= "
              + port
              + " must leave the ports of "
              + ranks
              + " ranks within "
              + LEAST_PORT
              + ".."
              + MOST_PORT
              + ", or be 0 for any");
    return port;
  }
}
