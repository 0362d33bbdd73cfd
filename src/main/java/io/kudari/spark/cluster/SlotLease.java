package io.kudari.spark.cluster;

import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceProfile;

/**
 * Slots of an application that one training may use until it closes this. Leases are granted in the
 * order in which they were asked for, each when there is room for all of it. Spark knows nothing of
 * leases: tasks without one are not kept away, but counted.
 *
 * <p>Thread-safe.
 */
public final class SlotLease implements AutoCloseable {

  private final SlotLeases all;
  private final JavaSparkContext spark;
  private final long number;
  private final int wanted;
  private final TaskCores task;
  private final ResourceProfile profile;
  private final TrainingJobs jobs;
  private volatile int slots;
  private volatile Future<?> workOrNull;

  SlotLease(SlotLeases all, JavaSparkContext spark, long number, int wanted, TaskCores task) {
    this.all = all;
    this.spark = spark;
    this.number = number;
    this.wanted = wanted;
    this.task = task;
    this.profile = task.profile(spark);
    this.jobs = new TrainingJobs(spark, number);
  }

  /**
   * Asks for slots. Until it is granted or closed, nobody who asks later gets any.
   *
   * @param slots number of tasks that are to run at once, at least 1
   * @throws RankSlots.UnsuitableException when the application has ended
   */
  public static SlotLease ask(JavaSparkContext spark, int slots) {
    return ask(spark, slots, TaskCores.usual(spark.getConf()));
  }

  /** As the other, for tasks that may have cores of their own. */
  public static SlotLease ask(JavaSparkContext spark, int slots, TaskCores task) {
    RankSlots.checkRuns(spark);
    return SlotLeases.of(spark.sc()).ask(spark, slots, task);
  }

  /**
   * Asks, and waits until it is granted, however long others have the slots.
   *
   * @param task cores of each slot
   * @param stop asked while it waits
   * @param say takes a line now and then that tells what is waited for
   * @throws CancellationException when it was asked to stop before
   * @throws RankSlots.UnsuitableException when the application has ended, or for a minute has had
   *     fewer slots than are asked for, used or not
   */
  public static SlotLease acquire(
      JavaSparkContext spark, int slots, TaskCores task, BooleanSupplier stop, Consumer<String> say)
      throws InterruptedException {
    SlotLease lease = ask(spark, slots, task);
    boolean granted = false;
    try {
      lease.await(stop, say);
      granted = true;
      return lease;
    } finally {
      if (!granted) lease.close();
    }
  }

  private void await(BooleanSupplier stop, Consumer<String> say) throws InterruptedException {
    WaitLines lines = new WaitLines(System::nanoTime);
    long enough = System.nanoTime();
    while (!isGranted()) {
      if (stop.getAsBoolean()) throw stopped();
      SlotUse use = use();
      if (use.total() >= wanted) enough = System.nanoTime();
      if (System.nanoTime() - enough > SlotWait.MOST_NANOS)
        throw RankSlots.tooFew(spark, task, use.total(), wanted);
      lines.tick(() -> use.line(wanted), say);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  /** What is thrown when a training is asked to end and has no ranks that could. */
  public static CancellationException stopped() {
    return new CancellationException("asked to end while it waited for slots");
  }

  /** Whether the slots may be used, from now on if not before. */
  public boolean isGranted() {
    return all.grant(this);
  }

  /**
   * How the application's slots are used.
   *
   * @throws RankLostException when the application has ended since this was granted
   * @throws RankSlots.UnsuitableException when it has ended before
   */
  public SlotUse use() {
    return whileItRuns(() -> all.use(this));
  }

  /** Who has been granted slots may have been at work: that is lost, not refused. */
  private <T> T whileItRuns(Supplier<T> look) {
    try {
      return look.get();
    } catch (RankSlots.UnsuitableException e) {
      if (slots == 0) throw e;
      throw new RankLostException("a rank was lost: Spark has ended the application", e);
    }
  }

  /** A name for a job whose tasks use these slots. */
  public JobGroup newJob() {
    return jobs.next();
  }

  /** Gives the slots back, whoever looks then, as soon as this work is done. */
  public void endWith(Future<?> work) {
    workOrNull = work;
  }

  boolean isOver() {
    return workOrNull != null && workOrNull.isDone();
  }

  /** The application. */
  public JavaSparkContext spark() {
    return spark;
  }

  /** Cores of each slot. */
  public TaskCores task() {
    return task;
  }

  /** By which Spark schedules tasks of such slots. */
  public ResourceProfile profile() {
    return profile;
  }

  /** Tries to hold again what there is, at least so much; 0 when there is less. */
  int again(int least, int most) {
    return whileItRuns(() -> all.regrant(this, least, most));
  }

  boolean owns(RunningTask task) {
    return jobs.own(task);
  }

  /** Its own of some tasks; ranks with the cores that are counted for them. */
  List<RunningTask> ofThese(List<RunningTask> tasks) {
    return tasks.stream()
        .filter(this::owns)
        .map(own -> own.barrier() ? own.taking(task.cores()) : own)
        .toList();
  }

  long number() {
    return number;
  }

  int wanted() {
    return wanted;
  }

  /** Held now; 0 before it is granted. */
  int slots() {
    return slots;
  }

  /** Called by {@link SlotLeases} only. */
  void hold(int granted) {
    slots = granted;
  }

  /** Gives the slots back, or asks no longer. */
  @Override
  public void close() {
    all.end(this);
  }
}
