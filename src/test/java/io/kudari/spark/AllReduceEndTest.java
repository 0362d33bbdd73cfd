package io.kudari.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.data.DataException;
import io.kudari.data.ExampleSink;
import io.kudari.data.ExampleSource;
import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.data.digits.DigitsSource;
import io.kudari.engine.program.ProgramModel;
import io.kudari.event.Event;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
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
import io.kudari.train.DivergedException;
import io.kudari.train.Plans;
import io.kudari.train.TrainingLoop;
import io.kudari.train.TrainingPlan;
import io.kudari.train.algorithm.DelayedGradients;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a run of all-reduce on three ranks of one JVM ends, and what it leaves behind. */
@Slow
class AllReduceEndTest {

  private static final int RANKS = 3;
  private static final DigitsSource DIGITS = new DigitsSource(60, 1);
  private static final ModelSpec MODEL =
      new ProgramModel(
          new NetworkSpec(
              new Shape(1, 28, 28),
              List.of(
                  new LayerSpec.Dense(10, Initializer.of(Initializer.Kind.HE_NORMAL)),
                  new LayerSpec.Activate(Activation.SOFTMAX)),
              Loss.CROSS_ENTROPY));

  private static JavaSparkContext spark;

  @BeforeAll
  static void startSpark() {
    spark = SparkStart.start("test", "local[" + RANKS + "]", Map.of());
  }

  @AfterAll
  static void stopSpark() {
    spark.close();
  }

  /** A source that tasks cannot read. */
  private record Unreadable(ExampleSource source) implements ExampleSource {

    @Override
    public String name() {
      return source.name();
    }

    @Override
    public void read(Configuration hadoop, ExampleSink into) throws IOException {
      if (TaskContext.get() != null) throw new DataException("not here");
      source.read(hadoop, into);
    }
  }

