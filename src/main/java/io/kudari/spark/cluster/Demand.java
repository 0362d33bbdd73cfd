package io.kudari.spark.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import scala.Tuple2;

/**
 * What an application asks of its cluster, as Spark's settings say it.
 *
 * @param cores of an executor, or 0 for all that a worker has
 * @param megabytes of an executor
 * @param task cores of a task
 * @param mostCores of the whole application on a standalone cluster, or 0 for no limit
 * @param each of an executor, by the name of a resource such as {@code gpu}
 * @param perTask of a task, by the name of a resource; may be a fraction
 */
public record Demand(
    int cores,
    int megabytes,
    TaskCores task,
    int mostCores,
    SortedMap<String, Double> each,
    SortedMap<String, Double> perTask) {

  private static final Pattern AMOUNT =
      Pattern.compile("spark\\.(executor|task)\\.resource\\.(.+)\\.amount");

  /** As Spark's own LOCAL_N_REGEX and LOCAL_N_FAILURES_REGEX. */
  private static final Pattern LOCAL =
      Pattern.compile("local(?:\\[(\\d{1,9}|\\*)(?:\\s*,\\s*\\d+)?])?");

  /**
   * Reads settings.
   *
   * @throws RankSlots.UnsuitableException when one of them is no number
   */
  public static Demand of(SparkConf conf) {
    return of(conf, TaskCores.usual(conf));
  }

  /** As the other, for tasks that may ask for cores of their own, and then for nothing else. */
  static Demand of(SparkConf conf, TaskCores task) {
    SortedMap<String, Double> each = new TreeMap<>();
    SortedMap<String, Double> perTask = new TreeMap<>();
    for (Tuple2<String, String> setting : conf.getAll()) {
      Matcher amount = AMOUNT.matcher(setting._1);
      if (!amount.matches()) continue;
      Map<String, Double> to = amount.group(1).equals("task") ? perTask : each;
      to.put(amount.group(2), number(setting._1, setting._2));
    }
    boolean standalone = conf.get("spark.master", "").startsWith("spark://");
    return new Demand(
        whole(conf, "spark.executor.cores", 0),
        megabytes(conf),
        task,
        standalone ? whole(conf, "spark.cores.max", 0) : 0,
        each,
        task.own() ? new TreeMap<>() : perTask);
  }

  /** Of a setting. */
  static int whole(SparkConf conf, String key, int preset) {
    String text = conf.get(key, String.valueOf(preset)).strip();
    if (!text.matches("\\d{1,9}"))
      throw new RankSlots.UnsuitableException(key + " must be a whole number, not '" + text + "'");
    return Integer.parseInt(text);
  }

  private static double number(String key, String text) {
    if (!text.strip().matches("\\d{1,9}(\\.\\d*)?|\\.\\d+"))
      throw new RankSlots.UnsuitableException(key + " must be a number, not '" + text + "'");
    return Double.parseDouble(text.strip());
  }

  private static int megabytes(SparkConf conf) {
    String text = conf.get("spark.executor.memory", "1g");
    try {
      return Math.toIntExact(conf.getSizeAsMb("spark.executor.memory", text));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new RankSlots.UnsuitableException(
          "spark.executor.memory must be a size such as 4g, not '" + text + "'");
    }
  }

  /**
   * Checks that the settings agree with each other and with the master.
   *
   * @param master such as {@code local[2]} or {@code spark://host:7077}
   * @throws RankSlots.UnsuitableException when no task could ever run
   */
  public void check(String master) {
    int local = localCores(master);
    int have = local > 0 ? local : cores > 0 ? cores : task.cores();
    if (task.cores() < 1 || task.cores() > have)
      throw new RankSlots.UnsuitableException(
          "%s (threads of a rank) must be within 1..%d, the cores of %s"
              .formatted(task.text(), have, local > 0 ? master : "an executor"));
    int least = Math.max(cores, task.cores());
    if (local == 0 && mostCores > 0 && mostCores < least)
      throw new RankSlots.UnsuitableException(
          "spark.cores.max = %d is less than the %s of one executor"
              .formatted(mostCores, count(least, "core")));
    perTask.forEach((name, amount) -> checkResource(name, amount, local > 0 ? master : null));
  }

  private void checkResource(String name, double amount, String localOrNull) {
    if (amount == 0) return;
    String asked = "spark.task.resource.%s.amount = %s".formatted(name, text(amount));
    if (localOrNull != null)
      throw new RankSlots.UnsuitableException(
          asked + ", but " + localOrNull + " has cores only: a cluster can offer " + name);
    double given = each.getOrDefault(name, 0.0);
    if (given < amount)
      throw new RankSlots.UnsuitableException(
          "%s, but spark.executor.resource.%s.amount = %s"
              .formatted(asked, name, given == 0 ? "0 (not set)" : text(given)));
  }

  /** How many tasks a given number of cores has room for, in executors as asked for. */
  int tasks(int availableCores) {
    if (cores == 0) return availableCores / task.cores();
    return availableCores / cores * (cores / task.cores());
  }

  /** The same, had one of them no end: {@code memory}, or a resource by name. */
  Demand without(String name) {
    SortedMap<String, Double> rest = new TreeMap<>(each);
    rest.remove(name);
    int memory = name.equals("memory") ? 0 : megabytes;
    return new Demand(cores, memory, task, mostCores, rest, perTask);
  }

  /** For the user: what is asked for, and by which settings. */
  String text() {
    List<String> executor = new ArrayList<>();
    executor.add(cores > 0 ? count(cores, "core") : "all cores of a worker");
    executor.add(megabytes + " MB (spark.executor.memory)");
    each.forEach((name, amount) -> executor.add(text(amount) + " " + name));
    List<String> ofTask = new ArrayList<>(List.of(count(task.cores(), "core")));
    perTask.forEach((name, amount) -> ofTask.add(text(amount) + " " + name));
    return "executors of %s, tasks of %s%s"
        .formatted(
            String.join(", ", executor),
            String.join(", ", ofTask),
            mostCores > 0 ? ", at most " + count(mostCores, "core") + " (spark.cores.max)" : "");
  }

  static String count(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  static String text(double amount) {
    return amount == Math.rint(amount) ? String.valueOf((long) amount) : String.valueOf(amount);
  }

  /**
   * Number of cores of a local master, that is {@code local}, {@code local[2]}, {@code local[*]},
   * or these with a number of failures as {@code local[2, 3]}; 0 for any other. Also for {@code
   * local-cluster[…]}, whose executors are processes of their own.
   */
  public static int localCores(String master) {
    Matcher local = LOCAL.matcher(master == null ? "" : master);
    if (!local.matches()) return 0;
    String cores = local.group(1);
    if (cores == null) return 1;
    return cores.equals("*") ? Runtime.getRuntime().availableProcessors() : Integer.parseInt(cores);
  }
}
