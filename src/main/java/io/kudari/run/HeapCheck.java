package io.kudari.run;

import com.sun.management.OperatingSystemMXBean;
import io.kudari.config.Experiment;
import io.kudari.config.StrategySettings.Strategy;
import io.kudari.data.DataException;
import io.kudari.data.Description;
import io.kudari.data.ExampleMemory;
import io.kudari.engine.processor.NativeSetup;
import io.kudari.model.ModelSpec;
import io.kudari.spark.cluster.RankSlots;
import io.kudari.train.DataPlan;
import io.kudari.train.worker.HeapNeed;
import io.kudari.train.worker.NativeNeed;
import java.lang.management.ManagementFactory;
import java.util.regex.Pattern;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a run fits the Java heaps of its processes, and the memory outside of them: asked before
 * it trains.
 *
 * @param room what there is of this process's memory
 */
public record HeapCheck(Experiment experiment, DataPlan data, ModelSpec model, Room room) {

  /**
   * A share of this process's memory.
   *
   * @param together how many trainings have such a share at once, at least 1
   * @param setting what sets the memory
   */
  record Room(int together, String setting) {

    /** Bytes of Java heap. */
    long heap() {
      return Runtime.getRuntime().maxMemory() / together;
    }

    /** Bytes of it for examples. */
    long examples(ExampleMemory memory) {
      return memory.of(Runtime.getRuntime().maxMemory()) / together;
    }

    /** Bytes outside of it, or 0 for no limit. */
    long outside() {
      return NativeSetup.maxBytes() / together;
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(HeapCheck.class);

  /** What sets the heap of this process. */
  public static final String HERE = "KUDARI_MEMORY (with spark-submit: --driver-memory)";

  /** What sets the heap of executors. */
  public static final String EXECUTORS = "--conf spark.executor.memory";

  /** What the native library takes instead of the heap's size, set in a JVM's options. */
  private static final Pattern LIMIT = Pattern.compile("(?i)javacpp\\.maxbytes");

  /**
   * Checks what is known when the training source has been read, before it is split and dealt.
   *
   * @param read what the source holds
   * @param spark whether it, if it is used, runs in this process, and what room there is
   * @throws DataException when the heap is too small; one line
   */
  static void read(Experiment experiment, Description read, SparkSource spark) {
    Strategy strategy = experiment.strategy().strategy();
    int workers = experiment.strategy().workers();
    int hosted = strategy == Strategy.DRIVER ? 1 : workers;
    if (strategy != Strategy.SERIAL && !spark.isLocal()) hosted = 0;
    long heap = spark.room().heap();
    HeapNeed.of(read, experiment.data().validation(), workers, hosted)
        .within(spark.room().examples(experiment.data().rules().memory()))
        .check("training", heap, spark.room().setting());
  }

  /**
   * Checks what is known before Spark starts.
   *
   * @param localSpark whether Spark, if it is used, runs in this process
   * @throws DataException when the heap is too small; one line
   */
  void start(boolean localSpark) {
    boolean serial = experiment.strategy().strategy() == Strategy.SERIAL;
    if (!serial && !localSpark) {
      // The driver of a cluster keeps the parameters; executors have the rest.
      HeapNeed.ofParameters((long) model.layout().size() * Float.BYTES)
          .check("training", room.heap(), room.setting());
    } else if (experiment.strategy().strategy() == Strategy.DRIVER) {
      here(task(1));
    } else {
      here(new HeapNeed.Share(experiment.strategy().workers(), 1, 1, 1));
    }
  }

  /**
   * Checks once it is known who computes.
   *
   * @param ranks number of ranks
   * @param threads of each
   */
  void ranks(JavaSparkContext spark, int ranks, int threads) {
    if (spark.isLocal()) {
      here(all(ranks, threads));
      return;
    }
    int executors = Math.max(1, spark.sc().getExecutorIds().size());
    executor(spark, some((ranks + executors - 1) / executors, ranks, threads));
  }

  /** As the other, of one rank in this process. */
  void alone(int threads) {
    here(all(1, threads));
  }

  /** Of all ranks. */
  private HeapNeed.Share all(int ranks, int threads) {
    int workers = experiment.strategy().workers();
    return new HeapNeed.Share(workers, some(ranks, ranks, threads).threads(), ranks, ranks);
  }

  /** Of some ranks that share a process. */
  private HeapNeed.Share some(int together, int ranks, int threads) {
    int each = experiment.strategy().workers() / ranks;
    int used = Math.min(threads, each);
    return new HeapNeed.Share(each * together, used * together, together, ranks);
  }

  /**
   * What one process needs at least.
   *
   * @param heap of its Java heap
   * @param outside of the memory beside it
   */
  public record Need(HeapNeed heap, NativeNeed outside) {}

  /**
   * What the process that trains would need: this one with all ranks, or one elsewhere with a
   * single rank or task.
   *
   * @param found ranks, or tasks
   * @param here whether it is this process, which is then checked
   * @throws DataException when this process has too little; one line
   */
  Need foreseen(RankSlots found, boolean here) {
    boolean tasks = experiment.strategy().strategy() == Strategy.DRIVER;
    HeapNeed.Share share;
    if (tasks) share = task(experiment.strategy().workers() / found.ranks());
    else if (here) share = all(found.ranks(), found.threads());
    else share = some(1, found.ranks(), found.threads());
    if (here) here(share);
    return new Need(here ? within(share) : need(share), outside(share));
  }

  /** As the other, of the strategy driver: what one task needs. */
  void tasks(JavaSparkContext spark, int tasks) {
    HeapNeed.Share share = task(experiment.strategy().workers() / tasks);
    if (spark.isLocal()) here(share);
    else executor(spark, share);
  }

  /** A task gives its examples back when there is too little room for those of the next. */
  private static HeapNeed.Share task(int workers) {
    return new HeapNeed.Share(workers, 1, 0, 1);
  }

  private void here(HeapNeed.Share share) {
    HeapNeed need = within(share);
    need.check("training", room.heap(), room.setting());
    outside(share).check("training", room.outside(), room.setting());
    outside(share).checkMachine("training", need, machine());
    log("training", need, share);
  }

  /** Of this machine, or of the container that this process is in. */
  private static long machine() {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getTotalMemorySize() + system.getTotalSwapSpaceSize();
  }

  private void executor(JavaSparkContext spark, HeapNeed.Share share) {
    long heap = spark.getConf().getSizeAsBytes("spark.executor.memory", "1g");
    HeapNeed need = need(share).within(memory().of(heap));
    need.check("training on an executor", heap, EXECUTORS);
    String options = spark.getConf().get("spark.executor.extraJavaOptions", "");
    if (!LIMIT.matcher(options).find())
      outside(share).check("training on an executor", heap, EXECUTORS);
    log("training on an executor", need, share);
  }

  private void log(String what, HeapNeed heap, HeapNeed.Share share) {
    LOG.info("{} needs at least {}, and {}", what, heap.text(), outside(share).text());
  }

  private ExampleMemory memory() {
    return experiment.data().rules().memory();
  }

  /** In this process. */
  private HeapNeed within(HeapNeed.Share share) {
    return need(share).within(room.examples(memory()));
  }

  private NativeNeed outside(HeapNeed.Share share) {
    return NativeNeed.of(data, model, experiment.plan(), share.threads());
  }

  private HeapNeed need(HeapNeed.Share share) {
    return HeapNeed.of(data, model, experiment.plan(), share);
  }
}
