package io.kudari.spark.coordinator;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.spark.network.client.RpcResponseCallback;

/**
 * The messages to a peer that it has not answered yet: a peer that vanishes without closing its
 * connection is only known by what it does not answer. Thread-safe.
 */
public final class Unanswered {

  private final Duration silence;
  private final LongSupplier nanos;
  private final Map<Long, Long> since = new LinkedHashMap<>();
  private long messages;
  private long looked;

  /**
   * Nothing has been sent.
   *
   * @param silence longest time that an answer may take
   * @param nanos a clock
   */
  public Unanswered(Duration silence, LongSupplier nanos) {
    this.silence = silence;
    this.nanos = nanos;
    this.looked = nanos.getAsLong();
  }

  /** Who hears of the answer to a message that is sent now. */
  public synchronized RpcResponseCallback sent(RpcResponseCallback callback) {
    long message = messages++;
    since.put(message, nanos.getAsLong());
    return new RpcResponseCallback() {
      @Override
      public void onSuccess(ByteBuffer answer) {
        answered(message);
        callback.onSuccess(answer);
      }

      @Override
      public void onFailure(Throwable cause) {
        answered(message);
        callback.onFailure(cause);
      }
    };
  }

  private synchronized void answered(long message) {
    Long unused = since.remove(message);
  }

  /** Whether it owes an answer for so long. */
  synchronized boolean isSilentFor(Duration time) {
    long now = nanos.getAsLong();
    return since.values().stream().anyMatch(sent -> now - sent >= time.toNanos());
  }

  /**
   * Why the peer must be given up, or null. To be asked often: when this process itself was not
   * running for a while, it has not listened either, and all answers get their time again.
   */
  public synchronized String late() {
    long now = nanos.getAsLong();
    if (now - looked > silence.toNanos() / 2) since.replaceAll((message, sent) -> now);
    looked = now;
    for (long sent : since.values())
      if (now - sent >= silence.toNanos())
        return "it has not answered for %.1f s".formatted(silence.toNanos() / 1e9);
    return null;
  }
}
