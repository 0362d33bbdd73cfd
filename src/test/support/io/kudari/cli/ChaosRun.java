package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.event.Event;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One run and what disturbs it. The moment of the disturbance comes from a seed. */
final class ChaosRun implements Consumer<Event> {

  private static final double MOST_DETECTION = 10;
  private static final double MOST_RESUME = 30;

  private final ChaosApplication application;
  private final TestCluster cluster;
  private final Disturbance disturbance;
  private final Random random;
  private final long strikeAt;
  private final List<Double> detections = new ArrayList<>();
  private final List<Double> resumes = new ArrayList<>();
  private final List<Long> lostSteps = new ArrayList<>();
  private final List<Integer> ranks = new ArrayList<>();
  private final List<Double> stops = Collections.synchronizedList(new ArrayList<>());
  private final List<Thread> strikes = new ArrayList<>();
  private int struck;
  private volatile long struckAt;

  /**
   * What became of a run.
   *
   * @param detections seconds from each disturbance until the driver noticed
   * @param resumes seconds from then until the next attempt began
   * @param stops seconds until a rank that was cut off had stopped by itself
   */
  record Outcome(
      Disturbance disturbance,
      float[] parameters,
      List<Double> detections,
      List<Double> resumes,
      List<Long> lostSteps,
      List<Integer> ranks,
      List<Double> stops,
      double seconds) {

    String line() {
      return "%.1f s, detected after %s s, resumed %s s later on %s ranks, %s steps lost%s"
          .formatted(
              seconds,
              shown(detections),
              shown(resumes),
              ranks,
              lostSteps,
              stops.isEmpty() ? "" : ", cut off stopped after " + shown(stops) + " s");
    }

    void check(String name) {
      int expected =
          switch (disturbance) {
            case FROZEN_SHORTLY -> 0;
            case KILLED_AGAIN_AFTER_RECOVERY -> 2;
            default -> 1;
          };
      assertTrue(
          detections.size() >= expected && (expected > 0 || detections.isEmpty()),
          name + ": " + line());
      for (double d : detections) assertTrue(d <= MOST_DETECTION, name + ": " + line());
      assertEquals(disturbance == Disturbance.CUT_OFF ? 1 : 0, stops.size(), name);
      for (double s : stops) assertTrue(s <= MOST_DETECTION, name + ": " + line());
      for (double r : resumes) assertTrue(r <= MOST_RESUME, name + ": " + line());
      // The parts of a snapshot may still be on their way when a rank dies, and the one that is due
      // meanwhile waits for them.
      for (long l : lostSteps) assertTrue(l <= 3L * ChaosApplication.INTERVAL, name + line());
    }
  }

  ChaosRun(
      ChaosApplication application, TestCluster cluster, Disturbance disturbance, Random random) {
    this.application = application;
    this.cluster = cluster;
    this.disturbance = disturbance;
    this.random = random;
    long step = 1 + random.nextInt(ChaosApplication.STEPS / 3);
    long snapshot = step / ChaosApplication.INTERVAL * ChaosApplication.INTERVAL;
    this.strikeAt =
        disturbance == Disturbance.EXECUTOR_KILLED_DURING_A_SNAPSHOT
            ? Math.max(ChaosApplication.INTERVAL, snapshot)
            : step;
  }

  Outcome run() throws Exception {
    long start = System.nanoTime();
    if (disturbance == Disturbance.EXECUTOR_KILLED_AT_THE_START) {
      strike(random.nextInt(1500), this::killOne);
    }
    float[] parameters = application.train(cluster.workers().size(), this);
    for (Thread strike : strikes) strike.join(60_000);
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Outcome(
        disturbance, parameters, detections, resumes, lostSteps, ranks, stops, seconds);
  }

  /** Called on the driver's thread. */
  @Override
  public void accept(Event event) {
    if (event instanceof Event.StepDone e) step(e.step());
    if (event instanceof Event.Recovered e) recovered(e);
  }

  private void recovered(Event.Recovered e) {
    double since = (System.nanoTime() - struckAt) / 1e9;
    detections.add(since - e.seconds());
    resumes.add(e.seconds());
    lostSteps.add(e.lostSteps());
    ranks.add(e.ranks());
    if (disturbance == Disturbance.KILLED_AGAIN_AFTER_RECOVERY && struck == 1) {
      struck = 2;
      strike(random.nextInt(1000), this::killOneOfTheRanks);
    }
  }

