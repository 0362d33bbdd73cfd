package io.kudari.spark.cluster;

import static io.kudari.spark.cluster.Demand.count;
import static io.kudari.spark.cluster.Demand.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.deploy.DeployMessages;
import org.apache.spark.deploy.master.ApplicationInfo;
import org.apache.spark.deploy.master.WorkerInfo;
import org.apache.spark.rpc.RpcAddress;
import org.apache.spark.rpc.RpcEndpointAddress;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcTimeout;
import scala.collection.JavaConverters;
import scala.concurrent.duration.FiniteDuration;
import scala.reflect.ClassTag$;

/**
 * What a standalone cluster has, whether in use or not: its master tells no more.
 *
 * @param workers that have registered
 * @param others names of the other applications that run or wait
 */
record Offer(List<Worker> workers, List<String> others) {

  private static final RpcTimeout PATIENCE =
      new RpcTimeout(new FiniteDuration(2, TimeUnit.SECONDS), "the master's answer");

  /**
   * A worker.
   *
   * @param cores that executors may use together
   * @param megabytes that executors may use together
   * @param resources number of each, by name, such as {@code gpu}
   */
  record Worker(int cores, int megabytes, SortedMap<String, Integer> resources) {

    boolean fits(Demand demand) {
      return cores >= Math.max(1, Math.max(demand.cores(), demand.task().cores()))
          && megabytes >= demand.megabytes()
          && demand.each().entrySet().stream().allMatch(e -> has(e.getKey()) >= e.getValue());
    }

    int has(String resource) {
      return resources.getOrDefault(resource, 0);
    }

    /** How many tasks could run here if nothing else did. */
    int tasks(Demand demand) {
      if (!fits(demand)) return 0;
      int executorCores = demand.cores() > 0 ? demand.cores() : cores;
      double executors =
          Math.min(cores / executorCores, megabytes / Math.max(1, demand.megabytes()));
      double tasks = executorCores / demand.task().cores();
      for (var e : demand.each().entrySet()) {
        if (e.getValue() > 0) executors = Math.min(executors, has(e.getKey()) / e.getValue());
        double each = demand.perTask().getOrDefault(e.getKey(), 0.0);
        if (each > 0) tasks = Math.min(tasks, e.getValue() / each);
      }
      return (int) executors * (int) tasks;
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder(count(cores, "core") + ", " + megabytes + " MB");
      resources.forEach(
          (name, number) -> text.append(", ").append(number).append(' ').append(name));
      return text.toString();
    }
  }

  /** Asks the masters of a standalone cluster; empty for any other, and when none answers. */
  static Optional<Offer> ask(JavaSparkContext spark) {
    String url = spark.master();
    if (!url.startsWith("spark://")) return Optional.empty();
    for (String master : url.substring("spark://".length()).split(",")) {
      try {
        Offer found = ask(RpcAddress.fromSparkURL("spark://" + master), spark.sc().applicationId());
        if (!found.workers.isEmpty()) return Optional.of(found);
      } catch (Exception e) {
        // One that is down, or of another version of Spark: what it has stays unknown.
      }
    }
    return Optional.empty();
  }

  static Offer ask(RpcAddress master, String self) {
    String uri = new RpcEndpointAddress(master, "Master").toString();
    // Spark's own call waits for two minutes for a master whose machine is gone.
    RpcEndpointRef ref =
        PATIENCE.awaitResult(SparkEnv.get().rpcEnv().asyncSetupEndpointRefByURI(uri));
    DeployMessages.MasterStateResponse state =
        ref.askSync(
            DeployMessages.RequestMasterState$.MODULE$,
            PATIENCE,
            ClassTag$.MODULE$.apply(DeployMessages.MasterStateResponse.class));
    List<Worker> workers = Arrays.stream(state.workers()).map(Offer::worker).toList();
    List<String> others = new ArrayList<>();
    for (ApplicationInfo application : state.activeApps())
      if (!application.id().equals(self)) others.add(application.desc().name());
    return new Offer(workers, others);
  }

  private static Worker worker(WorkerInfo info) {
    SortedMap<String, Integer> resources = new TreeMap<>();
    JavaConverters.mapAsJavaMap(info.resources())
        .forEach((name, resource) -> resources.put(name, resource.resourceAddresses().size()));
    return new Worker(info.cores(), info.memory(), resources);
  }

  /** Why not one executor as asked for can run on any of these workers; empty when one can. */
  Optional<String> obstacle(Demand demand) {
    if (workers.isEmpty() || workers.stream().anyMatch(w -> w.fits(demand)))
      return Optional.empty();
    if (most(Worker::megabytes) < demand.megabytes())
      return Optional.of(
          "spark.executor.memory = %d MB, but no worker has more than %s MB"
              .formatted(demand.megabytes(), text(most(Worker::megabytes))));
    int cores = Math.max(demand.cores(), demand.task().cores());
    if (most(Worker::cores) < cores)
      return Optional.of(
          "%s = %d, but no worker has more than %s"
              .formatted(
                  demand.cores() > 0 ? "spark.executor.cores" : demand.task().key(),
                  cores,
                  count((long) most(Worker::cores), "core")));
    for (var e : demand.each().entrySet()) {
      double most = most(w -> w.has(e.getKey()));
      if (most < e.getValue())
        return Optional.of(
            "spark.executor.resource.%s.amount = %s, but no worker has %s %s"
                .formatted(
                    e.getKey(),
                    text(e.getValue()),
                    most == 0 ? "any" : "more than " + text(most),
                    e.getKey()));
    }
    return Optional.of("no worker has all of what an executor asks for: " + demand.text());
  }

  private double most(ToDoubleFunction<Worker> amount) {
    return workers.stream().mapToDouble(amount).max().orElse(0);
  }

  /** Why there is no room for so many tasks; names the resource that lacks. */
  String shortage(Demand demand, int tasks) {
    if (workers.isEmpty()) return "the master has no workers";
    Optional<String> obstacle = obstacle(demand);
    if (obstacle.isPresent()) return obstacle.get();
    int possible = tasks(demand);
    if (possible < tasks)
      return "there are too few %s on %s: give it more, or ask for fewer ranks"
          .formatted(scarcest(demand), shown());
    return others.isEmpty()
        ? "the workers have room for %d, but executors did not come: the workers' logs say why"
            .formatted(possible)
        : "the workers have room for %d, but %s there too: %s"
            .formatted(
                possible,
                others.size() == 1 ? "another application is" : "other applications are",
                String.join(", ", new TreeSet<>(others)));
  }

  /** The resource of which more would make more room. */
  private String scarcest(Demand demand) {
    int now = tasks(demand);
    if (tasks(demand.without("memory")) > now) return "MB of memory";
    for (String resource : demand.each().keySet())
      if (tasks(demand.without(resource)) > now) return resource;
    return "cores";
  }

  private int tasks(Demand demand) {
    return workers.stream().mapToInt(w -> w.tasks(demand)).sum();
  }

  /** For the user: the workers, those that are alike together. */
  String shown() {
    if (workers.isEmpty()) return "no workers";
    Map<String, Long> alike =
        workers.stream()
            .collect(Collectors.groupingBy(Worker::toString, TreeMap::new, Collectors.counting()));
    return alike.entrySet().stream()
        .map(e -> count(e.getValue(), "worker") + " of " + e.getKey())
        .collect(Collectors.joining("; "));
  }
}
