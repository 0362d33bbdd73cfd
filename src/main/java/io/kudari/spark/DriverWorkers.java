package io.kudari.spark;

import io.kudari.collective.Distribution;
import io.kudari.collective.TreeSum;
import io.kudari.data.DataException;
import io.kudari.data.Deal;
import io.kudari.data.DigitCount;
import io.kudari.data.FeatureStatistics;
import io.kudari.data.Normalizer;
import io.kudari.event.Event;
import io.kudari.event.StepTimes;
import io.kudari.exchange.Codec;
import io.kudari.exchange.Exchanges;
import io.kudari.exchange.GradientExchange;
import io.kudari.math.Slice;
import io.kudari.model.Evaluation;
import io.kudari.model.ModelSpec;
import io.kudari.model.ScoreCounts;
import io.kudari.optim.OptimizerSpec;
import io.kudari.spark.cluster.CancelledJob;
import io.kudari.spark.cluster.JobGroup;
import io.kudari.spark.cluster.MissingClass;
import io.kudari.spark.cluster.Parcel;
import io.kudari.spark.cluster.RankSlots;
import io.kudari.spark.cluster.Removals;
import io.kudari.spark.cluster.ResultSize;
import io.kudari.spark.cluster.TrainingJobs;
import io.kudari.spark.data.Delivery;
import io.kudari.spark.data.Splits;
import io.kudari.spark.recovery.RunSpec;
import io.kudari.state.Stateful;
import io.kudari.train.DataPlan;
import io.kudari.train.GradientSum;
import io.kudari.train.Requests;
import io.kudari.train.Round;
import io.kudari.train.Subset;
import io.kudari.train.Workers;
import io.kudari.train.plan.StepRange;
import io.kudari.train.worker.Residuals;
import io.kudari.train.worker.WorkerData;
import io.kudari.train.worker.WorkerRange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BinaryOperator;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/**
 * Workers behind Spark jobs: the strategy {@code driver}. A step broadcasts the parameters, each
 * task computes the sums of its range of workers, and the driver merges them along the fixed tree.
 * A task may run again anywhere: it is dealt its examples again and gives the same bits. The floor
 * of a step is Spark's launch of a job.
 */
public final class DriverWorkers implements Workers {

  private static final String HEAP =
      ": raise spark.executor.memory, or in local mode KUDARI_MEMORY";

  private final JavaSparkContext spark;
  private final TrainingJobs jobs;
  private final int workers;
  private final int ranks;
  private final Slice whole;
  private final Requests requests;
  private final Broadcast<Parcel<Tasks>> run;
  private final JavaPairRDD<Integer, byte[]> dealt;
  private final JavaRDD<WorkerRange> ranges;
  private final Removals removals = new Removals();
  private final LocalRounds rounds;
  private final DriverResiduals residuals;
  private final Codec codec;
  private StepRange announced = StepRange.NONE;
  private List<float[]> slotSums = List.of();

  /**
   * Describes the ranges; their data is loaded by the first job, and kept.
   *
   * @param ranks number of tasks, within 1..workers
   * @param seed the experiment's
   * @param stop asked in every step whether to end the run
   */
  public DriverWorkers(
      JavaSparkContext spark,
      ModelSpec model,
      DataPlan data,
      int ranks,
      long seed,
      BooleanSupplier stop) {
    this(spark, model, data, ranks, seed, Requests.stopping(stop), Exchanges.USUAL);
  }

  /**
   * As the other.
   *
   * @param requests asked in every step
   * @param exchange says what becomes of the workers' vectors
   */
  public DriverWorkers(
      JavaSparkContext spark,
      ModelSpec model,
      DataPlan data,
      int ranks,
      long seed,
      Requests requests,
      GradientExchange exchange) {
    this.spark = spark;
    this.jobs = TrainingJobs.withoutLease(spark);
    this.workers = data.sampler().workers();
    this.ranks = ranks;
    this.whole = new Slice(0, model.layout().size());
    this.requests = requests;
    this.rounds = new LocalRounds(workers);
    this.codec = exchange.codec(model.layout(), seed);
    this.residuals = new DriverResiduals(codec.keeps(), workers);
    if (ranks < 1 || ranks > workers) {
      throw new IllegalArgumentException(
          "ranks must be within 1.." + workers + " (train.workers), not " + ranks);
    }
    ResultSize.check(spark.getConf(), whole.size(), ranks);
    var hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    Broadcast<Parcel<Tasks>> shared =
        spark.broadcast(
            Parcel.of(
                new Tasks(
                    new RunSpec(model, data, hadoop, seed, exchange),
                    Distribution.even(workers, ranks),
                    RankSlots.together(spark, ranks))));
    this.run = shared;
    this.dealt = Splits.deal(spark, data, ranks, shared);
    this.ranges =
        dealt
            .mapPartitionsWithIndex(
                (rank, blocks) ->
                    List.of(heap(() -> shared.value().content().open(rank, blocks))).iterator(),
                false)
            .persist(StorageLevel.MEMORY_ONLY());
  }

