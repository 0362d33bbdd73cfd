package io.kudari.spark.recovery;

import io.kudari.collective.Distribution;
import io.kudari.collective.Topology;
import io.kudari.data.DataException;
import io.kudari.event.Event;
import io.kudari.spark.cluster.CancelledJob;
import io.kudari.spark.cluster.JobGroup;
import io.kudari.spark.cluster.MissingClass;
import io.kudari.spark.cluster.Neighbours;
import io.kudari.spark.cluster.Parcel;
import io.kudari.spark.cluster.RankLostException;
import io.kudari.spark.cluster.RankSlots;
import io.kudari.spark.cluster.Removals;
import io.kudari.spark.cluster.SlotLease;
import io.kudari.spark.cluster.SlotUse;
import io.kudari.spark.cluster.SparkFolder;
import io.kudari.spark.cluster.WaitLines;
import io.kudari.spark.data.Splits;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction0;
import scala.runtime.AbstractFunction1;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/** The barrier stage of the ranks, each outcome seen as soon as it is there. */
final class RankJob implements Cluster.Job {

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

  /** As Linux says it. */
  private static final String FULL = "No space left on device";

  private final Outcomes outcomes;
  private final SimpleFutureAction<BoxedUnit> job;
  private final Broadcast<Parcel<RankTask>> shared;
  private final Removals removals;
  private final JavaPairRDD<Integer, byte[]> dealt;
  private final SlotLease lease;
  private final JobGroup group;
  private final WaitLines lines = new WaitLines(System::nanoTime);
  private final int ranks;
  private final long bytes;
  private final long submitted = System.nanoTime();
  private boolean begun;

  /**
   * Starts it. What Spark refuses leaves nothing.
   *
   * @param lease of as many slots
   * @param removals given what the tasks were given, at the end
   */
  RankJob(SlotLease lease, RankTask task, int ranks, Removals removals) {
    this.lease = lease;
    this.group = lease.newJob();
    this.ranks = ranks;
    this.bytes = task.run().data().kept();
    this.removals = removals;
    this.outcomes = new Outcomes(ranks, System::nanoTime);
    this.shared = lease.spark().broadcast(Parcel.of(task));
    this.dealt = Splits.deal(lease.spark(), task.run().data(), ranks, shared);
    this.job = submit(task);
  }

  private SimpleFutureAction<BoxedUnit> submit(RankTask task) {
    try {
      return group.submit("kudari all-reduce", () -> submit(lease.spark(), task));
    } catch (Throwable e) {
      removals.add(shared);
      throw e;
    }
  }

  private SimpleFutureAction<BoxedUnit> submit(JavaSparkContext spark, RankTask task) {
    RDD<Parcel<RankOutcome>> rdd =
        placed(spark, task)
            .barrier()
            .mapPartitions(
                new RankFunction(shared, RankSlots.together(spark, lease.task(), ranks)),
                false,
                ClassTag$.MODULE$.apply(Parcel.class));
    if (lease.task().own()) rdd = rdd.withResources(lease.profile());
    List<Object> partitions = IntStream.range(0, ranks).<Object>mapToObj(r -> r).toList();
    return spark
        .sc()
        .submitJob(
            rdd,
            new First(),
            JavaConverters.asScalaBuffer(partitions).toSeq(),
            new AbstractFunction2<Object, Parcel<RankOutcome>, BoxedUnit>() {
              @Override
              public BoxedUnit apply(Object rank, Parcel<RankOutcome> outcome) {
                outcomes.add((Integer) rank, outcome.content());
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

  /** What was dealt, where ranks of one host are neighbours if they are to exchange by hosts. */
  private RDD<Tuple2<Integer, byte[]>> placed(JavaSparkContext spark, RankTask task) {
    if (task.topology() == Topology.MESH) return dealt.rdd();
    // The task, with its state, is not kept.
    RunSpec run = task.run();
    Topology asked = task.topology();
    Distribution workers = task.distribution();
    return Neighbours.of(
        spark, dealt.rdd(), lease.task(), names -> run.hosts(asked, workers, names).isPresent());
  }

  /** The one outcome of a partition. */
  private static final class First
      extends AbstractFunction1<scala.collection.Iterator<Parcel<RankOutcome>>, Parcel<RankOutcome>>
      implements java.io.Serializable {

    private static final long serialVersionUID = 1;

    @Override
    public Parcel<RankOutcome> apply(scala.collection.Iterator<Parcel<RankOutcome>> outcomes) {
      return outcomes.next();
    }
  }

  /**
   * So it is when tasks without a lease came in between; too few slots at all are a fault.
   *
   * @throws RankLostException when the application ends just now
   */
  @Override
  public boolean isWaiting(Consumer<String> say) {
    begun = begun || group.runsBarrier() || !outcomes.ended().isEmpty();
    // Of an application that has ended, Spark says why by the end of the job.
    if (begun || lease.spark().sc().isStopped()) return false;
    // Its tasks read the examples: ranks begin when that is done, however long it takes.
    if (group.runs()) return true;
    SlotUse use = lease.use();
    if (!use.isShort(ranks)) return false;
    lines.tick(() -> use.line(ranks), say);
    return true;
  }

  @Override
  public Optional<Event.Reading> reading() {
    if (!group.runs()) return Optional.empty();
    double seconds = (System.nanoTime() - submitted) / 1e9;
    return group
        .before()
        .filter(tasks -> tasks.done() < tasks.of())
        .map(tasks -> new Event.Reading(true, tasks.done(), tasks.of(), -1, -1, seconds));
  }

  @Override
  public boolean isDone() {
    return job.isCompleted() || outcomes.haveFailed();
  }

  /**
   * What the ranks ended with: all of them, or those that ended when one has failed.
   *
   * @throws RankLostException when Spark ended the stage
   * @throws java.util.concurrent.CancellationException when somebody has cancelled the job
   * @throws RankSlots.UnsuitableException when it did because executors lack a class
   * @throws IllegalStateException when it ended it for a fault that another attempt would meet
   *     again
   */
  @Override
  public List<RankOutcome> outcomes() {
    if (!outcomes.haveCause() && job.isCompleted() && job.value().get().isFailure())
      throw ended(job.value().get().failed().get());
    return outcomes.ended();
  }

  /** Where the driver's is the only disk, no other attempt finds room. */
  private RuntimeException ended(Throwable e) {
    boolean full = String.valueOf(e.getMessage()).contains(FULL);
    JavaSparkContext spark = lease.spark();
    if (!full || !spark.isLocal()) return failure(e);
    return new DataException(
        "%s: %s while examples were dealt, of which there are %d bytes: set spark.local.dir"
            .formatted(SparkFolder.of(spark), FULL, bytes),
        e);
  }

  /**
   * Spark's message has the reason for the end of the stage behind its own story.
   *
   * @throws java.util.concurrent.CancellationException when somebody has cancelled the job
   * @throws RankSlots.UnsuitableException when executors lack a class
   */
  static RuntimeException failure(Throwable e) {
    CancelledJob.check(e);
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
    removals.addShuffle(dealt);
  }
}
