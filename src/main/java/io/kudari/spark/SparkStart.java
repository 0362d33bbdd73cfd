package io.kudari.spark;

import io.kudari.data.DataException;
import io.kudari.event.FirstLine;
import io.kudari.spark.cluster.AddedJars;
import io.kudari.spark.cluster.Demand;
import io.kudari.spark.cluster.MasterProbe;
import io.kudari.spark.cluster.Ports;
import io.kudari.spark.cluster.RankSlots;
import io.kudari.spark.cluster.ResultSize;
import io.kudari.spark.cluster.Values;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.io.CompressionCodec$;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.scheduler.SparkListenerInterface;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.util.Utils;

/** Starts Spark with the settings Kudari relies on. */
public final class SparkStart {

  private static final Pattern ON_THIS_MACHINE = Pattern.compile("local|spark://127\\.0\\.0\\.1:");

  private static final String LOOPBACK = "127.0.0.1";
  private static final String HEARTBEAT = "spark.executor.heartbeatInterval";
  private static final String TIMEOUT = "spark.network.timeout";
  private static final String REGISTRATOR = "spark.kryo.registrator";

  /** Bytes: one and a half times what Spark reserves for itself (UnifiedMemoryManager). */
  private static final long LEAST_HEAP = 471_859_200;

  private static final Pattern MASTER =
      Pattern.compile(
          "local(\\[(\\d+|\\*)(\\s*,\\s*\\d+)?])?|local-cluster\\[.*]|spark://[^/]+:\\d+(,[^/]+:\\d+)*"
              + "|yarn|k8s://.+");

  private static final Pattern OPENED = Pattern.compile("--add-opens=([^/]+)/([^=]+)=ALL-UNNAMED");

  private static final Pattern NUMBERED = Pattern.compile("local\\[\\d+(\\s*,\\s*\\d+)?]");

  /** Of a local master: many more than cores only wait for each other, and seem to hang. */
  private static final int MOST_THREADS = 1024;

  /** Settings that are names of classes, and what these must be. */
  private static final Map<String, Class<?>> CLASSES =
      Map.of(
          "spark.extraListeners", SparkListenerInterface.class,
          "spark.plugins", SparkPlugin.class,
          "spark.kryo.classesToRegister", Object.class);

  /** KiB: Spark counts the bytes of a block as an int. */
  private static final long LARGEST_BLOCK = 1 << 20;

  private static final String WAREHOUSE = "spark.sql.warehouse.dir";
  private static final String CATALOGUE = "spark.sql.catalogImplementation";