  /**
   * What tasks must know.
   *
   * @param together how many may share a process
   */
  record Tasks(RunSpec run, Distribution distribution, int together) implements Splits.Dealt {

    private static final long serialVersionUID = 1;

    @Override
    public Deal deal(boolean test) {
      return run.data().deal(test);
    }

    @Override
    public Configuration hadoop() {
      return run.hadoop().value();
    }

    /** The workers of a task, with what was dealt to it. */
    WorkerRange open(int rank, Iterator<Tuple2<Integer, byte[]>> blocks) throws IOException {
      try (Delivery delivery = new Delivery(run.data(), blocks, together)) {
        int first = distribution.first(rank);
        return run.open(WorkerData.load(delivery, first, distribution.last(rank)));
      }
    }
  }

  /** Has tasks load their examples, which the first job would do otherwise. */
  public Event.Dealt deal() {
    long begun = System.nanoTime();
    List<Event.Dealt> tasks = collect(ranges.map(range -> heap(() -> range.dealt(0))));
    return new Event.Dealt(
        (System.nanoTime() - begun) / 1e9,
        tasks.stream().mapToLong(Event.Dealt::bytesRead).max().orElse(0),
        tasks.stream().mapToLong(Event.Dealt::spilled).sum());
  }

  @Override
  public int ranks() {
    return ranks;
  }

  @Override
  public int threads() {
    return 1;
  }

  @Override
  public Slice slice() {
    return whole;
  }

  @Override
  public FeatureStatistics statistics() {
    return merge(collect(ranges.map(WorkerRange::statistics)), FeatureStatistics::merge);
  }

  @Override
  public long[] count(DigitCount digits) {
    return collect(ranges.map(range -> range.count(digits))).stream()
        .reduce(digits.none(), DigitCount::add);
  }

  @Override
  public FeatureStatistics targetStatistics() {
    return merge(collect(ranges.map(WorkerRange::targetStatistics)), FeatureStatistics::merge);
  }

  @Override
  public void announce(StepRange next) {
    announced = next;
  }

  @Override
  public Sum gradient(float[] parameters, Normalizer normalizer, StepRange step) {
    long start = System.nanoTime();
    StepRange next = announced;
    Broadcast<Parcel<DriverResiduals.Question<float[]>>> current =
        spark.broadcast(Parcel.of(residuals.ask(parameters)));
    List<WorkerRange.Part> parts =
        residuals.keep(
            collect(
                ranges.map(
                    range ->
                        heap(
                            () ->
                                gradient(
                                    range, normalizer, step, next, current.value().content())))));
    removals.add(current);
    GradientSum total = merge(parts.stream().map(WorkerRange.Part::nodes).toList(), this::add);
    StepTimes times = times(parts, System.nanoTime() - start);
    return Sum.of(total, times, requests.next(), requests.busy());
  }

  /** On an executor. */
  private static DriverResiduals.Answer<WorkerRange.Part> gradient(
      WorkerRange range,
      Normalizer normalizer,
      StepRange step,
      StepRange next,
      DriverResiduals.Question<float[]> asked) {
    range.announce(next);
    return DriverResiduals.answer(range, asked, () -> range.gradient(asked.of(), normalizer, step));
  }

  /** What workers keep between rounds travels with the round, there and back. */
  @Override
  public Sum round(float[] parameters, Normalizer normalizer, Round round) {
    long start = System.nanoTime();
    Broadcast<Parcel<DriverResiduals.Question<LocalRounds.Question>>> current =
        spark.broadcast(Parcel.of(residuals.ask(rounds.ask(parameters, round))));
    List<LocalRounds.Answer> answers =
        residuals.keep(
            collect(
                ranges.map(
                    range -> heap(() -> round(range, normalizer, current.value().content())))));
    removals.add(current);
    List<WorkerRange.Local> local = rounds.keep(answers);
    List<WorkerRange.Part> parts = local.stream().map(WorkerRange.Local::moved).toList();
    slotSums = slotSums(local);
    GradientSum total = merge(parts.stream().map(WorkerRange.Part::nodes).toList(), this::add);
    StepTimes times = times(parts, System.nanoTime() - start);
    return Sum.of(total, times, requests.next(), requests.busy());
  }

  /** On an executor. */
  private static DriverResiduals.Answer<LocalRounds.Answer> round(
      WorkerRange range,
      Normalizer normalizer,
      DriverResiduals.Question<LocalRounds.Question> asked) {
    return DriverResiduals.answer(
        range, asked, () -> LocalRounds.answer(range, normalizer, asked.of()));
  }

  private List<float[]> slotSums(List<WorkerRange.Local> local) {
    List<float[]> sums = new ArrayList<>();
    for (int k = 0; k < local.get(0).slots().size(); k++) {
      int slot = k;
      sums.add(merge(local.stream().map(l -> l.slots().get(slot)).toList(), WorkerRange::add));
    }
    return sums;
  }

