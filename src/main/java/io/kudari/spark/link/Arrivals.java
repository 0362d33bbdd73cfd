package io.kudari.spark.link;

import io.kudari.collective.BufferPool;
import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.StreamCallbackWithID;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.server.OneForOneStreamManager;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;

/**
 * What comes in over the connections of a link that event loops read. An RPC is a greeting, a
 * one-way message is control (alive or abort), an upload is a message, where no {@link Wire} has
 * them. Called by event loops, never blocks. Whoever has not greeted gets no further than the
 * {@link Doorkeeper}.
 */
final class Arrivals extends RpcHandler {

  static final byte ALIVE = 1;
  static final byte ABORT = 2;

  private static final AttributeKey<Inbox> PEER = AttributeKey.valueOf(Arrivals.class, "peer");
  private static final int MAX_REASON = 2000;

  private final Handshake self;
  private final boolean wired;
  private final List<Inbox> inboxes;
  private final BufferPool pool;
  private final StreamManager streams = new OneForOneStreamManager();
  private final Set<Channel> channels = ConcurrentHashMap.newKeySet();

  /**
   * What comes in for one rank.
   *
   * @param wired whether a second connection is accepted, which a {@link Wire} takes over
   */
  Arrivals(Handshake self, boolean wired, List<Inbox> inboxes, BufferPool pool) {
    this.self = self;
    this.wired = wired;
    this.inboxes = inboxes;
    this.pool = pool;
  }

  /** All open connections. */
  Set<Channel> channels() {
    return channels;
  }

  /** Says whose connection it is: for the side that opened it, before it greets. */
  void attach(Channel channel, int peer) {
    channel.attr(PEER).set(inboxes.get(peer));
  }

  @Override
  public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback callback) {
    try {
      Handshake handshake = Handshake.from(message);
      if (handshake.attempt() != self.attempt() || handshake.size() != self.size()) {
        throw new IllegalArgumentException("this is another attempt than " + handshake.attempt());
      }
      if (handshake.rank() <= self.rank() || handshake.rank() >= self.size()) {
        throw new IllegalArgumentException("rank " + handshake.rank() + " is not expected to call");
      }
      Inbox inbox = inboxes.get(handshake.rank());
      Channel channel = client.getChannel();
      if (handshake.second()
          ? !wired || inbox.offer() != null
          : inbox.channel() != null || channel.attr(PEER).get() != null) {
        throw new IllegalArgumentException("rank " + handshake.rank() + " is already connected");
      }
      channel.attr(PEER).set(inbox);
      Doorkeeper.letIn(channel);
      if (handshake.second()) {
        channel.config().setAutoRead(false);
        callback.onSuccess(self.asSecond().toBytes());
        inbox.offered(channel);
      } else {
        inbox.connected(channel);
        callback.onSuccess(self.toBytes());
      }
    } catch (IllegalArgumentException e) {
      callback.onFailure(e);
      var unused = client.getChannel().close();
    }
  }

  @Override
  public void receive(TransportClient client, ByteBuffer message) {
    Inbox inbox = client.getChannel().attr(PEER).get();
    if (inbox == null || !message.hasRemaining()) {
      var unused = client.getChannel().close();
      return;
    }
    inbox.heard();
    byte kind = message.get();
    if (kind == ALIVE && message.remaining() >= Long.BYTES) inbox.claim(message.getLong());
    if (kind == ABORT) {
      byte[] reason = new byte[Math.min(message.remaining(), MAX_REASON)];
      message.get(reason);
      String text = new String(reason, StandardCharsets.UTF_8);
      int peer = inboxes.indexOf(inbox);
      for (Inbox each : inboxes) each.giveUp("rank " + peer + " gave up: " + text);
    }
  }

  /**
   * A sign of life.
   *
   * @param sent bytes that the wire to the peer has taken
   */
  static ByteBuffer alive(long sent) {
    return ByteBuffer.allocate(1 + Long.BYTES).put(ALIVE).putLong(sent).flip();
  }

  static ByteBuffer abort(String reason) {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(text.length, MAX_REASON);
    return ByteBuffer.allocate(1 + length).put(ABORT).put(text, 0, length).flip();
  }

  @Override
  public StreamCallbackWithID receiveStream(
      TransportClient client, ByteBuffer header, RpcResponseCallback callback) {
    Inbox inbox = client.getChannel().attr(PEER).get();
    if (inbox == null || wired) throw new IllegalStateException("a message out of place");
    return new Incoming(inbox, pool.take());
  }

  /** Copies a message from the socket's buffers into one of ours. */
  private final class Incoming implements StreamCallbackWithID {
    private final Inbox inbox;
    private ByteBuffer message;

    Incoming(Inbox inbox, ByteBuffer message) {
      this.inbox = inbox;
      this.message = message;
    }

    @Override
    public String getID() {
      return "message";
    }

    @Override
    public void onData(String id, ByteBuffer bytes) throws IOException {
      if (bytes.remaining() > message.remaining()) throw new IOException("the message is too long");
      message.put(bytes);
    }

    @Override
    public void onComplete(String id) {
      // Not before: whoever sends a byte now and then does not go on.
      inbox.heard();
      inbox.add(message.flip());
    }

    @Override
    public void onFailure(String id, Throwable cause) {
      if (message != null) pool.release(message);
      message = null;
    }
  }

  @Override
  public void channelActive(TransportClient client) {
    channels.add(client.getChannel());
  }

  @Override
  public void channelInactive(TransportClient client) {
    channels.remove(client.getChannel());
    Inbox inbox = client.getChannel().attr(PEER).get();
    if (inbox != null) {
      inbox.fail("the connection to rank " + inboxes.indexOf(inbox) + " was closed");
    }
  }

  @Override
  public void exceptionCaught(Throwable cause, TransportClient client) {
    Inbox inbox = client.getChannel().attr(PEER).get();
    if (inbox != null) {
      inbox.fail("the connection to rank " + inboxes.indexOf(inbox) + " failed: " + cause);
    }
  }

  @Override
  public StreamManager getStreamManager() {
    return streams;
  }
}
