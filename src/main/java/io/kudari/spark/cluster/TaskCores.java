package io.kudari.spark.cluster;

import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.ResourceProfileManager;
import org.apache.spark.resource.TaskResourceRequests;
import scala.Option;

/**
 * Cores of its executor that a task takes: those of every task of the application, {@code
 * spark.task.cpus}, or others that its stage asks for, which Spark calls stage-level scheduling. In
 * local mode no stage can ask: there a rank that has more threads is counted as several usual
 * tasks.
 *
 * @param cores at least 1, once they are checked
 * @param threads asked for, or 0 where they are as many as the cores
 * @param own whether its stage asks for them
 */
public record TaskCores(int cores, int threads, boolean own) {

  static final String CPUS = "spark.task.cpus";

  /** What a stage asks for, as the user does. */
  private static final String THREADS = "train.threads";

  /** Those of a task whose stage asks for nothing. */
  public static TaskCores usual(SparkConf conf) {
    return new TaskCores(Demand.whole(conf, CPUS, 1), 0, false);
  }

  /**
   * One for each thread of a rank, or the usual ones where a stage cannot have its own.
   *
   * @param threads asked for, or 0 for the usual ones
   */
  public static TaskCores of(SparkConf conf, int threads) {
    TaskCores usual = usual(conf);
    if (threads == 0 || usual.cores < 1) return usual;
    if (threads == usual.cores) return new TaskCores(threads, threads, false);
    if (isLocal(conf)) return new TaskCores(usual.cores * usual.kept(threads), threads, false);
    return obstacle(conf).isPresent() ? usual : new TaskCores(threads, threads, true);
  }

  private static boolean isLocal(SparkConf conf) {
    return Demand.localCores(conf.get("spark.master", "")) > 0;
  }

  /**
   * Why ranks do not have the threads that are asked for: one line. Nothing when they have them.
   *
   * @param threads asked for, or 0
   */
  public static Optional<String> shortfall(SparkConf conf, int threads) {
    TaskCores usual = usual(conf);
    if (threads == 0 || threads == usual.cores || isLocal(conf)) return Optional.empty();
    return obstacle(conf)
        .map(
            why ->
                "%s = %d, but ranks have as many threads as %s: %s"
                    .formatted(THREADS, threads, usual.text(), why));
  }

  /** As Spark's ResourceProfileManager decides it without dynamic allocation, which is refused. */
  private static Optional<String> obstacle(SparkConf conf) {
    String master = conf.get("spark.master", "");
    String version = org.apache.spark.package$.MODULE$.SPARK_VERSION();
    boolean standalone = master.startsWith("spark://") || master.startsWith("local-cluster[");
    if (!standalone && !master.equals("yarn") && !master.startsWith("k8s://"))
      return Optional.of("a stage cannot ask for other cores of this master");
    // SPARK-45250 and SPARK-45495, in 3.5.1.
    if (!standalone && version.startsWith("3.5.0"))
      return Optional.of("a stage can ask for other cores there from Spark 3.5.1 on");
    if (!conf.contains("spark.executor.cores"))
      return Optional.of("a stage can ask for other cores where spark.executor.cores is set");
    return Optional.empty();
  }

  /** Threads of a rank. */
  int ofRank() {
    return threads > 0 ? threads : cores;
  }

  /** The setting that says how many. */
  String key() {
    return threads > 0 ? THREADS : CPUS;
  }

  /** For the user: the setting and its value. */
  String text() {
    return key() + " = " + ofRank();
  }

  /**
   * How many tasks of this kind at most cannot run because others take cores.
   *
   * @param others cores of those others
   */
  int kept(int others) {
    return (others + cores - 1) / cores;
  }

  /**
   * How many tasks of this kind cannot run on an executor because others take cores of it.
   *
   * @param others cores of those others
   * @param all cores of the executor, or 0 where that is not known
   */
  int kept(int others, int all) {
    if (all == 0) return kept(others);
    return all / cores - Math.max(0, all - others) / cores;
  }

  /** Cores of each executor, or 0 where no setting says it: then all tasks have the usual ones. */
  static int ofExecutor(SparkConf conf) {
    int local = Demand.localCores(conf.get("spark.master", ""));
    return local > 0 ? local : Demand.whole(conf, "spark.executor.cores", 0);
  }

  /**
   * By which Spark schedules such tasks. There is one of each kind in an application, however many
   * trainings ask for it.
   */
  public ResourceProfile profile(JavaSparkContext spark) {
    ResourceProfileManager known = spark.sc().resourceProfileManager();
    if (!own) return known.defaultResourceProfile();
    ResourceProfile asked =
        new ResourceProfileBuilder().require(new TaskResourceRequests().cpus(cores)).build();
    // Two that ask at once are to have the same.
    synchronized (known) {
      Option<ResourceProfile> same = known.getEquivalentProfile(asked);
      if (same.isDefined()) return same.get();
      known.addResourceProfile(asked);
      return asked;
    }
  }

  /** Cores that each task of a kind takes, whoever asked for it. */
  static int coresOf(SparkConf conf, ResourceProfile profile) {
    Option<Object> cores = profile.getTaskCpus();
    return cores.isDefined() ? (Integer) cores.get() : usual(conf).cores;
  }
}
