package io.kudari.spark.cluster;

import java.util.Optional;
import java.util.function.Consumer;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Room for the ranks of {@code all-reduce} on a cluster.
 *
 * @param ranks number of barrier tasks
 * @param threads of each, a core of its executor for each of them
 */
public record RankSlots(int ranks, int threads) {

  private static final String DYNAMIC = "spark.dynamicAllocation.enabled";

  private static final String MORE_CORES = "give it more cores or ask for fewer ranks";

  /**
   * What is asked for.
   *
   * @param ranks or 0 for as many as there are slots, but no more than workers
   * @param threads of each, or 0 for {@code spark.task.cpus}, in local mode see {@link #in}
   * @param workers the most ranks there may be
   */
  public record Asked(int ranks, int threads, int workers) {

    /**
     * The same, where nothing is asked for in local mode, neither by {@code spark.task.cpus}: one
     * rank with a thread a core, which is faster than ranks that send each other messages.
     */
    private Asked in(SparkConf conf) {
      int cores = Demand.localCores(conf.get("spark.master", ""));
      boolean told = ranks > 0 || threads > 0 || conf.contains(TaskCores.CPUS);
      return told || cores == 0 ? this : new Asked(1, Math.min(cores, workers), workers);
    }

    private Demand demand(SparkConf conf) {
      Demand demand = Demand.of(conf, TaskCores.of(conf, threads));
      demand.check(conf.get("spark.master", ""));
      if (demand.mostCores() > 0 && ranks > demand.tasks(demand.mostCores()))
        throw new UnsuitableException(
            "train.ranks is %d, but spark.cores.max = %d leaves room for %s of %s"
                .formatted(
                    ranks,
                    demand.mostCores(),
                    Demand.count(demand.tasks(demand.mostCores()), "task"),
                    demand.task().text()));
      return demand;
    }
  }

  /** Settings of Spark, or a cluster, with which training cannot live. */
  public static class UnsuitableException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    public UnsuitableException(String message) {
      super(message);
    }

    public UnsuitableException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Checks settings before Spark starts.
   *
   * @throws UnsuitableException when one of them forbids long-lived ranks
   */
  public static void check(SparkConf conf) {
    refuse(conf, DYNAMIC, "ranks live for the whole run");
    refuse(conf, "spark.speculation", "a rank cannot run twice");
    checkCipher(conf);
  }

  /** Whether executors come when there are tasks, and go: never those of a local master. */
  static boolean isDynamic(SparkConf conf) {
    return isHeeded(conf, DYNAMIC);
  }

  /** Whether a flag is set that Spark heeds with no local master; it must be one with any. */
  private static boolean isHeeded(SparkConf conf, String flag) {
    return conf.getBoolean(flag, false) && Demand.localCores(conf.get("spark.master", "")) == 0;
  }

  /**
   * Spark 3.5 drops all but the first message of a connection with GCM (SPARK-56227).
   *
   * @throws UnsuitableException when ours are to be encrypted so
   */
  public static void checkCipher(SparkConf conf) {
    String cipher = conf.get("spark.network.crypto.cipher", "AES/CTR/NoPadding");
    if (conf.getBoolean("spark.network.crypto.enabled", false) && cipher.contains("/GCM/")) {
      throw new UnsuitableException(
          "spark.network.crypto.cipher must be AES/CTR/NoPadding, not "
              + cipher
              + ": with it Spark 3.5 loses messages (SPARK-56227)");
    }
  }

  /**
   * Waits until enough executors have come, for at most a minute.
   *
   * @param say takes a line for the user now and then while it takes long
   * @throws UnsuitableException when there are too few slots, or can never be enough
   */
  public static RankSlots of(JavaSparkContext spark, Asked asked, Consumer<String> say)
      throws InterruptedException {
    Asked here = asked.in(spark.getConf());
    Demand demand = here.demand(spark.getConf());
    int ranks = here.ranks;
    int slots = await(spark, demand, ranks > 0 ? ranks : here.workers, ranks == 0, say);
    if (slots < Math.max(1, ranks)) throw tooFew(spark, demand.task(), slots, ranks);
    return of(demand, slots, here);
  }

  /**
   * Those that {@link #of} would find, without Spark; nothing where a cluster is to say how many.
   *
   * @param conf whose settings agree with each other
   * @throws UnsuitableException when a local master has too few cores, or a setting forbids ranks
   */
  public static Optional<RankSlots> foreseen(SparkConf conf, Asked asked) {
    check(conf);
    Asked here = asked.in(conf);
    Demand demand = here.demand(conf);
    int ranks = here.ranks;
    int cores = Demand.localCores(conf.get("spark.master", ""));
    if (cores == 0 && ranks == 0) return Optional.empty();
    int slots = cores == 0 ? ranks : cores / demand.task().cores();
    if (slots < Math.max(1, ranks)) throw tooFew(demand, slots, ranks, MORE_CORES);
    return Optional.of(of(demand, slots, here));
  }

