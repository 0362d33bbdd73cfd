package io.kudari.spark.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.TaskSchedulerImpl;
import scala.collection.JavaConverters;

/** The executors of an application between two attempts. */
public final class Executors {

  /** A task that has not ended so long after it was told to is frozen, or its executor is. */
  private static final long ENDING_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** Lost executors come back within seconds where the cluster has room for new ones. */
  private static final long REPLACING_NANOS = TimeUnit.SECONDS.toNanos(8);

  private static final long MOST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final JavaSparkContext spark;

  public Executors(JavaSparkContext spark) {
    this.spark = spark;
  }

  /**
   * Waits until no executor runs a task any more. Those that go on are ended, and the cluster asked
   * for others in their place: Spark would count on a frozen executor for two minutes, and a
   * barrier stage waits for all of its slots.
   *
   * @return the executors that were ended
   */
  public List<String> clear() throws InterruptedException {
    if (await(() -> busy().isEmpty(), ENDING_NANOS)) return List.of();
    List<String> stuck = busy();
    if (spark.isLocal()) {
      boolean unused = await(() -> busy().isEmpty(), MOST_WAIT_NANOS);
      return List.of();
    }
    for (String executor : stuck) {
      boolean unused = spark.sc().killAndReplaceExecutor(executor);
    }
    return stuck;
  }

  private List<String> busy() {
    TaskSchedulerImpl scheduler = (TaskSchedulerImpl) spark.sc().taskScheduler();
    List<String> busy = new ArrayList<>();
    JavaConverters.mapAsJavaMap(scheduler.runningTasksByExecutors())
        .forEach(
            (executor, tasks) -> {
              if ((Integer) tasks > 0 && isActive(executor)) busy.add(executor);
            });
    return busy;
  }

  private boolean isActive(String executor) {
    return spark.isLocal()
        || JavaConverters.seqAsJavaList(spark.sc().getExecutorIds()).contains(executor);
  }

  /**
   * Waits for room for so many ranks; takes fewer when no more has come within some seconds.
   *
   * @param say takes a line for the user now and then while it takes long
   * @return number of ranks there is room for, within least..wanted
   * @throws RankLostException when there is not enough within a minute
   */
  public int room(int least, int wanted, Consumer<String> say) throws InterruptedException {
    if (await(() -> slots() >= wanted, REPLACING_NANOS)) return wanted;
    Demand demand = Demand.of(spark.getConf());
    SlotWait wait = new SlotWait(demand, System::nanoTime, () -> Thread.sleep(100), say);
    int slots = await(wait, least);
    if (slots >= least) return Math.min(slots, wanted);
    throw new RankLostException(
        "a rank was lost: there is room for %d ranks, train.recovery.min-ranks is %d: %s"
            .formatted(slots, least, RankSlots.shortage(spark, demand, least)),
        null);
  }

  private int await(SlotWait wait, int least) throws InterruptedException {
    try {
      return wait.await(RankSlots.cluster(spark), least, false, false);
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

  private int slots() {
    return RankSlots.slots(spark);
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
