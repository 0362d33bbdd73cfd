package io.kudari.spark.coordinator;

import io.kudari.event.Event;
import io.kudari.train.Request;
import io.kudari.train.Requests;
import io.kudari.train.TrainState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What the driver does with the messages of ranks, whatever brings them: lets in who is of the
 * present attempt, takes signs of life, events and parts of snapshots, and answers what it asks
 * for. Events wait in a queue for the thread that runs the training command, so a slow listener
 * never stalls a rank. Thread-safe.
 */
public final class Reception {

  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Requests requests;
  private final Consumer<TrainState> snapshots;
  private volatile Attempt present;

  /**
   * Lets nobody in yet.
   *
   * @param requests asked for the answer to every message of rank 0 that tells events
   * @param snapshots told every complete state, newer ones later; must not block
   */
  public Reception(Requests requests, Consumer<TrainState> snapshots) {
    this.requests = requests;
    this.snapshots = snapshots;
  }

  /** Begins an attempt: from now on its ranks may call. The one before must have ended. */
  public void begin(Attempt next) {
    present = next;
  }

  /** The next event, or null when none came for so long. */
  Event next(Duration patience) throws InterruptedException {
    return events.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** The next event that is there already, or null. */
  public Event nextReady() {
    return events.poll();
  }

  /**
   * Lets a caller in by its first message.
   *
   * @param hangUp called when the attempt ends; must not wait
   * @throws IllegalArgumentException when it does not belong to the present attempt
   * @throws IOException when the message is corrupt
   */
  public Caller greeted(ByteBuffer message, Runnable hangUp) throws IOException {
    LineMessage kind = LineMessage.of(message);
    Attempt attempt = present;
    if (kind != LineMessage.GREETING || attempt == null)
      throw new IllegalArgumentException("a message without a greeting");
    Greeting greeting = Greeting.from(message);
    attempt.greeted(greeting, hangUp);
    return new Caller(attempt, greeting.rank());
  }

  /** A rank that was let in. Its messages come one after the other. */
  public final class Caller {
    private final Attempt attempt;
    private final int rank;
    private StateParts part;

    private Caller(Attempt attempt, int rank) {
      this.attempt = attempt;
      this.rank = rank;
    }

    /**
     * Takes its next message. An attempt that ends while this runs ends after it: nothing of it
     * comes later.
     *
     * @return the answer
     * @throws IllegalArgumentException when its attempt is over, or the message breaks a rule
     * @throws IOException when the message is corrupt
     */
    public Request take(ByteBuffer message) throws IOException {
      LineMessage kind = LineMessage.of(message);
      synchronized (attempt) {
        attempt.heard(rank);
        return takeHeard(kind, message);
      }
    }

    private Request takeHeard(LineMessage kind, ByteBuffer rest) throws IOException {
      switch (kind) {
        case GREETING -> throw new IllegalArgumentException("rank " + rank + " greets again");
        case ALIVE -> {}
        case EVENTS -> {
          events.addAll(List.of(EventBytes.read(rest, Event[].class)));
          return rank == 0 ? requests.next() : Request.NONE;
        }
        case HEAD -> part = StateParts.receive(rest, attempt.parameters());
        case VALUES -> part.add(rest);
      }
      if (part != null && part.isComplete()) {
        TrainState whole = attempt.add(part.part());
        part = null;
        if (whole != null) snapshots.accept(whole);
      }
      return Request.NONE;
    }

    /** Notes that no more will come from it, which may have ended well. */
    public void hungUp() {
      attempt.hungUp(rank);
    }
  }
}
