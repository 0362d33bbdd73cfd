package io.kudari.spark;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.util.Utils;

/** Starts Spark with the settings Kudari relies on. */
public final class SparkStart {

  private static final Pattern ON_THIS_MACHINE = Pattern.compile("local|spark://127\\.0\\.0\\.1:");

  private static final String LOOPBACK = "127.0.0.1";
  private static final String HEARTBEAT = "spark.executor.heartbeatInterval";
  private static final String TIMEOUT = "spark.network.timeout";

  private SparkStart() {}

  /**
   * Starts a context. Settings given here or by {@code spark-submit} win, except those that
   * correctness rests on.
   *
   * @param name shown by Spark's interface
   * @param master such as {@code local[2]}; null leaves it to {@code spark-submit}
   * @param settings of Spark, by key
   * @throws RankSlots.UnsuitableException when no task could run with them, or Spark refuses them
   */
  public static JavaSparkContext start(String name, String master, Map<String, String> settings) {
    return start(conf(name, master, settings));
  }

  /**
   * As the other, for a barrier stage.
   *
   * @throws RankSlots.UnsuitableException when a setting forbids it
   */
  public static JavaSparkContext startForRanks(
      String name, String master, Map<String, String> settings) {
    SparkConf conf = conf(name, master, settings);
    RankSlots.check(conf);
    return start(conf);
  }

  /**
   * Checks that a context that was started by others lets ranks run in a barrier stage.
   *
   * @throws RankSlots.UnsuitableException when a setting forbids it
   */
  public static void checkForRanks(JavaSparkContext context) {
    RankSlots.check(context.getConf());
  }

  private static JavaSparkContext start(SparkConf conf) {
    Demand.of(conf).check(conf.get("spark.master", ""));
    AddedJars.check(conf);
    JavaSparkContext spark = context(conf);
    spark.setLogLevel("WARN");
    return spark;
  }

  private static JavaSparkContext context(SparkConf conf) {
    try {
      return new JavaSparkContext(conf);
    } catch (IllegalArgumentException e) {
      throw new RankSlots.UnsuitableException("Spark refuses: " + AllReduce.firstLine(e), e);
    }
  }

  private static SparkConf conf(String name, String master, Map<String, String> settings) {
    boolean named = nameHost();
    SparkConf conf = new SparkConf().setAppName(name);
    if (master != null) conf.setMaster(master);
    settings.forEach((key, value) -> set(conf, key, value));
    if (!named) checkHost(conf);
    conf.set("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
    conf.set("spark.kryo.registrator", KudariRegistrator.class.getName());
    conf.set("spark.kryo.registrationRequired", "true");
    // A gradient is as large as the model: Kryo's buffer and the driver's limit must not cut it
    // off.
    conf.setIfMissing("spark.kryoserializer.buffer.max", "2047m");
    conf.setIfMissing("spark.driver.maxResultSize", "0");
    // A longer result would be a block, which Spark removes in the background: also while the
    // application ends, which Removals says the trouble with. Spark takes no more than its
    // messages.
    conf.setIfMissing("spark.task.maxDirectResultSize", "128m");
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    // An executor may go between the count of slots and the stage: look again soon.
    conf.setIfMissing("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s");
    if (localCores(conf.get("spark.master", "")) > 0) dropHeartbeats(conf);
    if (isOnThisMachine(conf)) {
      conf.setIfMissing("spark.driver.host", LOOPBACK);
      conf.setIfMissing("spark.driver.bindAddress", LOOPBACK);
      conf.setIfMissing("spark.ui.enabled", "false");
    }
    return conf;
  }

  /**
   * In local mode the executor is this process, of which heartbeats tell nothing. One that is on
   * its way when the application ends is not answered any more: Spark waits ten seconds for it, and
   * warns of a trace.
   */
  private static void dropHeartbeats(SparkConf conf) {
    if (conf.contains(HEARTBEAT) || conf.contains(TIMEOUT)) return;
    conf.set(HEARTBEAT, "30d");
    // Spark wants it to be longer than the interval, and takes it for other waits unless told.
    conf.set(TIMEOUT, "31d");
    conf.setIfMissing("spark.rpc.askTimeout", "120s");
    conf.setIfMissing("spark.rpc.lookupTimeout", "120s");
  }

  /** The jars that executors get are Kudari's own, as the launcher names them, and others. */
  private static void set(SparkConf conf, String key, String value) {
    conf.set(key, key.equals(AddedJars.KEY) ? AddedJars.join(conf.get(key, ""), value) : value);
  }

  /**
   * Spark looks up this machine's name as soon as it reads a setting, and fails with an error of
   * its classes, for good, when a name server does not answer just then. Work on this machine needs
   * no name.
   *
   * @return whether the name is known
   */
  private static boolean nameHost() {
    if (System.getenv("SPARK_LOCAL_HOSTNAME") != null || System.getenv("SPARK_LOCAL_IP") != null)
      return true;
    try {
      var unused = InetAddress.getLocalHost();
      return true;
    } catch (UnknownHostException e) {
      Utils.setCustomHostname(LOOPBACK);
      return false;
    }
  }

  private static void checkHost(SparkConf conf) {
    if (isOnThisMachine(conf) || conf.contains("spark.driver.host")) return;
    throw new RankSlots.UnsuitableException(
        "this machine's own name cannot be looked up, so executors elsewhere could not call it:"
            + " add it to /etc/hosts, or set spark.driver.host");
  }

  private static boolean isOnThisMachine(SparkConf conf) {
    return ON_THIS_MACHINE.matcher(conf.get("spark.master", "")).lookingAt();
  }

  /** Spark's version. */
  public static String version() {
    return org.apache.spark.package$.MODULE$.SPARK_VERSION();
  }

  /**
   * Number of cores of a local master such as {@code local[2]} or {@code local[*]}; 0 for any
   * other.
   */
  public static int localCores(String master) {
    if (master == null || !master.startsWith("local")) return 0;
    if (master.startsWith("local[*")) return Runtime.getRuntime().availableProcessors();
    Matcher cores = Pattern.compile("local\\[(\\d+).*").matcher(master);
    return cores.matches() ? Integer.parseInt(cores.group(1)) : 1;
  }

  /**
   * Hadoop's configuration as Spark would have it, without starting Spark.
   *
   * @param settings of Spark, by key; those under {@code spark.hadoop.} are for Hadoop
   */
  public static Configuration hadoop(Map<String, String> settings) {
    boolean unused = nameHost();
    SparkConf conf = new SparkConf();
    settings.forEach(conf::set);
    return SparkHadoopUtil.get().newConfiguration(conf);
  }
}
