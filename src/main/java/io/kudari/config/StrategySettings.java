package io.kudari.config;

/**
 * How the work is distributed: keys of the {@code train} section.
 *
 * @param strategy where the workers are and who updates
 * @param workers number of logical workers: part of the experiment, never of the machine
 * @param ranks number of tasks, or 0 for as many as Spark has slots, but no more than workers; in
 *     local mode, all-reduce has one rank with a thread a core
 * @param recovery what becomes of a run that loses a rank
 */
public record StrategySettings(
    Strategy strategy, int workers, int ranks, RecoverySettings recovery) {

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
      return Settings.id(this);
    }
  }

  static StrategySettings read(Settings train) {
    if (train.has("strategy") && train.text("strategy").equals("averaging"))
      throw train.wrong("strategy", "= averaging is now train.algorithm = parameter-averaging");
    Strategy strategy = train.choice("strategy", Strategy.ALL_REDUCE, Strategy.class);
    int workers = train.integer("workers", 4, 1, 1 << 16);
    int ranks = train.integer("ranks", 0, 0, 1 << 16);
    if (ranks > workers)
      throw train.wrong("ranks", "must be at most train.workers = " + workers + ", not " + ranks);
    if (strategy == Strategy.SERIAL && ranks > 1) {
      throw train.wrong(
          "ranks", "= " + ranks + " contradicts train.strategy = serial, which has one");
    }
    RecoverySettings recovery = RecoverySettings.read(train, workers, ranks);
    return new StrategySettings(strategy, workers, ranks, recovery);
  }
}
