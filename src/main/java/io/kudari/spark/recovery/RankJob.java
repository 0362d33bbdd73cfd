package io.kudari.spark.recovery;

import io.kudari.spark.cluster.JobGroup;
import io.kudari.spark.cluster.MissingClass;
import io.kudari.spark.cluster.RankLostException;
import io.kudari.spark.cluster.RankSlots;
import io.kudari.spark.cluster.Removals;
import io.kudari.spark.cluster.SlotLease;
import io.kudari.spark.cluster.SlotUse;
import io.kudari.spark.cluster.WaitLines;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction0;
import scala.runtime.AbstractFunction1;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * The barrier stage of the ranks, each outcome seen as soon as it is there. When a rank has failed,
 * the others follow within moments; one that does not is frozen or cut off, and Spark would wait
 * for its heartbeat for minutes.
 */
final class RankJob implements AutoCloseable {

  private static final long FOLLOW_NANOS = TimeUnit.SECONDS.toNanos(3);

  /** What Spark reports of a task that cannot begin, or whose result cannot travel. */
  private static final List<String> DEFECTS =
      List.of(
          "ClassNotFoundException",
          "NoClassDefFoundError",
          "NotSerializableException",
          "InvalidClassException",
          // How Java's serialisation reports a class that the executor lacks.
          "unread block data",
          "KryoException",
          "OutOfMemoryError",
          "spark.driver.maxResultSize",
          "spark.kryoserializer.buffer.max",
          "spark.rpc.message.maxSize");

  private final AtomicReferenceArray<RankOutcome> outcomes;
  private final SimpleFutureAction<BoxedUnit> job;
  private final Broadcast<RankTask> shared;
  private final Removals removals;
  private final SlotLease lease;
  private final JobGroup group;
  private final WaitLines lines = new WaitLines(System::nanoTime);
  private boolean begun;
  private volatile long failedAt;
  private volatile boolean failed;

  /**
   * Starts it.
   *
   * @param lease of as many slots
   * @param removals given what the tasks were given, at the end
   */
  RankJob(SlotLease lease, RankTask task, int ranks, Removals removals) {
    this.lease = lease;
    this.group = lease.newJob();
    this.removals = removals;
    this.outcomes = new AtomicReferenceArray<>(ranks);
    this.shared = lease.spark().broadcast(task);
    this.job = group.submit("kudari all-reduce", () -> submit(lease.spark(), ranks));
  }

  private SimpleFutureAction<BoxedUnit> submit(JavaSparkContext spark, int ranks) {
    RDD<RankOutcome> rdd =
        spark
            .parallelize(IntStream.range(0, ranks).boxed().toList(), ranks)
            .rdd()
            .barrier()
            .mapPartitions(
                new RankFunction(shared), false, ClassTag$.MODULE$.apply(RankOutcome.class));
    List<Object> partitions = IntStream.range(0, ranks).<Object>mapToObj(r -> r).toList();
    return spark
        .sc()
        .submitJob(
            rdd,
            new First(),
            JavaConverters.asScalaBuffer(partitions).toSeq(),
            new AbstractFunction2<Object, RankOutcome, BoxedUnit>() {
              @Override
              public BoxedUnit apply(Object rank, RankOutcome outcome) {
                ended((Integer) rank, outcome);
                return BoxedUnit.UNIT;
              }
            },
            new AbstractFunction0<BoxedUnit>() {
              @Override
              public BoxedUnit apply() {
                return BoxedUnit.UNIT;
              }
            });
  }

  /** The one outcome of a partition. */
  private static final class First
      extends AbstractFunction1<scala.collection.Iterator<RankOutcome>, RankOutcome>
      implements java.io.Serializable {

    private static final long serialVersionUID = 1;

    @Override
    public RankOutcome apply(scala.collection.Iterator<RankOutcome> outcomes) {
      return outcomes.next();
    }
  }

  private void ended(int rank, RankOutcome outcome) {
    outcomes.set(rank, outcome);
    if (outcome.failure() != null && !failed) {
      failedAt = System.nanoTime();
      failed = true;
    }
  }

  /**
   * Whether Spark has begun none of the tasks because others use the slots: tasks without a lease
   * came in between. A cluster that has too few is not waited for here.
   *
   * @param say takes a line for the user now and then while it is so
   */
  boolean isWaiting(Consumer<String> say) {
    int ranks = outcomes.length();
    begun = begun || group.runs() || IntStream.range(0, ranks).anyMatch(r -> outcomes.get(r) != null);
    if (begun) return false;
    SlotUse use = lease.use();
    if (!use.isShort(ranks)) return false;
    lines.tick(() -> use.line(ranks), say);
    return true;
  }

  /** Whether nothing more is to come. */
  boolean isDone() {
    return job.isCompleted() || (failed && System.nanoTime() - failedAt > FOLLOW_NANOS);
  }

  /**
   * What the ranks ended with: all of them, or those that ended when one has failed.
   *
   * @throws RankLostException when Spark ended the stage
   * @throws RankSlots.UnsuitableException when it did because executors lack a class
   * @throws IllegalStateException when it ended it for a fault that another attempt would meet
   *     again
   */
  List<RankOutcome> outcomes() {
    List<RankOutcome> ended =
        IntStream.range(0, outcomes.length())
            .mapToObj(outcomes::get)
            .filter(o -> o != null)
            .toList();
    if (ended.stream().anyMatch(o -> o.failure() != null && !o.followed())) return ended;
    if (job.isCompleted() && job.value().get().isFailure())
      throw failure(job.value().get().failed().get());
    return ended;
  }

  /**
   * Spark's message has the reason for the end of the stage behind its own story.
   *
   * @throws RankSlots.UnsuitableException when executors lack a class
   */
  static RuntimeException failure(Throwable e) {
    List<String> lines = String.valueOf(e.getMessage()).lines().toList();
    String fault = first(lines, l -> DEFECTS.stream().anyMatch(l::contains));
    String lost = first(lines, l -> l.startsWith("ExecutorLostFailure"));
    if (lost == null) MissingClass.check(e);
    if (fault != null && lost == null)
      return new IllegalStateException("a rank failed: " + fault, e);
    String reason = lost != null ? lost : lines.isEmpty() ? e.toString() : lines.get(0);
    return new RankLostException("a rank was lost: " + reason, e);
  }

  private static String first(List<String> lines, Predicate<String> wanted) {
    return lines.stream().filter(wanted).findFirst().orElse(null);
  }

  /** Cancels what still runs, and frees what the tasks were given. */
  @Override
  public void close() {
    if (!job.isCompleted()) job.cancel();
    removals.add(shared);
  }
}
