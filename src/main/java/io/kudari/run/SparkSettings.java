package io.kudari.run;

import io.kudari.spark.SparkStart;
import io.kudari.spark.cluster.Demand;
import io.kudari.spark.cluster.RankSlots;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * How to start Spark where there is no application yet; it ends with the training.
 *
 * @param masterOrNull such as {@code local[2]}; null for {@code spark-submit}'s, or else {@code
 *     local[*]}
 * @param settings of Spark, by key; they win over those of {@code spark-submit}
 */
public record SparkSettings(String masterOrNull, Map<String, String> settings)
    implements SparkSource {

  private static final String CPUS = "spark.task.cpus";

  /** Whatever this process was started with. */
  public static final SparkSettings DEFAULT = new SparkSettings(null, Map.of());

  /** Before keys that are Hadoop's. */
  private static final String HADOOP = "spark.hadoop.";

  /** Copies the settings. */
  public SparkSettings {
    settings = new LinkedHashMap<>(settings);
  }

  @Override
  public Path folder() {
    return SparkStart.folder(settings);
  }

  @Override
  public void check() {
    SparkStart.check(url(), settings);
  }

  /**
   * As many as are asked for, or all cores of a local master, unless a setting of Spark's says
   * anything of the ranks, or there is room for more of them. More threads than cores are Spark's
   * to refuse.
   */
  @Override
  public int threadsAlone(int ranks, int threads) {
    boolean told =
        settings.keySet().stream().anyMatch(key -> !key.startsWith(HADOOP))
            || System.getProperties().stringPropertyNames().stream()
                .anyMatch(name -> name.startsWith("spark."));
    int cores = SparkStart.threads(url());
    if (told || ranks > 1 || threads > cores) return 0;
    if (threads == 0) return cores;
    return ranks == 1 || cores / threads == 1 ? threads : 0;
  }

  @Override
  public Session forTasks() {
    return new Session(SparkStart.start("kudari", url(), settings), true);
  }

  /**
   * A rank gets as many threads as are asked for, in local mode else its share of the cores, unless
   * {@code spark.task.cpus} is set, here or by {@code spark-submit}.
   */
  @Override
  public Session forRanks(int ranks, int threads) {
    if (threads > 0) {
      // What it refuses, it refuses in the user's words.
      var unused = ranks(new RankSlots.Asked(ranks, threads, Integer.MAX_VALUE));
    }
    return new Session(SparkStart.startForRanks("kudari", url(), ofRanks(ranks, threads)), true);
  }

  private Map<String, String> ofRanks(int ranks, int threads) {
    Map<String, String> all = new LinkedHashMap<>(settings);
    if (all.containsKey(CPUS) || System.getProperty(CPUS) != null) return all;
    int cores = Demand.localCores(url());
    int share = cores > 0 ? Math.max(1, cores / Math.max(1, ranks)) : 0;
    int each = threads > 0 ? threads : share;
    if (each > 0) all.put(CPUS, String.valueOf(each));
    return all;
  }

  @Override
  public Optional<RankSlots> ranks(RankSlots.Asked asked) {
    return SparkStart.ranks(url(), ofRanks(asked.ranks(), asked.threads()), asked);
  }

  @Override
  public int tasks() {
    return SparkStart.tasks(url(), settings);
  }

  @Override
  public SparkSource forTables() {
    Map<String, String> all = new LinkedHashMap<>(settings);
    all.putIfAbsent("spark.kryo.registrationRequired", "false");
    return new SparkSettings(masterOrNull, all);
  }

  /** The same in this process, with just so many ranks of so many threads. */
  SparkSettings here(int ranks, int threads) {
    Map<String, String> all = new LinkedHashMap<>(settings);
    all.put(CPUS, String.valueOf(threads));
    return new SparkSettings("local[" + ranks * threads + "]", all);
  }

  /** Threads of a task: {@code spark.task.cpus}, 1 where it is not set or no number. */
  public int threads() {
    String cpus = settings.getOrDefault(CPUS, System.getProperty(CPUS, "1"));
    return cpus.matches("[1-9][0-9]{0,3}") ? Integer.parseInt(cpus) : 1;
  }

  /** The same with so many threads a task. */
  SparkSettings withThreads(int threads) {
    Map<String, String> all = new LinkedHashMap<>(settings);
    all.put(CPUS, String.valueOf(threads));
    return new SparkSettings(masterOrNull, all);
  }

  /**
   * The same with room for so many ranks where Spark runs in this process; a cluster has the room
   * it has.
   */
  public SparkSettings withRoom(int ranks) {
    if (!isLocal()) return this;
    String url = url();
    int cores = Demand.localCores(url != null ? url : System.getProperty("spark.master"));
    int wanted = ranks * threads();
    return cores >= wanted ? this : new SparkSettings("local[" + wanted + "]", settings);
  }

  @Override
  public boolean isLocal() {
    String url = url();
    String where = url != null ? url : System.getProperty("spark.master");
    return Demand.localCores(where) > 0;
  }

  /** What to give Spark as its master, or null to leave it to {@code spark-submit}. */
  private String url() {
    boolean submitted = System.getProperty("spark.master") != null;
    return masterOrNull == null && !submitted ? "local[*]" : masterOrNull;
  }

  /** Hadoop's configuration, with what {@code spark.hadoop.*} sets. */
  @Override
  public Configuration hadoop() {
    return SparkStart.hadoop(settings);
  }
}
