package io.kudari.run;

import io.kudari.checkpoint.Checkpoint;
import io.kudari.checkpoint.CheckpointStore;
import io.kudari.checkpoint.CheckpointWriter;
import io.kudari.checkpoint.Lease;
import io.kudari.checkpoint.Origin;
import io.kudari.event.Event;
import io.kudari.record.EventLog;
import io.kudari.train.TrainState;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** Writes the checkpoints of one run, beside its training. */
final class RunCheckpoints implements Consumer<TrainState>, AutoCloseable {

  private static final int ATTEMPTS = 4;
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final CheckpointStore store;
  private final Lease lease;
  private final Origin origin;
  private final int keep;
  private final EventLog log;
  private final CheckpointWriter writer;
  private volatile long bestStep = -1;
  private long eventBytes;

  /**
   * Starts the writer.
   *
   * @param keep how many of the newest are kept
   * @param log is synced before each checkpoint
   */
  RunCheckpoints(CheckpointStore store, Lease lease, Origin origin, int keep, EventLog log) {
    this.store = store;
    this.lease = lease;
    this.origin = origin;
    this.keep = keep;
    this.log = log;
    this.writer = new CheckpointWriter(this::save, ATTEMPTS, PAUSE);
  }

  @Override
  public void accept(TrainState state) {
    writer.accept(state);
  }

  /** Tells where the best epoch so far ended, or −1. */
  void best(long step) {
    bestStep = step;
  }

  /** What became of them since the last call. */
  List<Event> outcomes() {
    return writer.outcomes();
  }

  /** On the writer's thread. */
  private long save(TrainState state) throws IOException {
    try {
      eventBytes = log.sync(state.step());
    } catch (IOException e) {
      // Curves may lose their end; a checkpoint is worth more.
    }
    long bytes = store.save(new Checkpoint(state, origin, eventBytes), lease);
    store.retain(keep, state.step(), bestStep);
    return bytes;
  }

  /** Waits for the last one; false when that takes longer than the bound. */
  boolean finish(Duration bound) throws InterruptedException {
    return writer.finish(bound);
  }

  @Override
  public void close() {
    writer.close();
  }
}
