package io.kudari.spark.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaSparkContext;

/** The executors of a training between two of its attempts. */
public final class Executors {

  /** A task that has not ended so long after it was told to is frozen, or its executor is. */
  private static final long ENDING_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Lost executors come back within seconds where the cluster has room for new ones. */
  private static final long REPLACING_NANOS = TimeUnit.SECONDS.toNanos(8);

  private final SlotLease lease;
  private final JavaSparkContext spark;

  /** Those that run tasks of a lease. */
  public Executors(SlotLease lease) {
    this.lease = lease;
    this.spark = lease.spark();
  }

  /**
   * Waits until no executor runs a task of the training any more. Those that go on are ended, and
   * the cluster asked for others in their place: Spark would count on a frozen executor for two
   * minutes, and a barrier stage waits for all of its slots. One that runs a task of somebody else
   * too is left alone; the slot that is not given back there is counted as used.
   *
   * @return the executors that were ended
   */
  public List<String> clear() throws InterruptedException {
    if (await(() -> busy().isEmpty(), ENDING_NANOS)) return List.of();
    if (spark.isLocal()) {
      boolean unused = await(() -> busy().isEmpty(), SlotWait.MOST_NANOS);
      return List.of();
    }
    List<String> ended = new ArrayList<>(busy());
    // Of what Spark sends there between this look and the next line nobody can know.
    ended.removeAll(with(task -> !lease.owns(task)));
    for (String executor : ended) {
      boolean unused = spark.sc().killAndReplaceExecutor(executor);
    }
    return ended;
  }

  /** Those that run tasks of the training. */
  private Set<String> busy() {
    return with(lease::owns);
  }

  private Set<String> with(Predicate<RunningTask> which) {
    return RunningTask.onCounted(spark).stream()
        .filter(which)
        .map(RunningTask::executor)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * Waits for room for so many ranks; takes fewer when no more has come within some seconds. While
   * others use slots that would be enough, it waits for them.
   *
   * @param stop asked while others are waited for
   * @param say takes a line for the user now and then while it takes long
   * @return number of ranks there is room for, within least..wanted
   * @throws RankLostException when there are not enough slots within a minute, used by others or
   *     not; when it was asked to stop
   */
  public int room(int least, int wanted, BooleanSupplier stop, Consumer<String> say)
      throws InterruptedException {
    if (await(() -> lease.again(wanted, wanted) > 0, REPLACING_NANOS)) return wanted;
    WaitLines lines = new WaitLines(System::nanoTime);
    while (true) {
      awaitExecutors(least, say);
      int ranks = again(least, wanted);
      if (ranks > 0) return ranks;
      if (stop.getAsBoolean())
        throw new RankLostException("a rank was lost: asked to end while it waits for slots", null);
      lines.tick(() -> lease.use().line(least), say);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private int again(int least, int wanted) {
    checkRuns();
    return lease.again(least, wanted);
  }

  /** Waits, for a minute at most, for executors with so many slots, whoever uses them. */
  private void awaitExecutors(int least, Consumer<String> say) throws InterruptedException {
    Demand demand = Demand.of(spark.getConf(), lease.task());
    SlotWait wait = new SlotWait(demand, System::nanoTime, () -> Thread.sleep(100), say);
    int slots = await(wait, least);
    if (slots >= least) return;
    throw new RankLostException(
        "a rank was lost: there is room for %d ranks, train.recovery.min-ranks is %d: %s"
            .formatted(slots, least, RankSlots.shortage(spark, demand, least)),
        null);
  }

  private int await(SlotWait wait, int least) throws InterruptedException {
    try {
      return wait.await(RankSlots.cluster(spark, lease.task()), least, false, false);
    } catch (RankSlots.UnsuitableException e) {
      checkRuns();
      throw e;
    }
  }

  /** An application that trained may be ended by others, such as by its cluster's page. */
  private void checkRuns() {
    if (spark.sc().isStopped())
      throw new RankLostException("a rank was lost: Spark has ended the application", null);
  }

  private boolean await(BooleanSupplier condition, long nanos) throws InterruptedException {
    long start = System.nanoTime();
    while (true) {
      checkRuns();
      if (condition.getAsBoolean()) return true;
      if (System.nanoTime() - start > nanos) return false;
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }
}