  /** Keys whose values are shown to nobody, as Spark's {@code spark.redaction.regex}. */
  private static final String SECRET = "(?i).*(secret|password|token|access\\.?key).*";

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
    return refusing(settings, () -> start(conf(name, master, settings)));
  }

  /**
   * As the other, for a barrier stage.
   *
   * @throws RankSlots.UnsuitableException when a setting forbids it
   */
  public static JavaSparkContext startForRanks(
      String name, String master, Map<String, String> settings) {
    return refusing(
        settings,
        () -> {
          SparkConf conf = conf(name, master, settings);
          RankSlots.check(conf);
          return start(conf);
        });
  }

  /**
   * Checks what can be known of Spark's start before anything else is done.
   *
   * @param master as for {@link #start(String, String, Map)}
   * @param settings of Spark, by key
   * @throws DataException when this process's heap is too small for Spark
   * @throws RankSlots.UnsuitableException when the master is none, or does not answer, or Spark
   *     refuses a setting
   */
  public static void check(String master, Map<String, String> settings) {
    boolean unused =
        refusing(
            settings,
            () -> {
              checkOpen();
              SparkConf conf = conf("check", master, settings);
              checkHeap(Runtime.getRuntime().maxMemory());
              checkMaster(conf.get("spark.master", ""));
              checkModule(conf.get("spark.master", ""));
              checkHome(conf.get("spark.master", ""), System.getenv("SPARK_HOME"));
              checkDriverHost(conf);
              checkSettings(conf);
              checkFolders(conf);
              MasterProbe.check(conf);
              return true;
            });
  }

  /**
   * The ranks that there would be, without starting Spark; nothing where a cluster is to say.
   *
   * @throws RankSlots.UnsuitableException when there can be none
   */
  public static Optional<RankSlots> ranks(
      String master, Map<String, String> settings, RankSlots.Asked asked) {
    return refusing(settings, () -> RankSlots.foreseen(conf("check", master, settings), asked));
  }

  /**
   * How many tasks a job would have, without starting Spark; 0 where a cluster is to say.
   *
   * @throws RankSlots.UnsuitableException when a setting is no use
   */
  public static int tasks(String master, Map<String, String> settings) {
    return refusing(
        settings,
        () -> {
          SparkConf conf = conf("check", master, settings);
          int cores = Demand.localCores(conf.get("spark.master", ""));
          return conf.getInt("spark.default.parallelism", cores);
        });
  }

  /** What Spark's own launcher gives Java; what Spark says without it names nothing to change. */
  private static void checkOpen() {
    Matcher opened = OPENED.matcher(JavaModuleOptions.defaultModuleOptions());
    while (opened.find()) {
      Optional<Module> of = ModuleLayer.boot().findModule(opened.group(1));
      if (of.isEmpty() || of.get().isOpen(opened.group(2), SparkStart.class.getModule())) continue;
      throw new RankSlots.UnsuitableException(
          "Java keeps "
              + opened.group(2)
              + " from Spark: start it with the options of conf/jvm.options (java"
              + " @conf/jvm.options …), or by scripts/kudari or spark-submit");
    }
  }

  static void checkHeap(long heap) {
    if (heap < LEAST_HEAP)
      throw new DataException(
          ("Spark needs at least %d bytes of Java heap, but there are %d: raise KUDARI_MEMORY (with"
                  + " spark-submit: --driver-memory), or set train.strategy = serial")
              .formatted(LEAST_HEAP, heap));
  }

  static void checkMaster(String master) {
    int threads = Demand.localCores(master);
    if (NUMBERED.matcher(master).matches() && (threads < 1 || threads > MOST_THREADS))
      throw new RankSlots.UnsuitableException(
          "the master "
              + master
              + " must have 1 to "
              + MOST_THREADS
              + " threads, or * for one a core");
    if (!MASTER.matcher(master).matches())
      throw new RankSlots.UnsuitableException(
          "the master must be local[N], spark://HOST:PORT, yarn or k8s://…, not '" + master + "'");
  }

  /** Threads of a local master that is one, else 0. */
  public static int threads(String master) {
    int threads = Demand.localCores(master);
    return threads > MOST_THREADS ? 0 : threads;
  }

  /** What starts executors there is a part of Spark that an installation has, and others lack. */
  static void checkModule(String master) {
    if (master.equals("yarn"))
      checkModule(master, "spark-yarn", "org.apache.spark.scheduler.cluster.YarnClusterManager");
    if (master.startsWith("k8s://"))
      checkModule(
          master,
          "spark-kubernetes",
          "org.apache.spark.scheduler.cluster.k8s.KubernetesClusterManager");
  }

  private static void checkModule(String master, String module, String manager) {
    if (!isClass(manager))
      throw new RankSlots.UnsuitableException(
          "the master "
              + master
              + " needs Spark's module "
              + module
              + ", which is missing: set SPARK_HOME to an installation of Spark that has it");
  }

  private static boolean isClass(String name) {
    try {
      var unused = Class.forName(name, false, Utils.getContextOrSparkClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  /** The workers of such a cluster start processes of an installation, or end the application. */
  static void checkHome(String master, String homeOrNull) {
    if (master.startsWith("local-cluster[") && homeOrNull == null)
      throw new RankSlots.UnsuitableException(
          "the master " + master + " needs SPARK_HOME, the folder of an installation of Spark");
  }

  /** Where another address is bound, the host is for executors, who may know names of their own. */
  private static void checkDriverHost(SparkConf conf) {
    String bound = conf.get("spark.driver.bindAddress", LOOPBACK);
    if (bound.equals(LOOPBACK)) checkLookup("spark.driver.host", conf);
    else checkLookup("spark.driver.bindAddress", conf);
  }

  private static void checkLookup(String key, SparkConf conf) {
    String host = conf.get(key, LOOPBACK);
    if (new InetSocketAddress(host, 0).isUnresolved())
      throw new RankSlots.UnsuitableException(key + " = " + host + " cannot be looked up");
  }

  /**
   * The first of the folders for temporary use that Spark would have in which there can be one.
   *
   * @param settings as {@link #start} has them
   */
  public static Path folder(Map<String, String> settings) {
    SparkConf conf = new SparkConf();
    settings.forEach(conf::set);
    List<Path> all = Arrays.stream(folders(conf).split(",")).map(Path::of).toList();
    return all.stream().filter(SparkStart::canHoldFolders).findFirst().orElse(all.get(0));
  }

  private static String folders(SparkConf conf) {
    String set = System.getenv("SPARK_LOCAL_DIRS");
    return set != null ? set : conf.get("spark.local.dir", System.getProperty("java.io.tmpdir"));
  }

  /** Without a folder for its blocks Spark ends the process, which only its log says. */
  private static void checkFolders(SparkConf conf) {
    String folders = folders(conf);
    for (String folder : folders.split(",")) if (canHoldFolders(Path.of(folder))) return;
    throw new RankSlots.UnsuitableException(
        "spark.local.dir = " + folders + ": no folder can be made there");
  }

  /** Leaves nothing behind that was not there: Spark makes what it needs itself. */
  private static boolean canHoldFolders(Path folder) {
    Deque<Path> missing = new ArrayDeque<>();
    for (Path at = folder.toAbsolutePath(); at != null && Files.notExists(at); at = at.getParent())
      missing.add(at);
    try {
      Files.delete(Files.createTempDirectory(Files.createDirectories(folder), "kudari"));
      return true;
    } catch (IOException e) {
      return false;
    } finally {
      missing.forEach(SparkStart::deleteIfEmpty);
    }
  }

  private static void deleteIfEmpty(Path folder) {
    try {
      boolean unused = Files.deleteIfExists(folder);
    } catch (IOException e) {
      // Somebody else uses it already.
    }
  }

  /** What can be told from the settings alone, or from the ports of this machine. */
  private static void checkSettings(SparkConf conf) {
    Demand.of(conf).check(conf.get("spark.master", ""));
    checkExecutorHeap(conf);
    CLASSES.forEach((key, type) -> checkClasses(key, conf.get(key, ""), type));
    checkEventLog(conf);
    checkBroadcast(conf);
    checkCompression(conf);
    AddedJars.check(conf);
    Ports.check(conf);
    Values.check(conf);
    ResultSize.check(conf, 0, 0);
  }

  /** As Spark looks at it, also in local mode, where there are no other executors. */
  private static void checkExecutorHeap(SparkConf conf) {
    String key = "spark.executor.memory";
    if (conf.contains(key) && conf.getSizeAsBytes(key, "1g") < LEAST_HEAP)
      throw new RankSlots.UnsuitableException(
          "%s = %s is %d bytes, and Spark needs at least %d"
              .formatted(key, conf.get(key), conf.getSizeAsBytes(key, "1g"), LEAST_HEAP));
  }

  /** Spark says which folder is not there, but not which setting names it. */
  private static void checkEventLog(SparkConf conf) {
    if (!conf.getBoolean("spark.eventLog.enabled", false)) return;
    String folder = conf.get("spark.eventLog.dir", "/tmp/spark-events");
    var uri = Utils.resolveURI(folder);
    if ("file".equals(uri.getScheme()) && !Files.isDirectory(Path.of(uri.getPath())))
      throw new RankSlots.UnsuitableException(
          "spark.eventLog.dir = "
              + folder
              + " is not a folder, which spark.eventLog.enabled needs");
  }

  /**
   * What Spark reads with its first broadcast only, when the application runs already. Of blocks of
   * no bytes it makes as many as there is memory for.
   */
  private static void checkBroadcast(SparkConf conf) {
    String key = "spark.broadcast.blockSize";
    long kibibytes = kibibytes(conf, key, "4m");
    if (kibibytes < 1 || kibibytes > LARGEST_BLOCK)
      throw new RankSlots.UnsuitableException(
          key + " must be a size within 1k..1g, such as 4m, not '" + conf.get(key) + "'");
    // An error names the key.
    boolean unusedCompress = conf.getBoolean("spark.broadcast.compress", true);
    boolean unusedChecksum = conf.getBoolean("spark.broadcast.checksum", true);
    var unusedKryo = new KryoSerializer(conf).newKryo();
  }

  /** A negative number for what is no size. */
  private static long kibibytes(SparkConf conf, String key, String preset) {
    try {
      return conf.getSizeAsKb(key, preset);
    } catch (IllegalArgumentException e) {
      return -1;
    }
  }

  /** As the first broadcast does; an error does not always say whose it is. */
  private static void checkCompression(SparkConf conf) {
    String prefix = "spark.io.compression.";
    try (OutputStream out =
        CompressionCodec$.MODULE$
            .createCodec(conf)
            .compressedOutputStream(new ByteArrayOutputStream())) {
      out.write(0);
    } catch (Exception e) {
      String given =
          Arrays.stream(conf.getAllWithPrefix(prefix))
              .map(s -> prefix + s._1 + " = " + s._2)
              .collect(Collectors.joining(", "));
      throw new RankSlots.UnsuitableException(
          "Spark refuses " + given + ": " + FirstLine.of(said(e)), e);
    }
  }

  private static void checkClasses(String key, String names, Class<?> type) {
    for (String name : names.split(",")) {
      if (name.isBlank()) continue;
      try {
        Class<?> named = Class.forName(name.strip(), false, Utils.getContextOrSparkClassLoader());
        if (!type.isAssignableFrom(named))
          throw new RankSlots.UnsuitableException(
              key + ": " + name.strip() + " is not a " + type.getSimpleName());
      } catch (ClassNotFoundException | LinkageError e) {
        throw new RankSlots.UnsuitableException(key + ": there is no class " + name.strip(), e);
      }
    }
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
    checkSettings(conf);
    JavaSparkContext spark = new JavaSparkContext(conf);
    spark.setLogLevel("WARN");
    if (!conf.get(CATALOGUE, "").equals("hive")) placeWarehouse(spark.sc());
    return spark;
  }

  /**
   * Whoever asks Spark for a table has it make a folder for new ones, by default in the working
   * directory. This one is removed with the other files of the application.
   */
  private static void placeWarehouse(SparkContext spark) {
    Path temporary = Path.of(spark.env().driverTmpDir().get());
    spark.conf().setIfMissing(WAREHOUSE, temporary.resolve("warehouse").toUri().toString());
  }

  /** What Spark cannot start with, it says by exceptions of any kind, some of them checked. */
  private static <T> T refusing(Map<String, String> settings, Callable<T> start) {
    try {
      return start.call();
    } catch (RankSlots.UnsuitableException | DataException e) {
      throw e;
    } catch (Exception e) {
      Throwable said = said(e);
      String why = isSilent(said) ? ", without saying why" : ": " + FirstLine.of(said);
      throw new RankSlots.UnsuitableException("Spark refuses" + meant(said, settings) + why, e);
    }
  }

  /** The settings that an error is about, as far as its text tells: one without any, about all. */
  private static String meant(Throwable error, Map<String, String> settings) {
    String text = error.getMessage();
    if (isSilent(error))
      return settings.entrySet().stream()
          .filter(s -> !s.getKey().matches(SECRET))
          .map(s -> s.getKey() + " = " + s.getValue())
          .collect(Collectors.joining(" or ", " ", ""));
    if (settings.keySet().stream().anyMatch(text::contains)) return "";
    String found =
        settings.entrySet().stream()
            .filter(s -> !s.getValue().isBlank() && !s.getKey().matches(SECRET))
            .filter(s -> text.matches("(?s)(.*\\W)?" + Pattern.quote(s.getValue()) + "(\\W.*)?"))
            .map(s -> s.getKey() + " = " + s.getValue())
            .collect(Collectors.joining(", "));
    return found.isEmpty() ? "" : " " + found;
  }

  /** What says something in the chain of causes: the error itself, if it does. */
  private static Throwable said(Throwable error) {
    for (Throwable t = error; t != null; t = t.getCause()) if (!isSilent(t)) return t;
    return error;
  }

  private static boolean isSilent(Throwable error) {
    return error.getMessage() == null || error.getMessage().isBlank();
  }

  private static SparkConf conf(String name, String master, Map<String, String> settings) {
    boolean named = nameHost();
    SparkConf conf = new SparkConf().setAppName(name);
    if (master != null) conf.setMaster(master);
    settings.forEach((key, value) -> set(conf, key, value));
    if (!named) checkHost(conf);
    conf.set("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
    conf.set(REGISTRATOR, registrators(conf.get(REGISTRATOR, "")));
    conf.setIfMissing("spark.kryo.registrationRequired", "true");
    // A gradient is as large as the model: Kryo's buffer and the driver's limit must not bound it.
    conf.setIfMissing("spark.kryoserializer.buffer.max", "2047m");
    conf.setIfMissing("spark.driver.maxResultSize", "0");
    // A longer result would be a block, which Spark removes in the background, also while the
    // application ends: Removals says what trouble that is. No more than this fits a message.
    conf.setIfMissing("spark.task.maxDirectResultSize", "128m");
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    // An executor may go between the count of slots and the stage: look again soon.
    conf.setIfMissing("spark.scheduler.barrier.maxConcurrentTasksCheck.interval", "1s");
    if (Demand.localCores(conf.get("spark.master", "")) > 0) dropHeartbeats(conf);
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
    conf.set(HEARTBEAT, "20d");
    // Spark wants it to be longer than the interval, and takes it for other waits unless told. In
    // milliseconds, more than 24 days are no int any more.
    conf.set(TIMEOUT, "21d");
    conf.setIfMissing("spark.rpc.askTimeout", "120s");
    conf.setIfMissing("spark.rpc.lookupTimeout", "120s");
  }

  /** Kudari's own, and before it those of other libraries that work in the same application. */
  private static String registrators(String others) {
    String own = KudariRegistrator.class.getName();
    return others.isBlank() ? own : others + "," + own;
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
