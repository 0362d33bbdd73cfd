package io.kudari.spark.link;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.StreamCallbackWithID;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;

/**
 * Stands before a server's own handler on one accepted connection, until that handler lets the
 * caller in. Before that, whatever fails ends the connection and is a {@link Refusals refusal}:
 * authentication, the greeting, a message out of turn, silence; frames are the {@link
 * FrameGuard}'s. A caller who leaves of his own accord is none. Used by the connection's event
 * loop.
 */
public final class Doorkeeper extends RpcHandler {

  /** So long a caller may take to say who it is. */
  public static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final AttributeKey<Boolean> IN = AttributeKey.valueOf(Doorkeeper.class, "in");

  private final RpcHandler inner;
  private final Refusals refusals;
  private boolean refused;

  /** Stands before {@code inner}, which authenticates if connections have to. */
  Doorkeeper(RpcHandler inner, Refusals refusals) {
    this.inner = inner;
    this.refusals = refusals;
  }

  /** Says that a caller has greeted well. */
  public static void letIn(Channel caller) {
    caller.attr(IN).set(true);
  }

  static boolean isIn(Channel caller) {
    return caller.attr(IN).get() != null;
  }

  private void refuse(TransportClient client, Throwable reason) {
    if (refused || isIn(client.getChannel())) return;
    refused = true;
    refusals.add(client.getChannel(), reason);
    var unused = client.getChannel().close();
  }

  @Override
  public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback callback) {
    if (isIn(client.getChannel())) {
      inner.receive(client, message, callback);
      return;
    }
    RpcResponseCallback watched =
        new RpcResponseCallback() {
          @Override
          public void onSuccess(ByteBuffer response) {
            callback.onSuccess(response);
          }

          @Override
          public void onFailure(Throwable e) {
            callback.onFailure(e);
            refuse(client, e);
          }
        };
    try {
      inner.receive(client, message, watched);
    } catch (RuntimeException e) {
      // How SASL tells of a wrong secret.
      watched.onFailure(e);
    }
  }

  @Override
  public void receive(TransportClient client, ByteBuffer message) {
    if (isIn(client.getChannel())) inner.receive(client, message);
    else refuse(client, outOfTurn());
  }

  @Override
  public StreamCallbackWithID receiveStream(
      TransportClient client, ByteBuffer header, RpcResponseCallback callback) {
    if (isIn(client.getChannel())) return inner.receiveStream(client, header, callback);
    IllegalStateException e = outOfTurn();
    refuse(client, e);
    throw e;
  }

  private static IllegalStateException outOfTurn() {
    return new IllegalStateException("a message without a greeting");
  }

  @Override
  public void channelActive(TransportClient client) {
    inner.channelActive(client);
    var unused =
        client
            .getChannel()
            .eventLoop()
            .schedule(
                () -> {
                  if (client.getChannel().isOpen())
                    refuse(
                        client,
                        new IOException("no greeting within " + PATIENCE.toSeconds() + " s"));
                },
                PATIENCE.toMillis(),
                TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelInactive(TransportClient client) {
    inner.channelInactive(client);
  }

  /** A connection that breaks is no caller's fault. */
  @Override
  public void exceptionCaught(Throwable cause, TransportClient client) {
    if (!(cause instanceof IOException)) refuse(client, cause);
    inner.exceptionCaught(cause, client);
  }

  @Override
  public StreamManager getStreamManager() {
    return inner.getStreamManager();
  }
}