  private void step(long step) {
    if (struck > 0 || step < strikeAt) return;
    struck = 1;
    switch (disturbance) {
      case EXECUTOR_KILLED, EXECUTOR_KILLED_DURING_A_SNAPSHOT, KILLED_AGAIN_AFTER_RECOVERY ->
          killOne();
      case EXECUTOR_KILLED_AT_THE_START -> {}
      case TWO_EXECUTORS_KILLED -> {
        List<ProcessHandle> executors = cluster.executors();
        int first = random.nextInt(executors.size());
        kill(executors.get(first));
        kill(executors.get((first + 1) % executors.size()));
      }
      case WORKER_KILLED -> kill(worker().process().toHandle());
      case WORKER_DECOMMISSIONED -> {
        ProcessHandle worker = worker().process().toHandle();
        signal("PWR", worker);
        // Soon enough that the run cannot have ended before, on a fast machine too.
        strike(random.nextInt(300), () -> kill(worker));
      }
      case DISK_FULL -> {
        TestCluster.Worker worker = worker();
        cluster.machines().fillDisk(worker.number());
        TestCluster.executors(worker).forEach(this::kill);
        strike(15_000, () -> cluster.machines().emptyDisk(worker.number()));
      }
      case CUT_OFF -> cutOff(worker());
      case FROZEN_SHORTLY -> freeze(5_000);
      case FROZEN_FOR_LONG -> freeze(20_000);
    }
  }

  private TestCluster.Worker worker() {
    List<TestCluster.Worker> workers = cluster.workers();
    return workers.get(random.nextInt(workers.size()));
  }

  private void cutOff(TestCluster.Worker worker) {
    List<ProcessHandle> executors = TestCluster.executors(worker);
    struckAt = System.nanoTime();
    cluster.machines().cut(worker.number());
    strike(0, () -> awaitStop(executors));
    strike(20_000, () -> cluster.machines().join(worker.number()));
  }

  /** Notes when the executors, which live on, are in no rank any more. */
  private void awaitStop(List<ProcessHandle> executors) {
    while (System.nanoTime() - struckAt < TimeUnit.SECONDS.toNanos(18)) {
      if (executors.stream().noneMatch(ChaosRun::trains)) {
        stops.add((System.nanoTime() - struckAt) / 1e9);
        return;
      }
    }
  }

  private static boolean trains(ProcessHandle executor) {
    String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    try {
      Process threads =
          new ProcessBuilder(jcmd, "" + executor.pid(), "Thread.print")
              .redirectErrorStream(true)
              .start();
      String stacks = new String(threads.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return !stacks.contains("Full thread dump") || stacks.contains("RankTask.train");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void strike(long millis, Runnable what) {
    Thread strike =
        new Thread(
            () -> {
              try {
                TimeUnit.MILLISECONDS.sleep(millis);
                what.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    strikes.add(strike);
    strike.start();
  }

  private void killOne() {
    List<ProcessHandle> executors = cluster.executors();
    kill(executors.get(random.nextInt(executors.size())));
  }

  /** Executors that come late are not of the attempt, and nobody would miss them. */
  private void killOneOfTheRanks() {
    List<ProcessHandle> ranks = cluster.executors().stream().filter(ChaosRun::trains).toList();
    kill(ranks.get(random.nextInt(ranks.size())));
  }

  private void kill(ProcessHandle process) {
    struckAt = System.nanoTime();
    boolean unused = process.destroyForcibly();
  }

  private void freeze(long millis) {
    List<ProcessHandle> executors = cluster.executors();
    ProcessHandle victim = executors.get(random.nextInt(executors.size()));
    struckAt = System.nanoTime();
    signal("STOP", victim);
    strike(millis, () -> signal("CONT", victim));
  }

  private static void signal(String name, ProcessHandle process) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start();
      boolean unused = kill.waitFor(10, TimeUnit.SECONDS);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String shown(List<Double> seconds) {
    return seconds.stream()
        .map(s -> String.format(Locale.ROOT, "%.1f", s))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  /** Least, median, 90%, most. */
  static String distribution(
      String what, List<Outcome> outcomes, Function<Outcome, List<Double>> seconds) {
    double[] all =
        outcomes.stream()
            .flatMap(o -> seconds.apply(o).stream())
            .mapToDouble(Double::doubleValue)
            .sorted()
            .toArray();
    if (all.length == 0) return "chaos: " + what + ": none";
    return String.format(
        Locale.ROOT,
        "chaos: %s of %d losses: least %.1f s, median %.1f s, 90%% %.1f s, most %.1f s",
        what,
        all.length,
        all[0],
        all[all.length / 2],
        all[(int) (all.length * 0.9)],
        all[all.length - 1]);
  }
}
