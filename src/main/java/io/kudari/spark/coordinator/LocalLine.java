package io.kudari.spark.coordinator;

import io.kudari.event.Event;
import io.kudari.spark.cluster.RankLostException;
import io.kudari.train.Request;
import io.kudari.train.Requests;
import io.kudari.train.TrainState;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * The line of the only rank of a run, in the process that drives it: calls, and no messages.
 * Nothing is on its way, and the other end is never silent.
 */
public final class LocalLine implements Line {

  private final Attempt attempt;
  private final Requests requests;
  private final Consumer<Event> events;
  private final Consumer<TrainState> snapshots;
  private final AtomicReference<RankLostException> broken = new AtomicReference<>();
  private volatile Consumer<RuntimeException> whenBroken = e -> {};

  /**
   * Calls the attempt, which ends it.
   *
   * @param requests asked in every step
   * @param events told every event, on the rank's threads; must not block
   * @param snapshots told every complete state, newer ones later; must not block
   */
  public LocalLine(
      Attempt attempt, Requests requests, Consumer<Event> events, Consumer<TrainState> snapshots) {
    this.attempt = attempt;
    this.requests = requests;
    this.events = events;
    this.snapshots = snapshots;
    attempt.greeted(new Greeting(attempt.number(), 0), this::hangUp);
    // It gives no signs of life: while the process lives, so does the rank.
    attempt.hungUp(0);
  }

  private void hangUp() {
    var over = new RankLostException("the attempt is over", null);
    if (broken.compareAndSet(null, over)) whenBroken.accept(over);
  }

  private void check() {
    RankLostException over = broken.get();
    if (over != null) throw over;
  }

  @Override
  public void accept(Event event) {
    check();
    events.accept(event);
  }

  @Override
  public void snapshot(TrainState part) {
    check();
    TrainState whole = attempt.add(part);
    if (whole != null) snapshots.accept(whole);
  }

  @Override
  public void snapshotAfterEvents(TrainState part) {
    snapshot(part);
  }

  @Override
  public Request next() {
    return requests.next();
  }

  @Override
  public void whenBroken(Consumer<RuntimeException> listener) {
    whenBroken = listener;
    RankLostException over = broken.get();
    if (over != null) listener.accept(over);
  }

  @Override
  public void flush(Duration patience) {
    check();
  }

  @Override
  public boolean isSilentFor(Duration time) {
    return false;
  }
}
