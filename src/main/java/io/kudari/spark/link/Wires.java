package io.kudari.spark.link;

import io.kudari.collective.BufferPool;
import io.kudari.collective.LinkException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;

/**
 * The {@link Wire}s to all peers, read and written by the rank's own thread: a message that is
 * there is one system call away, or none, with no other thread to wake. While one peer does not
 * take or send, what the others send is read, so that ranks that send to each other never wait in a
 * circle.
 *
 * <p>Signs of life and the reasons of failures come on the other connection to the peer, see {@link
 * Inbox}.
 */
final class Wires {

  /** Between the ends of the two connections to a peer. */
  private static final long GRACE_NANOS = Duration.ofSeconds(1).toNanos();

  private final List<Inbox> inboxes;
  private final Wire[] wires;
  private final SelectionKey[] keys;

  /** By peer: the message of which the system has not taken all yet, or null. */
  private final ByteBuffer[] posted;

  private final BufferPool pool;
  private final Selector selector;
  private final long silenceNanos;

  /**
   * No sockets yet.
   *
   * @param silence half of it is the longest time that a message takes which a peer has sent
   */
  Wires(List<Inbox> inboxes, BufferPool pool, Duration silence) {
    this.silenceNanos = silence.toNanos();
    this.inboxes = inboxes;
    this.pool = pool;
    this.wires = new Wire[inboxes.size()];
    this.keys = new SelectionKey[wires.length];
    this.posted = new ByteBuffer[wires.length];
    try {
      this.selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Uses a connected socket for the messages to and from a peer. */
  void add(int peer, SocketChannel socket) throws IOException {
    wires[peer] = new SocketWire(socket, pool, NetworkLink.WIRE_MESSAGE);
    keys[peer] = socket.register(selector, SelectionKey.OP_READ, peer);
    inboxes.get(peer).onFailure(selector::wakeup);
  }

  /**
   * Uses shared memory for the messages to and from a peer from now on, and the socket as a bell.
   * Nothing must be on its way: the peer does the same.
   *
   * @param first whether this rank has made the memory
   */
  void share(int peer, ByteBuffer memory, boolean first) {
    var socket = (SocketChannel) keys[peer].channel();
    wires[peer] = new SharedWire(memory, first, socket, pool);
  }

  /** Whether a peer shares memory with this rank. */
  boolean isShared(int peer) {
    return wires[peer] instanceof SharedWire;
  }

  /** An empty buffer for a message to a peer. */
  ByteBuffer take(int peer) {
    return wires[peer].take();
  }

  /** Takes back a buffer of a message to or from a peer. */
  void release(int peer, ByteBuffer message) {
    wires[peer].release(message);
  }

  /** Buffers in use that the pool does not count. */
  int lent() {
    int lent = 0;
    for (Wire wire : wires) if (wire != null) lent += wire.lent();
    return lent;
  }

  /** Bytes of what was sent to a peer that have a way to go. Called by any thread. */
  long sent(int peer) {
    Wire wire = wires[peer];
    return wire == null ? 0 : wire.sent();
  }

  /** Whether the system has all earlier messages to a peer; also reads what has arrived. */
  boolean isFree(int peer) throws LinkException {
    String failure = inboxes.get(peer).failure();
    if (failure != null) throw new LinkException(failure);
    for (int p = 0; p < wires.length; p++) if (wires[p] != null) readAll(p);
    return isWritten(peer) && wires[peer].hasRoom();
  }

  /** Begins to send a message, while the peer is free. */
  void post(int peer, ByteBuffer message) {
    posted[peer] = message;
    wires[peer].begin(message);
    boolean unused = isWritten(peer);
  }

  /** Sends; returns when the system has the whole message. */
  void send(int peer, ByteBuffer message, Duration timeout) throws LinkException {
    Wait wait = new Wait(peer, timeout);
    try {
      await(peer, wait);
    } catch (LinkException e) {
      release(peer, message);
      throw e;
    }
    post(peer, message);
    await(peer, wait);
  }

  /** Waits until the system has all that was posted. */
  private void await(int peer, Wait wait) throws LinkException {
    Inbox inbox = inboxes.get(peer);
    for (int i = 0; posted[peer] != null && (inbox.isGivenUp() || !isWritten(peer)); i++) {
      pause(i, wait.left(inbox.failure()), peer, false);
    }
  }

  private boolean isWritten(int peer) {
    if (posted[peer] != null && wires[peer].written()) {
      release(peer, posted[peer]);
      posted[peer] = null;
    }
    return posted[peer] == null;
  }

  /** Waits for the next message. */
  ByteBuffer receive(int peer, Duration timeout) throws LinkException {
    Wait wait = null;
    for (int i = 0; true; i++) {
      String reason = inboxes.get(peer).failure();
      ByteBuffer message = wires[peer].next();
      if (message != null) return message;
      if (wait == null) wait = new Wait(peer, timeout);
      pause(i, wait.left(reason), peer, true);
    }
  }

  /** Gives the core away at first, because ranks may share it, and then sleeps. */
  @SuppressWarnings("ThreadPriorityCheck")
  private void pause(int looks, long nanos, int peer, boolean forMessage) throws LinkException {
    if (looks < wires[peer].looks(forMessage)) {
      Thread.yield();
      return;
    }
    if (maySleep(peer, forMessage)) select(nanos, forMessage ? -1 : peer);
    for (Wire wire : wires) if (wire != null) wire.wake();
  }

  /** Whether there is nothing to do; what stands in the way of a peer is taken in. */
  private boolean maySleep(int peer, boolean forMessage) {
    boolean idle = true;
    for (int p = 0; p < wires.length; p++) {
      if (wires[p] == null) continue;
      idle &= wires[p].sleep(forMessage && p == peer, !forMessage && p == peer);
    }
    for (int p = 0; !idle && p < wires.length; p++) {
      if (wires[p] != null && !(forMessage && p == peer)) readAll(p);
    }
    return idle;
  }

  /** A wait for one peer that ends with an error some time. */
  private final class Wait {
    private final int peer;
    private final Duration timeout;
    private final long start = System.nanoTime();
    private long halfClosed;
    private long stuckSince;
    private long stuckAt;

    Wait(int peer, Duration timeout) {
      this.peer = peer;
      this.timeout = timeout;
    }

    /**
     * Nanoseconds until the wait must be looked at again. When one of the two connections is
     * closed, the other has the last messages or the reason: it is waited for.
     */
    long left(String reason) throws LinkException {
      Inbox inbox = inboxes.get(peer);
      String end = wires[peer].end();
      boolean half = (end == null) != (reason == null) && !inbox.isGivenUp();
      long now = System.nanoTime();
      if (!half) {
        if (reason == null) checkProgress(inbox, now);
        return Math.min(silenceNanos / 5, inbox.left(reason, start, timeout));
      }
      if (halfClosed == 0) halfClosed = now;
      long grace = GRACE_NANOS - (now - halfClosed);
      if (grace <= 0) throw new LinkException(reason != null ? reason : "rank " + peer + " " + end);
      return Math.min(grace, inbox.left(null, start, timeout));
    }

    /**
     * What the peer has sent must go on arriving, a whole message at least within half of the
     * silence, even while the peer gives signs of life.
     */
    private void checkProgress(Inbox inbox, long now) throws LinkException {
      long received = wires[peer].received();
      // Of one that has sent more than there is room for, no more is read.
      boolean full = wires[peer].bytes() > NetworkLink.INBOX;
      boolean all = full || inbox.claimed() <= received;
      if (all || stuckSince == 0 || received - stuckAt >= NetworkLink.WIRE_MESSAGE) {
        stuckSince = all ? 0 : now;
        stuckAt = received;
      }
      if (all || now - stuckSince < silenceNanos / 2) return;
      throw new LinkException(
          "what rank " + peer + " has sent does not arrive: the way is blocked");
    }
  }

  /** Sleeps until something arrives, is possible to write to one peer, or a wait has to end. */
  private void select(long nanos, int writeTo) throws LinkException {
    try {
      for (int p = 0; p < wires.length; p++) {
        if (keys[p] == null || !keys[p].isValid()) continue;
        keys[p].interestOps(wires[p].interest(p == writeTo));
      }
      selector.select(this::ready, Math.max(1, nanos / 1_000_000));
    } catch (IOException | ClosedSelectorException e) {
      throw new LinkException("the link was closed");
    }
  }

  private void ready(SelectionKey key) {
    if (!key.isValid() || !key.isReadable()) return;
    int peer = (Integer) key.attachment();
    inboxes.get(peer).heard();
    wires[peer].ready();
    readAll(peer);
  }

  private void readAll(int peer) {
    while (wires[peer].bytes() <= NetworkLink.INBOX && wires[peer].read()) {}
  }

  /** Ends waits and gives back the buffers of messages that nobody will take. */
  void close() {
    try {
      for (int p = 0; p < wires.length; p++) {
        if (wires[p] == null) continue;
        wires[p].close();
        if (posted[p] != null) release(p, posted[p]);
      }
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
