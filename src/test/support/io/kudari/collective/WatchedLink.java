package io.kudari.collective;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.zip.CRC32C;

/** A link that says what it is about to send, and may wait or fail before. */
public final class WatchedLink implements Link {

  /** Hears of each message. */
  @FunctionalInterface
  public interface Watch {

    /**
     * Before a message leaves.
     *
     * @param operation of the rank, from 0
     */
    void before(Phase phase, long operation) throws LinkException;
  }

  private final Link link;
  private final Watch watch;

  public WatchedLink(Link link, Watch watch) {
    this.link = link;
    this.watch = watch;
  }

  @Override
  public void send(int peer, ByteBuffer message, Duration timeout) throws LinkException {
    int limit = message.limit();
    Header header = Header.open(message, new CRC32C(), !link.isMemory(peer));
    message.limit(limit).position(0);
    try {
      watch.before(Phase.values()[header.phase()], header.step());
    } catch (LinkException | RuntimeException e) {
      link.release(peer, message);
      throw e;
    }
    link.send(peer, message, timeout);
  }

  /** As {@link #send}: nothing is posted. */
  @Override
  public boolean isFree(int peer) {
    return false;
  }

  @Override
  public void post(int peer, ByteBuffer message) {
    throw new AssertionError("no peer is free");
  }

  @Override
  public int rank() {
    return link.rank();
  }

  @Override
  public int size() {
    return link.size();
  }

  @Override
  public int capacity() {
    return link.capacity();
  }

  @Override
  public boolean isMemory(int peer) {
    return link.isMemory(peer);
  }

  @Override
  public long nanoTime() {
    return link.nanoTime();
  }

  @Override
  public ByteBuffer take(int peer) {
    return link.take(peer);
  }

  @Override
  public ByteBuffer receive(int peer, Duration timeout) throws LinkException {
    return link.receive(peer, timeout);
  }

  @Override
  public void release(int peer, ByteBuffer message) {
    link.release(peer, message);
  }

  @Override
  public void abort(String reason) {
    link.abort(reason);
  }

  @Override
  public void close() {
    link.close();
  }
}
