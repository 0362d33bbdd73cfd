package io.kudari.run;

import io.kudari.config.Experiment;
import io.kudari.event.FirstLine;
import io.kudari.run.TrialOutcome.Reason;
import io.kudari.spark.cluster.MissingClass;
import io.kudari.spark.cluster.RankLostException;
import io.kudari.spark.cluster.RankSlots;
import io.kudari.spark.cluster.SlotLease;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Many small trainings in one Spark application: each is one ordinary task, on one slot ({@code
 * spark.task.cpus} cores), whatever strategy its experiment names. A trial has the bits of a run
 * alone. A task that is lost with its executor is tried again by Spark, as often as {@code
 * spark.task.maxFailures} says; a trial that diverges or cannot begin is an outcome like any other.
 * Trials share the slots with the application's other trainings in the order of asking. Executors
 * read the data themselves; what is generated, small, and asked for twice the driver makes once.
 */
public final class Trials {

  private static final String LOST = "Spark has ended the application";

  /** What Spark says of a task whose executor is gone. */
  private static final String EXECUTOR_LOST = "ExecutorLostFailure";

  private final JavaSparkContext spark;
  private final SharedExamples shared;
  private final List<Experiment> experiments;
  private final BiConsumer<Integer, TrialOutcome> ended;
  private final BooleanSupplier stop;
  private final SerializableConfiguration hadoop;
  private final int together;
  private final TrialOutcome[] outcomes;
  private final List<Running> running = new ArrayList<>();

  /** A trial that has its slot. */
  private record Running(int trial, SlotLease lease, JavaFutureAction<List<byte[]>> job) {}

  private Trials(
      JavaSparkContext spark,
      SharedExamples shared,
      List<Experiment> experiments,
      BiConsumer<Integer, TrialOutcome> ended,
      BooleanSupplier stop) {
    this.spark = spark;
    this.shared = shared;
    this.experiments = experiments;
    this.ended = ended;
    this.stop = stop;
    this.hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    this.together = Math.min(experiments.size(), RankSlots.ofExecutor(spark));
    this.outcomes = new TrialOutcome[experiments.size()];
  }

  /**
   * Trains them all, as many at once as there are slots.
   *
   * @return an outcome for each, in the order of the experiments
   * @throws RankSlots.UnsuitableException when no executor comes within a minute, or they lack a
   *     class
   * @throws RankLostException when the application ends meanwhile
   * @throws InterruptedException when the thread was interrupted; what still ran is cancelled
   */
  public static List<TrialOutcome> run(JavaSparkContext spark, List<Experiment> experiments)
      throws InterruptedException {
    return run(spark, experiments, (trial, outcome) -> {});
  }

  /**
   * As the other.
   *
   * @param ended told of each trial, by its number from 0, when it has ended; on this thread, so
   *     that no other trial begins meanwhile. It may train in this application. What it throws ends
   *     all
   */
  public static List<TrialOutcome> run(
      JavaSparkContext spark, List<Experiment> experiments, BiConsumer<Integer, TrialOutcome> ended)
      throws InterruptedException {
    try (SharedExamples shared = new SharedExamples(spark)) {
      return run(spark, shared, experiments, ended, () -> false);
    }
  }

  /**
   * As the other.
   *
   * @param shared for as long as the caller has trials
   * @param stop asked again and again on this thread: when it becomes true, what runs is cancelled
   * @throws CancellationException when it became true
   */
  static List<TrialOutcome> run(
      JavaSparkContext spark,
      SharedExamples shared,
      List<Experiment> experiments,
      BiConsumer<Integer, TrialOutcome> ended,
      BooleanSupplier stop)
      throws InterruptedException {
    RankSlots.awaitOne(spark, line -> {});
    return new Trials(spark, shared, List.copyOf(experiments), ended, stop).run();
  }

  private List<TrialOutcome> run() throws InterruptedException {
    SlotLease next = null;
    TrialTask task = null;
    try {
      for (int trial = 0; trial < outcomes.length || !running.isEmpty(); ) {
        if (spark.sc().isStopped()) throw new RankLostException(LOST, null);
        if (stop.getAsBoolean()) throw new CancellationException("the trials were to end");
        // Before it has a slot, for that may take a while.
        if (task == null && trial < outcomes.length) task = task(experiments.get(trial));
        if (next == null && task != null) next = SlotLease.ask(spark, 1);
        if (next != null && next.isGranted()) {
          start(trial++, task, next);
          next = null;
          task = null;
        } else {
          TimeUnit.MILLISECONDS.sleep(10);
        }
        Optional<Running> done = running.stream().filter(r -> r.job().isDone()).findFirst();
        if (done.isEmpty()) continue;
        // Whoever is told may ask for slots too, and would wait behind a request of this thread.
        if (next != null) next.close();
        next = null;
        collect(done.get());
      }
      return Arrays.asList(outcomes);
    } finally {
      if (next != null) next.close();
      running.forEach(r -> r.job().cancel(true));
      running.forEach(r -> r.lease().close());
    }
  }

  private TrialTask task(Experiment experiment) {
    return new TrialTask(
        experiment.resolved(), shared.of(experiment.data()), hadoop, together, spark.isLocal());
  }

  private void start(int trial, TrialTask task, SlotLease lease) {
    JavaFutureAction<List<byte[]>> job =
        lease
            .newJob()
            .submit(
                "kudari trial " + trial,
                () -> spark.parallelize(List.of(trial), 1).map(task).collectAsync());
    lease.endWith(job);
    running.add(new Running(trial, lease, job));
  }

  /** Takes what has ended, and tells it. */
  private void collect(Running done) throws InterruptedException {
    running.remove(done);
    done.lease().close();
    outcomes[done.trial()] = outcome(done.job());
    ended.accept(done.trial(), outcomes[done.trial()]);
  }

  private TrialOutcome outcome(JavaFutureAction<List<byte[]>> job) throws InterruptedException {
    try {
      return TrialTask.read(job.get().get(0));
    } catch (ExecutionException | CancellationException e) {
      if (spark.sc().isStopped()) throw new RankLostException(LOST, e);
      Throwable said = e.getCause() == null ? e : e.getCause();
      // An executor that is being ended closes its jars under what still runs.
      if (!String.valueOf(said.getMessage()).contains(EXECUTOR_LOST)) MissingClass.check(said);
      return new TrialOutcome.Failed(Reason.LOST, FirstLine.of(said));
    }
  }
}