  @Test
  void examplesThatTasksCannotReadEndTheRunWithTheReason() throws Exception {
    DataPlan unreadable = data(new Unreadable(DIGITS));
    DataException e =
        assertThrows(DataException.class, () -> run(unreadable, 2, 0.1, event -> {}, () -> false));
    assertEquals("not here", e.getMessage());
    nothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void divergenceEndsTheRunWithItsStep(int delay) throws Exception {
    assertThrows(
        DivergedException.class,
        () -> run(data(DIGITS), delay, 20, 1e38, event -> {}, () -> false));
    nothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aListenerThatFailsEndsTheRunWithItsError(int delay) throws Exception {
    Consumer<Event> full =
        event -> {
          if (event instanceof Event.StepDone) throw new IllegalStateException("the disk is full");
        };
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> run(data(DIGITS), delay, 1_000_000, 0.1, full, () -> false));
    assertEquals("the disk is full", e.getMessage());
    nothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void aStopEndsAllRanksAfterTheSameStep(int delay) throws Exception {
    AtomicLong steps = new AtomicLong();
    AtomicLong finished = new AtomicLong();
    Consumer<Event> listener =
        event -> {
          if (event instanceof Event.StepDone e) steps.set(e.step());
          if (event instanceof Event.Finished e) finished.set(e.steps());
        };
    var result = run(data(DIGITS), delay, 1_000_000, 0.1, listener, () -> steps.get() >= 5);
    assertTrue(result.interrupted());
    assertTrue(steps.get() >= 5);
    assertEquals(steps.get(), finished.get());
    nothingIsLeft();
  }

  @Test
  void manyRunsLeaveNoPortOrThread() throws Exception {
    run(data(DIGITS), 1, 0.1, event -> {}, () -> false);
    nothingIsLeft();
    Set<String> ports = ports();
    for (int i = 0; i < 3; i++) run(data(DIGITS), 1, 0.1, event -> {}, () -> false);
    nothingIsLeft();
    Set<String> more = ports();
    more.removeAll(ports);
    assertEquals(Set.of(), more);
  }

  @Test
  void strangersThatKnockAtAllItsPortsChangeNoBitOfARun() throws Exception {
    var undisturbed = run(data(DIGITS), 500, 0.1, event -> {}, () -> false);
    nothingIsLeft();
    Set<String> others = ports();
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong knocks = new AtomicLong();
    Thread strangers = new Thread(() -> knock(others, over, knocks), "strangers");
    strangers.start();
    try {
      // The ranks' ports are open at the first step, and ranks do not wait for who listens.
      Consumer<Event> first =
          event -> {
            long start = System.nanoTime();
            while (knocks.get() < 50 && System.nanoTime() - start < Ranks.BOUND.toNanos())
              LockSupport.parkNanos(1_000_000);
          };
      var disturbed = run(data(DIGITS), 500, 0.1, first, () -> false);
      assertArrayEquals(undisturbed.parameters(), disturbed.parameters());
    } finally {
      over.set(true);
      strangers.join(Ranks.BOUND.toMillis());
    }
    assertTrue(knocks.get() >= 50, knocks + " knocks");
    nothingIsLeft();
  }

  /** Calls at all new ports of this process, again and again, and says nothing good. */
  private static void knock(Set<String> others, AtomicBoolean over, AtomicLong knocks) {
    RandomStream random = new RandomStream(11, Purpose.TEST, 0, 0);
    byte[] giant = {0, 0, 0, 0, 0x7f, -1, -1, -1, 3};
    byte[] half = {0, 0, 0, 0, 0, 0, 1, 0, 3, 1, 2};
    byte[] garbage = new byte[10_000];
    for (int i = 0; i < garbage.length; i++) garbage[i] = (byte) random.nextInt();
    while (!over.get()) {
      try {
        Set<String> own = ports();
        own.removeAll(others);
        for (String port : own) {
          for (byte[] call : List.of(giant, half, garbage)) {
            try (Socket socket = new Socket()) {
              socket.connect(address(port), 1000);
              socket.getOutputStream().write(call);
              knocks.incrementAndGet();
            }
          }
        }
        LockSupport.parkNanos(1_000_000);
      } catch (IOException e) {
        // Refused, or the run is over: try again until it is said so.
      }
    }
  }

  /** Of Linux's table of sockets: IPv4's bytes are the last ones, the lowest first. */
  private static InetSocketAddress address(String entry) throws IOException {
    int colon = entry.indexOf(':');
    byte[] host = HexFormat.of().parseHex(entry.substring(colon - 8, colon));
    for (int i = 0; i < 2; i++) {
      byte kept = host[i];
      host[i] = host[3 - i];
      host[3 - i] = kept;
    }
    int port = Integer.parseInt(entry.substring(colon + 1), 16);
    return new InetSocketAddress(InetAddress.getByAddress(host), port);
  }

  /** A run's threads end; Netty's take up to some seconds. */
  private static void nothingIsLeft() throws Exception {
    for (Thread t : Thread.getAllStackTraces().keySet()) {
      if (!t.getName().startsWith("kudari-")) continue;
      t.join(20_000);
      assertFalse(t.isAlive(), t.getName());
    }
  }

  /** The ports of this process that listen, by Linux's table of sockets. */
  private static Set<String> ports() throws IOException {
    Set<String> own;
    try (var files = Files.list(Path.of("/proc/self/fd"))) {
      own = files.map(AllReduceEndTest::target).collect(Collectors.toSet());
    }
    Set<String> ports = new TreeSet<>();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      if (!Files.exists(Path.of(table))) continue;
      for (String line : Files.readAllLines(Path.of(table))) {
        String[] fields = line.strip().split("\\s+");
        boolean listens = fields.length > 9 && fields[3].equals("0A");
        if (listens && own.contains("socket:[" + fields[9] + "]")) ports.add(fields[1]);
      }
    }
    return ports;
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return ""; // closed meanwhile
    }
  }

  private static DataPlan data(ExampleSource source) throws IOException {
    var sources = new DataPlan.Sources(source, null, 0);
    return DataPlan.of(sources, new Configuration(), RANKS, 1);
  }

  private static TrainingLoop.Result run(
      DataPlan data, int epochs, double rate, Consumer<Event> events, BooleanSupplier stop)
      throws InterruptedException {
    return run(data, 0, epochs, rate, events, stop);
  }

  private static TrainingLoop.Result run(
      DataPlan data,
      int delay,
      int epochs,
      double rate,
      Consumer<Event> events,
      BooleanSupplier stop)
      throws InterruptedException {
    TrainingPlan plan =
        Plans.of(
            1,
            epochs,
            30,
            false,
            new Normalization(Normalizer.Method.NONE, Normalizer.Per.FEATURE, 1),
            OptimizerSpec.parse(Map.of("name", "sgd", "learning-rate", rate)),
            TrainingPlan.Schedules.CONSTANT,
            BatchRule.NONE,
            30,
            null,
            new DelayedGradients(delay));
    return OneAttempt.run(spark, MODEL, data, plan, RANKS, 1, events, stop);
  }
}
