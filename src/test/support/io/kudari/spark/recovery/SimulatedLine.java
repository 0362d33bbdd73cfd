package io.kudari.spark.recovery;

import static io.kudari.spark.recovery.VirtualTime.MILLI;

import io.kudari.event.Event;
import io.kudari.spark.coordinator.EventBytes;
import io.kudari.spark.coordinator.Greeting;
import io.kudari.spark.coordinator.LineMessage;
import io.kudari.spark.coordinator.Reception;
import io.kudari.spark.coordinator.StateParts;
import io.kudari.spark.coordinator.Unanswered;
import io.kudari.train.Request;
import io.kudari.train.TrainState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.network.client.RpcResponseCallback;

/**
 * A rank's line to the driver: messages arrive in their order, some time later, and as late as the
 * end of a cut; also those that come when the driver has hung up, which it must refuse.
 */
final class SimulatedLine {

  /** A message on its way; without content it is the end of the line. */
  private record Message(ByteBuffer contentOrNull, RpcResponseCallback answer, long arrives) {}

  private final SimulatedCluster cluster;
  private final SimulatedCluster.Executor on;
  private final SimulatedJob job;
  private final Consumer<String> whenBroken;
  private final Unanswered unanswered;
  private final ArrayDeque<Message> toDriver = new ArrayDeque<>();
  private final List<Event> gathered = new ArrayList<>();
  private Reception.Caller caller;
  private long lastArrival;
  private int owed;
  private Request asked = Request.NONE;
  private boolean broken;
  private boolean closed;

  /**
   * Nobody has greeted yet.
   *
   * @param whenBroken told once why the driver cannot be reached
   */
  SimulatedLine(
      SimulatedCluster cluster,
      SimulatedCluster.Executor on,
      SimulatedJob job,
      Consumer<String> whenBroken) {
    this.cluster = cluster;
    this.on = on;
    this.job = job;
    this.whenBroken = whenBroken;
    this.unanswered = new Unanswered(RankTask.SILENCE, cluster::nanos);
  }

  /** Greets, and gives signs of life from then on. */
  void greet(int rank, Runnable whenIn) {
    send(new Greeting(job.attempt(), rank).toMessage(), whenIn);
    giveSigns();
  }

  private void giveSigns() {
    on.act(
        RankTask.SILENCE.toNanos() / 5,
        () -> {
          if (closed || broken) return;
          String late = unanswered.late();
          if (late != null) breaks(late);
          else send(LineMessage.ALIVE.with(new byte[0]), () -> {});
          giveSigns();
        });
  }

  /** Tells an event, together with those that wait. */
  void tell(Event event) {
    gathered.add(event);
    sendGathered();
  }

  /** Tells an event with the next. */
  void gather(Event event) {
    gathered.add(event);
    if (gathered.size() >= 3) sendGathered();
  }

  void sendGathered() {
    if (gathered.isEmpty()) return;
    Event[] events = gathered.toArray(Event[]::new);
    gathered.clear();
    send(LineMessage.EVENTS.with(EventBytes.write("events", events)), () -> {});
  }

  /** Sends a part of a snapshot. */
  void snapshot(TrainState part) {
    StateParts parts = StateParts.of(part);
    send(parts.head(), () -> {});
    while (!parts.isComplete()) send(parts.next(), () -> {});
  }

  /** Whether messages have not been answered yet. */
  boolean isBusy() {
    return owed > 0;
  }

  boolean isBroken() {
    return broken;
  }

  /** What the driver has asked for. */
  Request takeAsked() {
    Request request = asked;
    if (asked == Request.SNAPSHOT) asked = Request.NONE;
    return request;
  }

  private void send(ByteBuffer content, Runnable whenAnswered) {
    if (closed || broken) return;
    owed++;
    RpcResponseCallback callback =
        unanswered.sent(
            new RpcResponseCallback() {
              @Override
              public void onSuccess(ByteBuffer answer) {
                owed--;
                asked = asked.or(Request.values()[answer.get()]);
                whenAnswered.run();
              }

              @Override
              public void onFailure(Throwable e) {
                breaks(e.getMessage());
              }
            });
    travel(content, callback);
  }

  private void travel(ByteBuffer contentOrNull, RpcResponseCallback callback) {
    lastArrival = Math.max(lastArrival, cluster.now() + cluster.delay());
    toDriver.add(new Message(contentOrNull, callback, lastArrival));
    cluster.after(lastArrival - cluster.now(), this::arrive);
  }

  /** What has arrived is taken by the driver, unless it sleeps, or nothing gets through. */
  private void arrive() {
    long wait = Math.max(on.cutFor(), cluster.sleepsFor());
    if (wait > 0) {
      cluster.after(wait + cluster.delay(), this::arrive);
      return;
    }
    while (!toDriver.isEmpty() && toDriver.peek().arrives <= cluster.now()) take(toDriver.poll());
  }

  private void take(Message message) {
    if (message.contentOrNull == null) {
      if (caller != null) caller.hungUp();
      return;
    }
    try {
      ByteBuffer answer = ByteBuffer.allocate(1).put(0, (byte) taken(message).ordinal());
      cluster.witness().accepted(job);
      toRank(() -> message.answer.onSuccess(answer));
    } catch (IOException | RuntimeException e) {
      toRank(() -> message.answer.onFailure(e));
    }
  }

  private Request taken(Message message) throws IOException {
    if (caller != null) return caller.take(message.contentOrNull);
    caller =
        cluster
            .reception()
            .greeted(message.contentOrNull, () -> toRank(() -> breaks("it has hung up")));
    return Request.NONE;
  }

  /** Whether the driver would still take something of this rank. */
  boolean isHeard() {
    try {
      if (caller != null) caller.take(LineMessage.ALIVE.with(new byte[0]));
      return caller != null;
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  private void toRank(Runnable action) {
    on.act(cluster.delay(), () -> reach(action));
  }

  private void reach(Runnable action) {
    if (on.cutFor() > 0) on.act(on.cutFor() + MILLI, () -> reach(action));
    else if (!closed) action.run();
  }

  private void breaks(String reason) {
    if (broken || closed) return;
    broken = true;
    whenBroken.accept(reason);
  }

  /** The rank hangs up. */
  void close() {
    if (closed) return;
    closed = true;
    travel(null, null);
  }
}
