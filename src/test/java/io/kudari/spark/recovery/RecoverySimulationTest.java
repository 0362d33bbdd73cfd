package io.kudari.spark.recovery;

import static io.kudari.spark.recovery.VirtualTime.MILLI;
import static io.kudari.spark.recovery.VirtualTime.SECOND;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.spark.coordinator.LatestSnapshot;
import io.kudari.spark.coordinator.Reception;
import io.kudari.train.Plans;
import io.kudari.train.Requests;
import io.kudari.train.TrainingLoop;
import io.kudari.train.TrainingPlan;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Runs that are disturbed in every way at any moment, on a cluster, a network and a clock that are
 * simulated; supervisor, attempt, reception of messages and newest snapshot are the real ones. What
 * must hold is named by {@link Witness}. {@code -Drecovery.first=SEED} and {@code
 * -Drecovery.runs=N} choose other runs.
 */
class RecoverySimulationTest {

  static final TrainingPlan PLAN =
      Plans.of(
          7,
          1,
          1,
          false,
          new Normalization(Normalizer.Method.Z_SCORE, Normalizer.Per.FEATURE, 1),
          OptimizerSpec.parse(Map.of("name", "sgd", "learning-rate", 0.1)),
          TrainingPlan.Schedules.CONSTANT,
          BatchRule.NONE,
          1,
          null);

  private static final long FIRST = Long.getLong("recovery.first", 0);
  private static final long RUNS = Long.getLong("recovery.runs", 2_000);

  /** In real time; virtual time has {@link Trouble#bound}. */
  @Timeout(300)
  @Test
  void everyRunEndsAsTheUndisturbedOneOrFailsForAReason() throws InterruptedException {
    Map<String, Integer> ends = new TreeMap<>();
    for (long seed = FIRST; seed < FIRST + RUNS; seed++) {
      Trouble trouble = Trouble.of(seed);
      try {
        run(trouble).forEach(end -> ends.merge(end, 1, Integer::sum));
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(e.getMessage() + "; " + trouble, e);
      }
    }
    for (String end : List.of("completed", "interrupted", "RankLostException", "lost twice"))
      assertTrue(ends.getOrDefault(end, 0) >= RUNS / 200, "too few are " + end + ": " + ends);
  }

  /** The kinds of ends and recoveries of a run. */
  private static List<String> run(Trouble trouble) throws InterruptedException {
    Witness witness = new Witness(trouble);
    SimulatedCluster cluster = new SimulatedCluster(trouble, witness);
    witness.watch(cluster);
    LatestSnapshot newest =
        new LatestSnapshot(witness.begin(), witness::handedOnInOrder, thread(cluster));
    Requests requests =
        Requests.of(cluster::isStopping, trouble.rules().snapshots(), cluster::nanos);
    cluster.receive(
        new Reception(
            requests,
            state -> {
              witness.newestNeverGoesBack(state);
              newest.set(state);
            }));
    TrainingPlan plan = PLAN.with(trouble.safety());
    String end;
    try {
      TrainingLoop.Result result =
          new Supervisor(
                  cluster,
                  Witness.MODEL,
                  plan,
                  trouble.rules(),
                  witness,
                  cluster::isStopping,
                  newest)
              .train();
      witness.endsAsTheUndisturbedRun(result);
      newest.close();
      witness.theLastSnapshotIsHandedOn();
      end = result.interrupted() ? "interrupted" : "completed";
    } catch (RuntimeException e) {
      witness.failsForAReason(e);
      newest.close();
      end = e.getClass().getSimpleName();
    }
    // What is still on its way must be refused, whenever it comes.
    cluster.runFor(100 * SECOND);
    String often = witness.losses() > 1 ? "lost twice" : "lost " + witness.losses();
    return List.of(end, often, "backed off " + witness.backOffs());
  }

  /** The thread that hands snapshots on, which now and then takes its time. */
  private static ExecutorService thread(SimulatedCluster cluster) {
    return new AbstractExecutorService() {
      private int waiting;

      @Override
      public void execute(Runnable work) {
        waiting++;
        cluster.after(
            cluster.below(2_000) * MILLI,
            () -> {
              waiting--;
              work.run();
            });
      }

      @Override
      public boolean awaitTermination(long most, TimeUnit unit) {
        cluster.runFor(unit.toNanos(most));
        return waiting == 0;
      }

      @Override
      public void shutdown() {}

      @Override
      public List<Runnable> shutdownNow() {
        return List.of();
      }

      @Override
      public boolean isShutdown() {
        return false;
      }

      @Override
      public boolean isTerminated() {
        return false;
      }
    };
  }
}
