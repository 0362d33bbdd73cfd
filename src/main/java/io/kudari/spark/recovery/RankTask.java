package io.kudari.spark.recovery;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.kudari.collective.Collectives;
import io.kudari.collective.Distribution;
import io.kudari.collective.Hosts;
import io.kudari.collective.LinkChoice;
import io.kudari.collective.Topology;
import io.kudari.data.Deal;
import io.kudari.event.Event;
import io.kudari.event.FirstLine;
import io.kudari.exchange.Team;
import io.kudari.spark.cluster.RankLostException;
import io.kudari.spark.cluster.RankSlots;
import io.kudari.spark.coordinator.CoordinatorClient;
import io.kudari.spark.coordinator.Greeting;
import io.kudari.spark.coordinator.Line;
import io.kudari.spark.data.Splits;
import io.kudari.spark.link.ListenAddress;
import io.kudari.spark.link.NetworkLink;
import io.kudari.train.Dealing;
import io.kudari.train.SnapshotRule;
import io.kudari.train.TrainState;
import io.kudari.train.TrainingLoop;
import io.kudari.train.TrainingPlan;
import io.kudari.train.worker.TeamWorkers;
import io.kudari.train.worker.WorkerData;
import io.kudari.train.worker.WorkerRange;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.SparkEnv;

/**
 * One rank of the strategy {@code all-reduce}: a barrier task whose threads train together with the
 * other ranks until the end of the run.
 *
 * @param run model and data
 * @param plan what training does
 * @param distribution which rank hosts which workers
 * @param threads of a rank; fewer where it has fewer workers
 * @param link how messages between ranks travel
 * @param topology which ranks send each other parts of vectors
 * @param port as {@link AttemptRules#port}
 * @param attempt when it began, in nanoseconds of the driver's clock: none before has this number
 * @param coordinator the driver's end, unresolved
 * @param rule how often to send a snapshot to the driver
 * @param fromOrNull where to go on from, or null at the beginning
 */
