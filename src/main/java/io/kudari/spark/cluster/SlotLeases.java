package io.kudari.spark.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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
   * besides those held. Which executors others will use is not known before they do: where their
   * slots are of another size, they are counted as if no two of them shared one of these.
   */
  synchronized SlotUse use(SlotLease own) {
    leases.removeIf(SlotLease::isOver);
    List<RunningTask> tasks = RunningTask.onCounted(own.spark());
    int foreign = kept(own, tasks.stream());
    int leased = 0;
    int owned = 0;
    int before = 0;
    for (SlotLease lease : leases) {
      int running = kept(own, tasks.stream().filter(lease::owns));
      foreign -= running;
      if (lease == own) owned = running;
      else leased += Math.max(lease.slots() * own.task().kept(lease.task().cores()), running);
      if (lease.slots() == 0 && lease.number() < own.number()) before++;
    }
    return new SlotUse(total(own), leased, foreign, owned, before);
  }

  private static int kept(SlotLease own, Stream<RunningTask> tasks) {
    return tasks.mapToInt(task -> own.task().kept(task.cores())).sum();
  }

  /** With dynamic allocation executors come when there are tasks. */
  private static int total(SlotLease own) {
    JavaSparkContext spark = own.spark();
    boolean dynamic = spark.getConf().getBoolean("spark.dynamicAllocation.enabled", false);
    return dynamic ? Integer.MAX_VALUE / 2 : RankSlots.slots(spark, own.profile());
  }
}
