package io.kudari.spark.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import scala.collection.Seq;
import scala.reflect.ClassTag$;

/**
 * Who has which number of one application's slots. All trainings of an application share it, and
 * nobody else: it is kept where the application keeps its listeners, and ends with it. It hears
 * nothing there; who runs what it asks the scheduler, for jobs that are not ours use slots too.
 *
 * <p>Thread-safe.
 */
final class SlotLeases extends SparkListener {

  /** In the order in which they were asked for. */
  private final List<SlotLease> leases = new ArrayList<>();

  private long numbers;

  private SlotLeases() {}

  /** That of an application. */
  static SlotLeases of(SparkContext spark) {
    synchronized (spark) {
      Seq<SlotLeases> found =
          spark.listenerBus().findListenersByClass(ClassTag$.MODULE$.apply(SlotLeases.class));
      if (found.nonEmpty()) return found.head();
      SlotLeases first = new SlotLeases();
      // The queue that Spark itself always has: no thread of its own.
      spark.listenerBus().addToManagementQueue(first);
      return first;
    }
  }

  /** A number that nobody else has had, greater than those before. */
  synchronized long number() {
    return ++numbers;
  }

  synchronized SlotLease ask(JavaSparkContext spark, int slots, TaskCores task) {
    SlotLease lease = new SlotLease(this, spark, number(), slots, task);
    leases.add(lease);
    return lease;
  }

  /** Grants a lease when it is the first of those that wait and there is room for it. */
  synchronized boolean grant(SlotLease lease) {
    if (lease.slots() > 0) return true;
    SlotUse use = use(lease);
    if (use.before() > 0 || use.free() < lease.wanted()) return false;
    lease.hold(lease.wanted());
    return true;
  }

  /**
   * Grants as much of what was wanted as there is, to a lease whose tasks were lost. It has been
   * granted before, and so comes before those that wait.
   *
   * @param least not granted when there is less
   * @return number of slots, or 0
   */
  synchronized int regrant(SlotLease lease, int least, int wanted) {
    int slots = Math.min(wanted, use(lease).free());
    if (slots < least) return 0;
    lease.hold(slots);
    return slots;
  }

  synchronized void end(SlotLease lease) {
    leases.remove(lease);
  }

  /**
   * What a lease sees, in slots of its own size. A task that has outlived its attempt uses a slot
   * besides those held. Which executors others will use is not known before they do: until then,
   * where their slots are of another size, they are counted as if no two of them shared one of
   * these. In local mode there is one executor, and so it is known.
   */
  synchronized SlotUse use(SlotLease own) {
    leases.removeIf(SlotLease::isOver);
    List<RunningTask> foreign = RunningTask.onCounted(own.spark());
    List<RunningTask> placed = new ArrayList<>();
    int leased = 0;
    int owned = 0;
    int before = 0;
    for (SlotLease lease : leases) {
      List<RunningTask> running = lease.ofThese(foreign);
      foreign.removeIf(lease::owns);
      if (lease == own) owned = kept(own, running);
      else if (hasBegun(lease, running)) placed.addAll(running);
      else if (own.spark().isLocal()) placed.addAll(ranks(lease, running));
      else leased += Math.max(bound(own, lease), kept(own, running));
      if (lease.slots() == 0 && lease.number() < own.number()) before++;
    }
    int others = kept(own, foreign);
    placed.addAll(foreign);
    leased += kept(own, placed) - others;
    return new SlotUse(total(own), leased, others, owned, before);
  }

  /** Whether all ranks of a lease run, so that it is known where. */
  private static boolean hasBegun(SlotLease lease, List<RunningTask> running) {
    long ranks = running.stream().filter(RunningTask::barrier).count();
    return lease.slots() > 0 && ranks >= lease.slots();
  }

  private static int bound(SlotLease own, SlotLease other) {
    return other.slots() * own.task().kept(other.task().cores());
  }

  /** What runs of a lease in local mode and, while that is less, its ranks that are to come. */
  private static List<RunningTask> ranks(SlotLease lease, List<RunningTask> running) {
    int held = lease.slots() * lease.task().cores();
    int used = running.stream().mapToInt(RunningTask::cores).sum();
    if (used >= held) return running;
    return List.of(new RunningTask(lease.spark().env().executorId(), "", true, held));
  }

  private static int kept(SlotLease of, List<RunningTask> others) {
    return kept(of.task(), others, TaskCores.ofExecutor(of.spark().getConf()));
  }

  /**
   * How many tasks of a kind cannot run because of others: those of an executor share its slots.
   *
   * @param all cores of an executor, or 0 where that is not known
   */
  static int kept(TaskCores of, List<RunningTask> others, int all) {
    Map<String, Integer> cores = new HashMap<>();
    others.forEach(task -> cores.merge(task.executor(), task.cores(), Integer::sum));
    return cores.values().stream().mapToInt(used -> of.kept(used, all)).sum();
  }

  /** With dynamic allocation executors come when there are tasks. */
  private static int total(SlotLease own) {
    JavaSparkContext spark = own.spark();
    boolean dynamic = RankSlots.isDynamic(spark.getConf());
    return dynamic ? Integer.MAX_VALUE / 2 : RankSlots.slots(spark, own.task());
  }
}
