package io.kudari.spark.recovery;

import io.kudari.collective.Distribution;
import io.kudari.event.Event;
import io.kudari.spark.cluster.Executors;
import io.kudari.spark.cluster.RankLostException;
import io.kudari.spark.cluster.Removals;
import io.kudari.spark.cluster.SlotLease;
import io.kudari.spark.coordinator.Attempt;
import io.kudari.spark.coordinator.Coordinator;
import io.kudari.spark.link.ListenAddress;
import io.kudari.train.Requests;
import io.kudari.train.TrainState;
import io.kudari.train.TrainingPlan;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.spark.SparkEnv;

/** Ranks on the executors of an application. */
final class SparkCluster implements Cluster, AutoCloseable {

  private final SlotLease lease;
  private final RunSpec run;
  private final TrainingPlan plan;
  private final AttemptRules rules;
  private final BooleanSupplier stop;
  private final Removals removals = new Removals();
  private final Coordinator coordinator;

  /**
   * Without ranks yet.
   *
   * @param lease of slots for all ranks
   * @param requests asked for the answer to what rank 0 tells
   * @param stop asked while slots are waited for
   * @param snapshots told every complete state, newer ones later; must not block
   */
  SparkCluster(
      SlotLease lease,
      RunSpec run,
      TrainingPlan plan,
      AttemptRules rules,
      Requests requests,
      BooleanSupplier stop,
      Consumer<TrainState> snapshots) {
    this.lease = lease;
    this.run = run;
    this.plan = plan;
    this.rules = rules;
    this.stop = stop;
    SparkEnv env = SparkEnv.get();
    this.coordinator =
        new Coordinator(
            env.conf(), env.securityManager(), ListenAddress.of(env), requests, snapshots);
  }

  @Override
  public Job start(Attempt attempt, int ranks, TrainState from) {
    coordinator.begin(attempt);
    Distribution distribution = Distribution.even(run.data().sampler().workers(), ranks);
    RankTask task =
        new RankTask(
            run,
            plan,
            distribution,
            rules.threads(),
            rules.link(),
            rules.topology(),
            rules.port(),
            attempt.number(),
            coordinator.address(),
            rules.snapshots(),
            from);
    try {
      return new RankJob(lease, task, ranks, removals);
    } catch (IllegalStateException e) {
      if (!hasEnded()) throw e;
      throw new RankLostException("a rank was lost: Spark has ended the application", e);
    }
  }

  @Override
  public Event next() throws InterruptedException {
    return coordinator.next();
  }

  @Override
  public Event nextReady() {
    return coordinator.nextReady();
  }

  @Override
  public List<String> clear() throws InterruptedException {
    return new Executors(lease).clear();
  }

  @Override
  public int room(int least, int wanted, Consumer<String> say) throws InterruptedException {
    return new Executors(lease).room(least, wanted, stop, say);
  }

  @Override
  public boolean hasEnded() {
    return lease.spark().sc().isStopped();
  }

  @Override
  public void close() {
    coordinator.close();
    removals.close();
  }
}
