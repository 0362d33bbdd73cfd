package io.kudari.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kudari.Slow;
import io.kudari.collective.LinkChoice;
import io.kudari.collective.Topology;
import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.data.digits.DigitsSource;
import io.kudari.engine.program.ProgramModel;
import io.kudari.event.Event;
import io.kudari.math.Layout;
import io.kudari.model.Activation;
import io.kudari.model.GradientFunction;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.MiniBatch;
import io.kudari.model.ModelSpec;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.spark.cluster.RankLostException;
import io.kudari.spark.recovery.AttemptRules;
import io.kudari.train.AlgorithmSpec;
import io.kudari.train.DataPlan;
import io.kudari.train.Plans;
import io.kudari.train.SnapshotRule;
import io.kudari.train.TrainingLoop;
import io.kudari.train.TrainingPlan;
import io.kudari.train.algorithm.DelayedGradients;
import io.kudari.train.algorithm.GradientSharing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which attempts count against the retries, and what no attempt is tried again for. */
@Slow
@Timeout(120)
class RetriesTest {

  private static final int RANKS = 2;

  /** 60 examples in batches of 20: 3 steps an epoch, 6 in all. */
  private static final int STEPS = 6;

  private static final ModelSpec SOUND =
      new ProgramModel(
          new NetworkSpec(
              new Shape(1, 28, 28),
              List.of(
                  new LayerSpec.Dense(10, Initializer.of(Initializer.Kind.HE_NORMAL)),
                  new LayerSpec.Activate(Activation.SOFTMAX)),
              Loss.CROSS_ENTROPY));

  /** Steps whose rank is lost once; the ranks live in this JVM. */
  private static final Set<Long> TO_LOSE = ConcurrentHashMap.newKeySet();

  /** What ranks do while they load. */
  private static volatile Runnable loading;

  /** A permit a rank for each snapshot that the driver has. */
  private static final Semaphore ARRIVED = new Semaphore(0);

  private static JavaSparkContext spark;

  private final List<Event> told = new ArrayList<>();

  @BeforeAll
  static void startSpark() {
    spark = SparkStart.start("test", "local[" + RANKS + "]", Map.of());
  }

  @AfterAll
  static void stopSpark() {
    spark.close();
  }

  @BeforeEach
  void loseNone() {
    TO_LOSE.clear();
    loading = () -> {};
    int unused = ARRIVED.drainPermits();
  }

  /** What a rank's evaluation ends with. */
  private enum End {
    WELL,
    LOST,
    LOST_WITH_ITS_SNAPSHOT,
    DEFECT,
    DEFECT_THAT_CANNOT_TRAVEL,
    TOO_LITTLE_MEMORY;

    void happen() {
      switch (this) {
        case WELL -> {}
        case LOST -> throw new RankLostException("the evaluation was lost", null);
        case LOST_WITH_ITS_SNAPSHOT -> {
          awaitSnapshot();
          throw new RankLostException("the evaluation was lost", null);
        }
        case DEFECT -> throw new IllegalArgumentException("the evaluation is wrong");
        case DEFECT_THAT_CANNOT_TRAVEL -> throw new Untravelling("the evaluation is wrong");
        case TOO_LITTLE_MEMORY -> throw new OutOfMemoryError("the evaluation is wrong");
      }
    }
  }

