package io.kudari.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.math.Fingerprint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever dies on the way: a run on a real cluster ends with the bits of a run that nothing
 * disturbed. The test command tries a few disturbances, for about a minute; {@code
 * io.kudari.spark.recovery.RecoverySimulationTest} simulates thousands. {@code -Dchaos.runs=N}
 * tries so many of all in turn, {@code -Dchaos.first=N} and {@code -Dchaos.seed=S} choose others,
 * {@code -Dchaos.machines=true} adds those that need a machine for each worker, see {@link
 * Machines}.
 */
@Slow
class ChaosTest {

  private static final int FIRST = Integer.getInteger("chaos.first", 0);
  private static final long SEED = Long.getLong("chaos.seed", 1);
  private static final boolean MACHINES = Boolean.getBoolean("chaos.machines");
  private static final int WORKERS = 3;

  /** A process that is gone, one that only seems alive, and a cluster that shrinks. */
  private static final List<Disturbance> FEW =
      List.of(
          Disturbance.EXECUTOR_KILLED_DURING_A_SNAPSHOT,
          Disturbance.FROZEN_FOR_LONG,
          Disturbance.WORKER_DECOMMISSIONED);

  @TempDir private Path folder;

  /** Waits have bounds of their own; this one is for a thousand runs. */
  @Timeout(value = 10, unit = TimeUnit.HOURS)
  @Test
  void everyDisturbedRunEndsWithTheBitsOfTheUndisturbedOne() throws Exception {
    List<ChaosRun.Outcome> outcomes = new ArrayList<>();
    Path home = Files.createDirectories(folder.resolve("cluster"));
    Map<String, String> settings = Map.of("spark.decommission.enabled", "true");
    List<Disturbance> all =
        Arrays.stream(Disturbance.values()).filter(d -> MACHINES || !d.needsMachines).toList();
    Integer asked = Integer.getInteger("chaos.runs");
    List<Disturbance> tried = asked == null ? FEW : all;
    int runs = asked == null ? FEW.size() : asked;
    try (Machines machines = MACHINES ? Machines.inNamespaces(home) : Machines.ONE;
        TestCluster cluster = new TestCluster(home, WORKERS, settings, machines);
        ChaosApplication application = new ChaosApplication(cluster, folder)) {
      String undisturbed = Fingerprint.sha256(application.serial());
      application.settle(WORKERS);
      for (int run = FIRST; run < FIRST + runs; run++) {
        Disturbance disturbance = tried.get(run % tried.size());
        Random random = new Random(SEED * 1_000_003 + run);
        String name = "run " + run + ", " + disturbance + ", seed " + SEED;
        ChaosRun.Outcome outcome = new ChaosRun(application, cluster, disturbance, random).run();
        System.out.println("chaos: " + name + ": " + outcome.line());
        assertEquals(undisturbed, Fingerprint.sha256(outcome.parameters()), name);
        outcome.check(name);
        outcomes.add(outcome);
        application.settle(WORKERS);
        application.nothingIsLeft();
      }
    }
    System.out.println(ChaosRun.distribution("detection", outcomes, ChaosRun.Outcome::detections));
    System.out.println(ChaosRun.distribution("resume", outcomes, ChaosRun.Outcome::resumes));
    assertTrue(outcomes.stream().anyMatch(o -> !o.detections().isEmpty()), "something was lost");
  }
}