  private static RankSlots of(Demand demand, int slots, Asked asked) {
    int ranks = asked.ranks > 0 ? asked.ranks : Math.min(slots, asked.workers);
    return new RankSlots(ranks, demand.task().ofRank());
  }

  /**
   * Waits until there is an executor for the tasks of ordinary jobs, for at most a minute. With
   * dynamic allocation executors come when there are tasks, and nothing is waited for.
   *
   * @param say takes a line for the user now and then while it takes long
   * @throws UnsuitableException when none comes, or none can ever come
   */
  public static void awaitOne(JavaSparkContext spark, Consumer<String> say)
      throws InterruptedException {
    if (isDynamic(spark.getConf())) return;
    Demand demand = Demand.of(spark.getConf());
    int slots = await(spark, demand, 1, false, say);
    if (slots < 1) throw tooFew(spark, demand.task(), slots, 0);
  }

  private static int await(
      JavaSparkContext spark, Demand demand, int wanted, boolean fewer, Consumer<String> say)
      throws InterruptedException {
    if (spark.isLocal()) return slots(spark, demand.task());
    var wait = new SlotWait(demand, System::nanoTime, () -> Thread.sleep(100), say);
    return wait.await(cluster(spark, demand.task()), wanted, fewer, true);
  }

  /**
   * That there is no room.
   *
   * @param slots there are
   * @param asked number of ranks, or 0
   */
  static UnsuitableException tooFew(JavaSparkContext spark, TaskCores task, int slots, int asked) {
    Demand demand = Demand.of(spark.getConf(), task);
    return tooFew(demand, slots, asked, shortage(spark, demand, Math.max(1, asked)));
  }

  private static UnsuitableException tooFew(Demand demand, int slots, int asked, String shortage) {
    return new UnsuitableException(
        "%sSpark has room for %s of %s: %s"
            .formatted(
                asked > 0 ? "train.ranks is " + asked + ", but " : "",
                Demand.count(slots, "task"),
                demand.task().text(),
                shortage));
  }

  /** Why there is no room for so many tasks, as far as it is known here. */
  static String shortage(JavaSparkContext spark, Demand demand, int tasks) {
    if (spark.isLocal()) return MORE_CORES;
    return Offer.ask(spark)
        .map(offer -> offer.shortage(demand, tasks))
        .orElse("the cluster has not given " + demand.text());
  }

  static SlotWait.Cluster cluster(JavaSparkContext spark, TaskCores task) {
    return new SlotWait.Cluster() {
      @Override
      public int slots() {
        return RankSlots.slots(spark, task);
      }

      @Override
      public Optional<Offer> offer() {
        return Offer.ask(spark);
      }
    };
  }

  private static void refuse(SparkConf conf, String key, String why) {
    if (isHeeded(conf, key)) {
      throw new UnsuitableException(key + " must be false for train.strategy = all-reduce: " + why);
    }
  }

  /**
   * Checks that an application goes on.
   *
   * @throws UnsuitableException when it has ended
   */
  static void checkRuns(JavaSparkContext spark) {
    if (spark.sc().isStopped()) {
      throw new UnsuitableException(
          "Spark has ended the application: is its master at " + spark.master() + "?");
    }
  }

  /** How many of so many ranks, or tasks, share a process at most. */
  public static int together(JavaSparkContext spark, int ranks) {
    return together(spark, TaskCores.usual(spark.getConf()), ranks);
  }

  /** As the other, of tasks that may have cores of their own. */
  public static int together(JavaSparkContext spark, TaskCores task, int ranks) {
    return Math.min(ranks, spark.isLocal() ? ranks : ofExecutor(spark, task));
  }

  /** Number of tasks that one executor runs at once, of several sizes the mean; at least 1. */
  public static int ofExecutor(JavaSparkContext spark) {
    return ofExecutor(spark, TaskCores.usual(spark.getConf()));
  }

  private static int ofExecutor(JavaSparkContext spark, TaskCores task) {
    if (spark.isLocal()) return slots(spark, task);
    Demand demand = Demand.of(spark.getConf(), task);
    if (demand.cores() > 0) return Math.max(1, demand.tasks(demand.cores()));
    int executors = Math.max(1, spark.sc().getExecutorIds().size());
    return Math.max(1, slots(spark, task) / executors);
  }

  /** Number of tasks of a kind that the executors which have come can run at once. */
  static int slots(JavaSparkContext spark, TaskCores task) {
    checkRuns(spark);
    int slots = spark.sc().maxNumConcurrentTasks(task.profile(spark));
    if (task.own()) return slots;
    // One executor in local mode; elsewhere it is a usual task.
    return slots / Math.max(1, task.cores() / TaskCores.usual(spark.getConf()).cores());
  }
}
