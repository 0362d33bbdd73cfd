package io.kudari.spark.coordinator;

import io.kudari.train.TrainState;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;

/**
 * Sends parts of snapshots, one after the other, with few messages on their way at a time: an
 * answer to one sends the next. Nobody waits. Thread-safe.
 */
final class PartSender implements RpcResponseCallback {

  private static final int WINDOW = 4;

  private final TransportClient client;
  private final Unanswered unanswered;
  private final Consumer<Throwable> failed;
  private final ArrayDeque<StateParts> parts = new ArrayDeque<>();
  private StateParts current;
  private int onTheirWay;

  /**
   * A sender with nothing to send.
   *
   * @param unanswered told of every message
   * @param failed told when a message does not arrive
   */
  PartSender(TransportClient client, Unanswered unanswered, Consumer<Throwable> failed) {
    this.client = client;
    this.unanswered = unanswered;
    this.failed = failed;
  }

  /** Sends a part, whose arrays must not be written any more. */
  synchronized void add(TrainState part) {
    parts.add(StateParts.of(part));
    client.getChannel().eventLoop().execute(this::fill);
  }

  /** Whether something has not arrived yet. */
  synchronized boolean isBusy() {
    return onTheirWay > 0 || current != null || !parts.isEmpty();
  }

  /** Only on the event loop: it writes its own messages at once, and others' later. */
  private synchronized void fill() {
    while (onTheirWay < WINDOW) {
      ByteBuffer message = next();
      if (message == null) return;
      onTheirWay++;
      long unused = client.sendRpc(message, unanswered.sent(this));
    }
  }

  private ByteBuffer next() {
    if (current != null && current.isComplete()) current = null;
    if (current != null) return current.next();
    current = parts.poll();
    return current == null ? null : current.head();
  }

  /** Called by Netty. */
  @Override
  public synchronized void onSuccess(ByteBuffer answer) {
    onTheirWay--;
    fill();
  }

  /** Called by Netty. */
  @Override
  public void onFailure(Throwable cause) {
    failed.accept(cause);
  }
}
