package io.kudari.bench;

import io.kudari.collective.Collectives;
import io.kudari.collective.Distribution;
import io.kudari.collective.LinkChoice;
import io.kudari.event.Event;
import io.kudari.exchange.Team;
import io.kudari.model.ModelSpec;
import io.kudari.spark.Ranks;
import io.kudari.spark.link.NetworkLink;
import io.kudari.train.DataPlan;
import io.kudari.train.Request;
import io.kudari.train.SnapshotRule;
import io.kudari.train.TrainState;
import io.kudari.train.TrainingLoop;
import io.kudari.train.TrainingPlan;
import io.kudari.train.worker.TeamWorkers;
import io.kudari.train.worker.WorkerData;
import io.kudari.train.worker.WorkerRange;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;

/** Two ranks of one thread and one worker each, with a {@link SlowRelay} between them. */
final class SlowLink {

  private static final int RANKS = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * What a run took, after its warm-up.
   *
   * @param seconds of a step
   * @param bytes that rank 0 sent in a step, by the messages it made
   */
  record Step(double seconds, double bytes) {}

  private SlowLink() {}

  /**
   * Trains by both ranks.
   *
   * @param plan whose course ends it, after more steps than the warm-up
   * @param warmUp steps that are not counted
   */
  static Step train(
      ModelSpec model, DataPlan data, TrainingPlan plan, int warmUp, double bitsPerSecond)
      throws Exception {
    try (NetworkLink zero = listen(0, LinkChoice.SOCKETS);
        NetworkLink one = listen(1, LinkChoice.SOCKETS);
        SlowRelay toZero = new SlowRelay(zero.address(), bitsPerSecond);
        SlowRelay toOne = new SlowRelay(one.address(), bitsPerSecond)) {
      List<InetSocketAddress> seenByZero = List.of(zero.address(), toOne.address());
      List<InetSocketAddress> seenByOne = List.of(toZero.address(), one.address());
      return Ranks.together(
              RANKS,
              rank -> {
                NetworkLink link = rank == 0 ? zero : one;
                link.connect(rank == 0 ? seenByZero : seenByOne, PATIENCE);
                return rank(model, data, plan, warmUp, link);
              })
          .get(0);
    }
  }

  /** Trains by both ranks, through memory that they share. */
  static Step trainThroughMemory(ModelSpec model, DataPlan data, TrainingPlan plan, int warmUp)
      throws Exception {
    try (NetworkLink zero = listen(0, LinkChoice.SHARED_MEMORY);
        NetworkLink one = listen(1, LinkChoice.SHARED_MEMORY)) {
      List<InetSocketAddress> addresses = List.of(zero.address(), one.address());
      return Ranks.together(
              RANKS,
              rank -> {
                NetworkLink link = rank == 0 ? zero : one;
                link.connect(addresses, PATIENCE);
                return rank(model, data, plan, warmUp, link);
              })
          .get(0);
    }
  }

  private static NetworkLink listen(int rank, LinkChoice choice) {
    return NetworkLink.listen(
        new SparkConf(false), null, "127.0.0.1", 1, rank, RANKS, choice, Duration.ofSeconds(30));
  }

  private static Step rank(
      ModelSpec model, DataPlan data, TrainingPlan plan, int warmUp, NetworkLink link)
      throws IOException {
    Distribution hosts = Distribution.even(RANKS, RANKS);
    int rank = link.rank();
    Collectives collectives = new Collectives(link, 1, hosts, PATIENCE);
    Team team = new Team(model.layout(), hosts, rank, 1, collectives, PATIENCE);
    WorkerData own = WorkerData.load(data, new Configuration(), rank, rank + 1);
    WorkerRange range = new WorkerRange(model, data.sampler(), plan.seed(), own, plan.exchange());
    Clock clock = new Clock(warmUp, team);
    try (team;
        var workers = new TeamWorkers(team, 0, range, () -> Request.NONE, plan)) {
      TrainState start = TrainState.initial(model, plan);
      var unused =
          new TrainingLoop(
                  model, data, plan, workers, clock, start, SnapshotRule.NEVER, state -> {})
              .run("test");
    }
    return clock.step();
  }

  /** Notes when the warm-up ends, and the last step. */
  private static final class Clock implements Consumer<Event> {

    private final int warmUp;
    private final Team team;
    private long[] first = {};
    private long[] last = {};

    Clock(int warmUp, Team team) {
      this.warmUp = warmUp;
      this.team = team;
    }

    @Override
    public void accept(Event event) {
      if (!(event instanceof Event.StepDone done) || done.step() < warmUp) return;
      last = new long[] {done.step(), System.nanoTime(), team.sentBytes()};
      if (first.length == 0) first = last;
    }

    Step step() {
      double steps = last[0] - first[0];
      return new Step((last[1] - first[1]) / 1e9 / steps, (last[2] - first[2]) / steps);
    }
  }
}
