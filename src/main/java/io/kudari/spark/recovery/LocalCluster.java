package io.kudari.spark.recovery;

import io.kudari.collective.Distribution;
import io.kudari.event.Event;
import io.kudari.spark.coordinator.Attempt;
import io.kudari.spark.coordinator.LocalLine;
import io.kudari.train.Dealing;
import io.kudari.train.Requests;
import io.kudari.train.TrainState;
import io.kudari.train.TrainingPlan;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The only rank of a run, on a thread of this process, which is lost with it: no Spark. */
final class LocalCluster implements Cluster, AutoCloseable {

  private static final long PATIENCE_MILLIS = 50;

  private final RunSpec run;
  private final Dealing dealing;
  private final TrainingPlan plan;
  private final AttemptRules rules;
  private final Requests requests;
  private final Consumer<TrainState> snapshots;
  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private Thread thread;

  /**
   * Without a rank yet.
   *
   * @param dealing gives examples
   * @param requests asked in every step
   * @param snapshots told every complete state, newer ones later; must not block
   */
  LocalCluster(
      RunSpec run,
      Dealing dealing,
      TrainingPlan plan,
      AttemptRules rules,
      Requests requests,
      Consumer<TrainState> snapshots) {
    this.run = run;
    this.dealing = dealing;
    this.plan = plan;
    this.rules = rules;
    this.requests = requests;
    this.snapshots = snapshots;
  }

  @Override
  public Job start(Attempt attempt, int ranks, TrainState from) {
    LocalLine line = new LocalLine(attempt, requests, events::add, snapshots);
    RankTask task =
        new RankTask(
            run,
            plan,
            Distribution.even(run.data().sampler().workers(), 1),
            rules.threads(),
            rules.link(),
            rules.topology(),
            rules.port(),
            attempt.number(),
            InetSocketAddress.createUnresolved("", 0),
            rules.snapshots(),
            from);
    Alone job = new Alone();
    Dealing watched = dealing.watched(progress -> events.add(Dealing.told(progress)));
    thread = new Thread(() -> job.outcome = task.trainAlone(watched, line), "kudari-rank-0");
    thread.setDaemon(true);
    thread.start();
    return job;
  }

  /** The rank of an attempt. */
  private final class Alone implements Job {

    private volatile RankOutcome outcome;

    @Override
    public boolean isWaiting(Consumer<String> say) {
      return false;
    }

    @Override
    public boolean isDone() {
      return outcome != null;
    }

    @Override
    public List<RankOutcome> outcomes() {
      return List.of(outcome);
    }

    /** The end of the attempt, which follows, ends it. */
    @Override
    public void close() {}
  }

  @Override
  public Event next() throws InterruptedException {
    return events.poll(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public Event nextReady() {
    return events.poll();
  }

  @Override
  public List<String> clear() throws InterruptedException {
    thread.join();
    return List.of();
  }

  @Override
  public int room(int least, int wanted, Consumer<String> say) {
    return 1;
  }

  @Override
  public boolean hasEnded() {
    return false;
  }

  /** Waits for the rank, whose attempt has ended: it ends after a step. */
  @Override
  public void close() throws InterruptedException {
    if (thread != null) thread.join();
  }
}