@DefaultSerializer(JavaSerializer.class) // Kryo knows no records, and here no registrator.
public record RankTask(
    RunSpec run,
    TrainingPlan plan,
    Distribution distribution,
    int threads,
    LinkChoice link,
    Topology topology,
    int port,
    long attempt,
    InetSocketAddress coordinator,
    SnapshotRule rule,
    TrainState fromOrNull)
    implements Splits.Dealt {

  private static final long serialVersionUID = 1;

  /** Longest time without a sign of life of a peer. */
  static final Duration SILENCE = Duration.ofSeconds(8);

  /**
   * Longest wait for the work of others: loading data and compiling code may take long at the
   * start.
   */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** Longest wait for the last snapshot to arrive: at the end, and when the attempt has failed. */
  private static final Duration LAST_SNAPSHOT = Duration.ofMinutes(2);

  private static final Duration RESCUE = Duration.ofSeconds(2);

  private static final String FAILED = "failed";

  private static final String APART =
      "train.topology = hierarchical: Spark has not placed the ranks of a host next to each other,"
          + " so they exchange as a mesh";

  @Override
  public Deal deal(boolean test) {
    return run.data().deal(test);
  }

  @Override
  public Configuration hadoop() {
    return run.hadoop().value();
  }

  /**
   * Runs the rank that the barrier task's partition says.
   *
   * @param dealing gives its examples
   */
  RankOutcome train(BarrierTaskContext task, Dealing dealing) {
    int rank = task.partitionId();
    List<WorkerRange> ranges = new ArrayList<>();
    SparkEnv env = SparkEnv.get();
    Greeting greeting = new Greeting(attempt, rank);
    try (CoordinatorClient line =
        new CoordinatorClient(env.conf(), env.securityManager(), coordinator, greeting, SILENCE)) {
      if (distribution.ranks() == 1) return trainAlone(dealing, ranges, line);
      Throwable failure = load(dealing, rank, ranges, line);
      return trainWithOthers(task, rank, ranges, failure, line);
    } catch (Throwable e) {
      return RankOutcome.failed(e);
    } finally {
      ranges.forEach(WorkerRange::close);
    }
  }

  /** Runs the only rank, wherever, with examples of its own. */
  RankOutcome trainAlone(Dealing dealing, Line line) {
    List<WorkerRange> ranges = new ArrayList<>();
    try {
      return trainAlone(dealing, ranges, line);
    } catch (Throwable e) {
      return RankOutcome.failed(e);
    } finally {
      ranges.forEach(WorkerRange::close);
    }
  }

  private RankOutcome trainAlone(Dealing dealing, List<WorkerRange> ranges, Line line)
      throws InterruptedException {
    Throwable failure = load(dealing, 0, ranges, line);
    return failure != null ? RankOutcome.failed(failure) : train(0, ranges, null, line);
  }

  /**
   * Loads the rank's examples, which its threads share. A failure is returned, because the other
   * ranks wait to hear of it.
   */
  private Throwable load(Dealing dealing, int rank, List<WorkerRange> ranges, Line line) {
    int first = distribution.first(rank);
    int count = distribution.last(rank) - first;
    int used = Math.min(threads, count);
    try {
      long begun = System.nanoTime();
      WorkerData loaded = WorkerData.load(dealing, first, first + count);
      line.accept(loaded.dealt((System.nanoTime() - begun) / 1e9));
      for (int t = 0; t < used; t++) {
        int from = first + count * t / used;
        ranges.add(run.open(loaded.of(from, first + count * (t + 1) / used)));
      }
      return null;
    } catch (Exception e) {
      return e;
    }
  }

  /** Meets the other ranks. Spark's all-gather is called once: it polls for a second. */
  private RankOutcome trainWithOthers(
      BarrierTaskContext task, int rank, List<WorkerRange> ranges, Throwable failure, Line line)
      throws Exception {
    if (failure != null) return unfit(task, failure);
    NetworkLink opened;
    try {
      opened = listen(rank);
    } catch (RankSlots.UnsuitableException e) {
      return unfit(task, e);
    }
    try (NetworkLink links = opened) {
      InetSocketAddress own = links.address();
      List<String> all = meet(task, own.getHostString() + ":" + own.getPort());
      if (all.contains(FAILED)) return RankOutcome.followed("another rank could not begin");
      List<InetSocketAddress> addresses = all.stream().map(RankTask::address).toList();
      links.connect(addresses, SILENCE);
      List<String> names = addresses.stream().map(InetSocketAddress::getHostString).toList();
      Optional<Hosts> hosts = run.hosts(topology, distribution, names);
      if (rank == 0) line.accept(connected(topology, names, hosts));
      try (Collectives collectives =
          new Collectives(links, attempt, distribution, PATIENCE, hosts)) {
        return train(rank, ranges, collectives, line);
      }
    }
  }

  /** The other ranks wait to hear of it. */
  private static RankOutcome unfit(BarrierTaskContext task, Throwable failure) {
    List<String> unused = meet(task, FAILED);
    return RankOutcome.failed(failure);
  }

  private NetworkLink listen(int rank) {
    SparkEnv env = SparkEnv.get();
    return NetworkLink.listen(
        env.conf(),
        env.securityManager(),
        ListenAddress.of(env).host(),
        port == 0 ? 0 : port + rank,
        attempt,
        rank,
        distribution.ranks(),
        link,
        SILENCE);
  }

  /** What was chosen, and why not what was asked for. */
  static Event.Connected connected(Topology asked, List<String> names, Optional<Hosts> hosts) {
    Topology chosen = hosts.isPresent() ? Topology.HIERARCHICAL : Topology.MESH;
    boolean apart = asked == Topology.HIERARCHICAL && !Hosts.areNeighbours(names);
    int count = (int) names.stream().distinct().count();
    String name = chosen.name().toLowerCase(Locale.ROOT);
    return new Event.Connected(count, name, apart ? APART : null);
  }

  /** Whatever Spark reports here, this rank is not to blame. */
  private static List<String> meet(BarrierTaskContext task, String shown) {
    try {
      return Arrays.asList(task.allGather(shown));
    } catch (RuntimeException e) {
      throw new RankLostException("the ranks did not meet: " + FirstLine.of(e), e);
    }
  }

  private static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    return InetSocketAddress.createUnresolved(
        text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
  }

  private RankOutcome train(int rank, List<WorkerRange> ranges, Collectives collectives, Line line)
      throws InterruptedException {
    try (Team team =
        new Team(run.model().layout(), distribution, rank, ranges.size(), collectives, PATIENCE)) {
      return trainUntilShutdown(team, ranges, line);
    }
  }

  private RankOutcome trainUntilShutdown(Team team, List<WorkerRange> ranges, Line line)
      throws InterruptedException {
    line.whenBroken(team::fail);
    Thread ending =
        new Thread(
            () -> team.fail(new RankLostException("the executor is shutting down", null)),
            "kudari-rank-" + team.rank() + "-shutdown");
    Runtime.getRuntime().addShutdownHook(ending);
    try {
      RankOutcome outcome = train(team, ranges, line);
      if (outcome.failure() == null) line.flush(LAST_SNAPSHOT);
      else rescue(line);
      return outcome;
    } finally {
      forget(ending);
    }
  }

  /**
   * A snapshot that is on its way when the attempt fails may be what the next one goes on from. A
   * rank that is cut off from the driver too does not wait again.
   */
  private static void rescue(Line line) {
    if (line.isSilentFor(RESCUE)) return;
    try {
      line.flush(RESCUE);
    } catch (RankLostException e) {
      // The driver has ended the attempt already.
    }
  }

  /**
   * Spark lets tasks of a process that shuts down go on for half a minute, which a rank would fill
   * with steps that nobody keeps.
   */
  private static void forget(Thread ending) {
    try {
      boolean unused = Runtime.getRuntime().removeShutdownHook(ending);
    } catch (IllegalStateException e) {
      // It is shutting down.
    }
  }

  /** Trains on all threads: the lead on this one, the others on their own. */
  private RankOutcome train(Team team, List<WorkerRange> ranges, Line line)
      throws InterruptedException {
    AtomicReference<Throwable> failure = new AtomicReference<>();
    AtomicReference<TrainingLoop.Result> result = new AtomicReference<>();
    List<Thread> others = new ArrayList<>();
    for (int t = ranges.size() - 1; t >= 0; t--) {
      int thread = t;
      Runnable work =
          () -> {
            try {
              TrainingLoop.Result trained = loop(team, thread, ranges.get(thread), line);
              if (thread == 0) result.set(trained);
            } catch (Throwable e) {
              failure.compareAndSet(null, e);
              team.fail(e);
            }
          };
      if (t == 0) {
        work.run();
      } else {
        Thread other = new Thread(work, "kudari-rank-" + team.rank() + "-thread-" + t);
        other.setDaemon(true);
        other.start();
        others.add(other);
      }
    }
    for (Thread other : others) other.join(PATIENCE.toMillis());
    return failure.get() != null
        ? RankOutcome.failed(failure.get())
        : RankOutcome.done(team.rank(), result.get());
  }

  private TrainState from() {
    return fromOrNull == null ? TrainState.initial(run.model(), plan) : fromOrNull;
  }

  /**
   * Whom the leading thread tells: the driver also of the process that computes, if it is another.
   */
  private Consumer<Event> told(Line line) {
    SparkEnv envOrNull = SparkEnv.get();
    boolean here = envOrNull == null || ListenAddress.isDriver(envOrNull);
    return here ? line : new FirstStep(line, () -> new Event.Computing(run.model().libraries()));
  }

  private TrainingLoop.Result loop(Team team, int thread, WorkerRange range, Line line) {
    boolean leads = team.rank() == 0 && thread == 0;
    var workers = new TeamWorkers(team, thread, range, line, plan);
    return new TrainingLoop(
            run.model(),
            run.data(),
            plan,
            workers,
            leads ? told(line) : event -> {},
            from(),
            rule,
            leads ? line::snapshotAfterEvents : line::snapshot)
        .run("all-reduce");
  }
}