  /**
   * The driver has the snapshot of the attempt's end before the attempt fails, which is the harder
   * case.
   */
  private static void awaitSnapshot() {
    try {
      boolean unused = ARRIVED.tryAcquire(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** An error that no serialisation writes. */
  private static final class Untravelling extends IllegalArgumentException {
    private static final long serialVersionUID = 1;
    private final Object here = new Object();

    Untravelling(String message) {
      super(message);
    }

    @Override
    public String getMessage() {
      return here == null ? "" : super.getMessage();
    }
  }

  /** A sound model, but for what becomes of ranks that use it. */
  private record Fragile(End evaluation) implements ModelSpec {
    @Override
    public Layout layout() {
      if (TaskContext.get() != null) loading.run();
      return SOUND.layout();
    }

    @Override
    public Shape input() {
      return SOUND.input();
    }

    @Override
    public int outputs() {
      return SOUND.outputs();
    }

    @Override
    public Loss loss() {
      return SOUND.loss();
    }

    @Override
    public float[] initial(long seed) {
      return SOUND.initial(seed);
    }

    @Override
    public GradientFunction open() {
      GradientFunction sound = SOUND.open();
      return new GradientFunction() {
        @Override
        public double gradient(float[] parameters, MiniBatch batch, float[] sum) {
          if (batch.draw().worker() == 0 && TO_LOSE.remove(batch.draw().step()))
            throw new RankLostException("a step was lost", null);
          return sound.gradient(parameters, batch, sum);
        }

        @Override
        public void outputs(float[] parameters, MiniBatch batch, float[] outputs) {
          evaluation.happen();
          sound.outputs(parameters, batch, outputs);
        }

        @Override
        public void close() {
          sound.close();
        }
      };
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void anEndThatFailsAgainAfterEveryRecoveryEndsTheRunWithItsLine(int retries) {
    RankLostException e =
        assertThrows(
            RankLostException.class, () -> train(End.LOST_WITH_ITS_SNAPSHOT, retries, 1_000, 0));
    assertEquals(true, e.getMessage().startsWith("a rank was lost: "), e.getMessage());
    assertEquals(retries, recoveries());
  }

  @Test
  void anEvaluationAfterAnEpochThatFailsAgainEndsTheRunToo() {
    assertThrows(RankLostException.class, () -> train(End.LOST, 2, 2, 0.2));
    // The first attempt's snapshot is of step 2; the second attempt's evaluation fails at the same
    // place.
    assertEquals(2, recoveries());
  }

  @Test
  void legsThatMadeStepsDoNotCount() throws Exception {
    TO_LOSE.addAll(List.of(1L, 2L, 3L, 5L));
    train(End.WELL, 1, 1, 0);
    assertEquals(4, recoveries());
  }

  /** A gradient, or the parameters of another, are on their way when the next is lost. */
  @Test
  void ranksThatAreLostWhileTheyExchangeLateGradientsGoOnToTheSameBits() throws Exception {
    AlgorithmSpec late = new DelayedGradients(1);
    float[] undisturbed = train(End.WELL, late, 0, 1, 0).parameters();
    assertEquals(0, recoveries());
    TO_LOSE.addAll(List.of(1L, 4L));
    assertArrayEquals(undisturbed, train(End.WELL, late, 1, 1, 0).parameters());
    assertEquals(2, recoveries());
  }

  @ParameterizedTest
  @EnumSource(names = {"DEFECT", "DEFECT_THAT_CANNOT_TRAVEL", "TOO_LITTLE_MEMORY"})
  void aDefectInARankEndsTheRunWithItsLineAtOnce(End end) {
    Throwable e = assertThrows(Throwable.class, () -> train(end, 3, 1, 0));
    assertEquals(0, recoveries(), "" + e);
    assertEquals(false, e instanceof RankLostException, "" + e);
    assertEquals(true, e.getMessage().endsWith("the evaluation is wrong"), e.getMessage());
  }

  /** As a process that is frozen, or is being killed, holds it. */
  @Test
  void aPortThatIsStillHeldAfterALossIsTriedAgain() throws Exception {
    int port = FreePorts.two();
    Set<Integer> attempts = new HashSet<>();
    List<ServerSocket> held = new ArrayList<>();
    loading =
        () -> {
          synchronized (attempts) {
            if (!attempts.add(TaskContext.get().stageId())) return;
            if (attempts.size() == 2) held.add(hold(port));
            else for (ServerSocket socket : held) release(socket);
          }
        };
    TO_LOSE.add(2L);
    try {
      train(End.WELL, new GradientSharing(), 2, 1, 0, port);
    } finally {
      for (ServerSocket socket : held) release(socket);
    }
    assertEquals(3, attempts.size());
    List<String> losses = new ArrayList<>();
    for (Event e : told) if (e instanceof Event.Recovered r) losses.add(r.reason());
    assertEquals(1, losses.size(), losses.toString());
    String line = "a rank was lost: train.port = %d: rank 0 cannot listen at port %d of ";
    assertEquals(true, losses.get(0).startsWith(line.formatted(port, port)), losses.get(0));
  }

  @Test
  void ranksThatCannotLoadSayWhyAlsoWhereTheirPortsAreTaken() throws Exception {
    int port = FreePorts.two();
    loading =
        () -> {
          throw new IllegalArgumentException("the examples are wrong");
        };
    try (ServerSocket first = hold(port);
        ServerSocket second = hold(port + 1)) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () -> train(End.WELL, new GradientSharing(), 0, 1, 0, port));
      assertEquals("the examples are wrong", e.getMessage());
      assertEquals(port + 1, first.getLocalPort() + 1, second.toString());
    }
  }

  /** Once whoever listens there has left. */
  private static ServerSocket hold(int port) {
    long start = System.nanoTime();
    while (true) {
      try {
        return FreePorts.hold(port);
      } catch (IOException e) {
        if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(20))
          throw new UncheckedIOException(e);
        Thread.onSpinWait();
      }
    }
  }

  private static void release(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long recoveries() {
    return told.stream().filter(Event.Recovered.class::isInstance).count();
  }

  private TrainingLoop.Result train(End evaluation, int retries, int every, double validation)
      throws IOException, InterruptedException {
    return train(evaluation, new GradientSharing(), retries, every, validation);
  }

  private TrainingLoop.Result train(
      End evaluation, AlgorithmSpec algorithm, int retries, int every, double validation)
      throws IOException, InterruptedException {
    return train(evaluation, algorithm, retries, every, validation, 0);
  }

  private TrainingLoop.Result train(
      End evaluation, AlgorithmSpec algorithm, int retries, int every, double validation, int port)
      throws IOException, InterruptedException {
    var sources =
        new DataPlan.Sources(new DigitsSource(60, 1), new DigitsSource(20, 2), validation);
    TrainingPlan plan =
        Plans.of(
            1,
            2,
            20,
            false,
            new Normalization(Normalizer.Method.NONE, Normalizer.Per.FEATURE, 1),
            OptimizerSpec.parse(Map.of("name", "sgd", "learning-rate", 0.1)),
            TrainingPlan.Schedules.CONSTANT,
            BatchRule.NONE,
            20,
            null,
            algorithm);
    assertEquals(STEPS, plan.batches(60, 1).steps(2));
    return AllReduce.run(
        spark,
        new Fragile(evaluation),
        DataPlan.of(sources, new Configuration(), RANKS, 1),
        plan,
        new AttemptRules(
            RANKS,
            1,
            LinkChoice.AUTO,
            Topology.AUTO,
            port,
            RANKS,
            retries,
            new SnapshotRule(every, 0, 0)),
        null,
        state -> ARRIVED.release(RANKS),
        told::add,
        () -> false);
  }
}