  @Override
  public Kept kept() {
    return new Kept(0, rounds.kept(), workers);
  }

  @Override
  public void keep(float[][][] slots, OptimizerSpec optimizer, boolean replicas) {
    rounds.keep(slots);
  }

  @Override
  public float[] slotSum(int slot) {
    return slotSums.get(slot);
  }

  @Override
  public double[] residualSquares() {
    if (!residuals.keeps()) return new double[0];
    return Arrays.stream(residuals.kept()).mapToDouble(codec::residualSquares).toArray();
  }

  @Override
  public List<Stateful> stateful() {
    if (!residuals.keeps()) return List.of();
    return List.of(new Residuals(0, workers, residuals::kept, residuals::keep));
  }

  /**
   * Compute, input and waiting are means over the ranks; the rest of the step is exchange, Spark's
   * job included.
   */
  private static StepTimes times(List<WorkerRange.Part> parts, long duration) {
    long slowest = 0;
    long compute = 0;
    long input = 0;
    long wait = 0;
    for (WorkerRange.Part p : parts) slowest = Math.max(slowest, p.computeNanos() + p.inputNanos());
    for (WorkerRange.Part p : parts) {
      compute += p.computeNanos();
      input += p.inputNanos();
      wait += slowest - p.computeNanos() - p.inputNanos();
    }
    int n = parts.size();
    return new StepTimes(compute / n, wait / n, Math.max(0, duration - slowest), 0, input / n);
  }

  @Override
  public Evaluated evaluate(
      float[] parameters, Normalizer normalizer, Subset subset, boolean scored) {
    Broadcast<float[]> current = spark.broadcast(parameters);
    List<Found> parts =
        collect(
            ranges.map(
                range -> heap(() -> evaluate(range, current.value(), normalizer, subset, scored))));
    removals.add(current);
    Evaluation all = merge(parts.stream().map(Found::nodes).toList(), Evaluation::merged);
    return new Evaluated(all, scores(parts, all.outputs()));
  }

  /**
   * What a task finds.
   *
   * @param scores entries by class; empty where none are counted
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Found(List<TreeSum.Node<Evaluation>> nodes, long[][] scores)
      implements java.io.Serializable {}

  /** On an executor. */
  private static Found evaluate(
      WorkerRange range, float[] parameters, Normalizer normalizer, Subset subset, boolean scored) {
    ScoreCounts scores = range.emptyScores(scored);
    return new Found(range.evaluate(parameters, normalizer, subset, scores), scores.entries());
  }

  private static ScoreCounts scores(List<Found> parts, int outputs) {
    if (parts.get(0).scores().length == 0) return ScoreCounts.NONE;
    ScoreCounts all = ScoreCounts.of(outputs);
    for (Found part : parts) for (int k = 0; k < all.counted(); k++) all.add(k, part.scores()[k]);
    return all;
  }

  /** What the tasks return; a class that executors lack is named. */
  private <T> List<T> collect(JavaRDD<T> tasks) {
    return run(() -> tasks.map(Parcel::of).collect()).stream().map(Parcel::content).toList();
  }

  /** Waits for a job. When this thread is interrupted, Spark alone would go on with it. */
  private <T> T run(Supplier<T> work) {
    JobGroup job = jobs.next();
    try {
      return job.submit("kudari driver", work);
    } catch (Throwable e) {
      job.cancel();
      CancelledJob.check(e);
      MissingClass.check(e);
      // What a task says of the data is behind Spark's own story.
      for (Throwable t = e; t != null; t = t.getCause()) if (t instanceof DataException d) throw d;
      throw e;
    }
  }

  /**
   * Spark ends the process of a task that runs out of memory, the user's own in local mode, and
   * says nothing.
   *
   * @throws DataException when the heap is too small; one line
   */
  private static <T> T heap(Callable<T> work) throws Exception {
    try {
      return work.call();
    } catch (OutOfMemoryError e) {
      throw new DataException("out of memory in a task: " + e.getMessage() + HEAP);
    }
  }

  private GradientSum add(GradientSum left, GradientSum right) {
    GradientSum sum = GradientSum.add(left, right);
    codec.round(sum.values());
    return sum;
  }

  private <T> T merge(List<List<TreeSum.Node<T>>> parts, BinaryOperator<T> add) {
    TreeSum<T> sum = new TreeSum<>(workers, add);
    for (List<TreeSum.Node<T>> part : parts) part.forEach(sum::add);
    return sum.root();
  }

  @Override
  public void close() {
    try (removals) {
      try {
        boolean unused =
            run(
                () -> {
                  ranges.foreach(WorkerRange::close);
                  return true;
                });
      } finally {
        removals.add(ranges);
        removals.addShuffle(dealt);
        removals.add(run);
      }
    }
  }
}
