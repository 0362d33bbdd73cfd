package io.kudari.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.data.digits.DigitsSource;
import io.kudari.engine.program.ProgramModel;
import io.kudari.model.Activation;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.ModelSpec;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.train.DataPlan;
import io.kudari.train.Loops;
import io.kudari.train.Plans;
import io.kudari.train.TrainingPlan;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockInfoManager;
import org.apache.spark.storage.BroadcastBlockId;
import org.junit.jupiter.api.Test;
import scala.Option;
import scala.collection.JavaConverters;
import scala.runtime.AbstractFunction1;

/**
 * The end of a training and of its application, while Spark is slow to remove what the training has
 * left: locks on its blocks make it so.
 */
@Slow
class SparkEndTest {

  private static final long BOUND_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final int WORKERS = 2;
  private static final ModelSpec MODEL =
      new ProgramModel(
          new NetworkSpec(
              new Shape(1, 28, 28),
              List.of(
                  new LayerSpec.Dense(10, Initializer.of(Initializer.Kind.HE_NORMAL)),
                  new LayerSpec.Activate(Activation.SOFTMAX)),
              Loss.CROSS_ENTROPY));

  /** What trains in an application, asking in every step whether to end. */
  private interface Training {
    void run(JavaSparkContext spark, BooleanSupplier stop) throws Exception;
  }

  @Test
  void anApplicationThatEndsAfterAllReducePrintsNoException() throws Exception {
    endsInSilence(
        block -> block instanceof BroadcastBlockId b && b.broadcastId() == 0,
        (spark, stop) ->
            OneAttempt.run(spark, MODEL, data(), plan(), WORKERS, 1, event -> {}, stop));
  }

  @Test
  void anApplicationThatEndsAfterTheDriverStrategyPrintsNoException() throws Exception {
    endsInSilence(
        BlockId::isRDD,
        (spark, stop) -> {
          try (var workers = new DriverWorkers(spark, MODEL, data(), WORKERS, 1, stop)) {
            Loops.fresh(MODEL, data(), plan(), workers, event -> {}).run("driver");
          }
        });
  }

  @Test
  void inLocalModeNoHeartbeatIsOnItsWayWhenAnApplicationEnds() {
    String interval = "spark.executor.heartbeatInterval";
    try (JavaSparkContext spark = SparkStart.start("test", "local[2]", Map.of())) {
      // The first is sent within two intervals: no run takes so long.
      assertEquals(20, TimeUnit.SECONDS.toDays(spark.getConf().getTimeAsSeconds(interval)));
      assertEquals(120, spark.getConf().getTimeAsSeconds("spark.rpc.askTimeout"));
    }
    try (JavaSparkContext spark = SparkStart.start("test", "local[2]", Map.of(interval, "7s"))) {
      assertEquals(7, spark.getConf().getTimeAsSeconds(interval));
      assertFalse(spark.getConf().contains("spark.network.timeout"));
    }
  }

  /**
   * Trains and ends the application, with what the training keeps in Spark locked from the first
   * step on. It is unlocked when somebody waits for it, or when the application has ended without
   * that.
   */
  private static void endsInSilence(Predicate<BlockId> kept, Training training) throws Exception {
    PrintStream before = System.err;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setErr(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      AtomicReference<Throwable> failure = new AtomicReference<>();
      AtomicReference<Locks> locks = new AtomicReference<>();
      Thread run = new Thread(() -> run(training, kept, locks, failure), "training");
      run.start();
      long start = System.nanoTime();
      while (run.isAlive() && !(locks.get() != null && isWaiting(run))) {
        assertTrue(System.nanoTime() - start < BOUND_NANOS, "neither ended nor waiting");
        Thread.sleep(1);
      }
      locks.get().release();
      run.join(TimeUnit.NANOSECONDS.toMillis(BOUND_NANOS));
      assertEquals(null, failure.get());
      awaitRemovals();
    } finally {
      System.setErr(before);
    }
    String text = printed.toString(StandardCharsets.UTF_8);
    assertFalse(text.contains("Exception"), text);
  }

  private static void run(
      Training training,
      Predicate<BlockId> kept,
      AtomicReference<Locks> locks,
      AtomicReference<Throwable> failure) {
    try (JavaSparkContext spark = SparkStart.start("test", "local[" + WORKERS + "]", Map.of())) {
      AtomicBoolean locked = new AtomicBoolean();
      training.run(
          spark,
          () -> {
            if (locked.compareAndSet(false, true)) locks.set(Locks.of(kept));
            return false;
          });
    } catch (Throwable e) {
      failure.set(e);
    }
  }

  /** Whether a thread is where this project waits for Spark's removals. */
  private static boolean isWaiting(Thread thread) {
    return Arrays.stream(thread.getStackTrace())
        .anyMatch(frame -> frame.getClassName().equals("io.kudari.spark.cluster.Removals"));
  }

  /** Spark's threads that remove blocks print before they end, if at all. */
  private static void awaitRemovals() throws InterruptedException {
    for (Thread t : Thread.getAllStackTraces().keySet()) {
      if (!t.getName().startsWith("block-manager-storage-async-thread-pool")) continue;
      t.join(TimeUnit.NANOSECONDS.toMillis(BOUND_NANOS));
    }
  }

  /** Locks for reading on the blocks of this process, which keep them from being removed. */
  private record Locks(BlockInfoManager manager, List<BlockId> blocks) {

    static Locks of(Predicate<BlockId> wanted) {
      var all =
          SparkEnv.get()
              .blockManager()
              .getMatchingBlockIds(
                  new AbstractFunction1<>() {
                    @Override
                    public Object apply(BlockId block) {
                      return wanted.test(block);
                    }
                  });
      BlockInfoManager manager = SparkEnv.get().blockManager().blockInfoManager();
      List<BlockId> locked =
          JavaConverters.seqAsJavaList(all).stream()
              .filter(block -> manager.lockForReading(block, false).isDefined())
              .toList();
      if (locked.isEmpty()) throw new IllegalStateException("the training keeps nothing");
      return new Locks(manager, locked);
    }

    void release() {
      for (BlockId block : blocks)
        if (manager.get(block).isDefined()) manager.unlock(block, Option.empty());
    }
  }

  private static DataPlan data() {
    var sources = new DataPlan.Sources(new DigitsSource(60, 1), null, 0.2);
    try {
      return DataPlan.of(sources, new Configuration(), WORKERS, 1);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static TrainingPlan plan() {
    return Plans.of(
        1,
        2,
        12,
        false,
        new Normalization(Normalizer.Method.NONE, Normalizer.Per.FEATURE, 1),
        OptimizerSpec.parse(Map.of("name", "sgd", "learning-rate", 0.1)),
        TrainingPlan.Schedules.CONSTANT,
        BatchRule.NONE,
        30,
        null);
  }
}
