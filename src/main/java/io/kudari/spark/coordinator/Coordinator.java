package io.kudari.spark.coordinator;

import io.kudari.event.Event;
import io.kudari.spark.cluster.Ports;
import io.kudari.spark.cluster.RankSlots;
import io.kudari.spark.link.Doorkeeper;
import io.kudari.spark.link.ListenAddress;
import io.kudari.spark.link.NetworkLink;
import io.kudari.spark.link.Refusals;
import io.kudari.spark.link.Servers;
import io.kudari.train.Request;
import io.kudari.train.Requests;
import io.kudari.train.TrainState;
import io.netty.util.AttributeKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.apache.spark.SparkConf;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.sasl.SecretKeyHolder;
import org.apache.spark.network.server.OneForOneStreamManager;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;
import org.apache.spark.network.server.TransportServer;
import org.apache.spark.network.server.TransportServerBootstrap;
import org.apache.spark.util.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * The driver's end of the ranks' lines: its sockets. What comes over them is the {@link
 * Reception}'s. Whoever does not belong to the present attempt is hung up on.
 */
public final class Coordinator implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);
  private static final AttributeKey<Reception.Caller> CALLER =
      AttributeKey.valueOf(Coordinator.class, "caller");

  private static final Duration PATIENCE = Duration.ofMillis(50);

  private final Reception reception;
  private final String host;
  private final Refusals refusals = new Refusals("the driver", LOG::warn);
  private final TransportContext context;
  private final TransportServer server;

  /**
   * Starts to listen, on a free port unless {@link Ports#RANKS} is set.
   *
   * @param here where to listen, and where ranks call
   * @param requests asked for the answer to every event
   * @param snapshots told every complete state, newer ones later; must not block
   * @throws RankSlots.UnsuitableException when no port is free; one line
   */
  public Coordinator(
      SparkConf conf,
      SecretKeyHolder secrets,
      ListenAddress here,
      Requests requests,
      Consumer<TrainState> snapshots) {
    this.host = here.host();
    this.reception = new Reception(requests, snapshots);
    this.context = new TransportContext(NetworkLink.transport(conf), new Handler());
    this.server = listen(conf, secrets, here.bind());
  }

  private TransportServer listen(SparkConf conf, SecretKeyHolder secrets, String bind) {
    var bootstraps = NetworkLink.serverBootstraps(conf, secrets, EventBytes.MOST, refusals);
    try {
      // As Spark's own services: where a port is set and taken, the next is tried.
      return Utils.startServiceOnPort(
              conf.getInt(Ports.RANKS, 0),
              port ->
                  new Tuple2<TransportServer, Object>(listen(bind, (int) port, bootstraps), port),
              conf,
              "kudari")
          ._1;
    } catch (Exception e) {
      context.close();
      // Spark throws it without saying so.
      if (e instanceof BindException) throw Ports.unbound(conf, Ports.RANKS, bind, e);
      throw e;
    }
  }

  private TransportServer listen(String bind, int port, List<TransportServerBootstrap> bootstraps) {
    try {
      return Servers.listen(context, bind, port, bootstraps);
    } catch (BindException e) {
      // Spark looks at causes.
      throw new UncheckedIOException(e);
    }
  }

  /** Where ranks find it. */
  public InetSocketAddress address() {
    return InetSocketAddress.createUnresolved(host, server.getPort());
  }

  /** Begins an attempt: from now on its ranks may call. The one before must have ended. */
  public void begin(Attempt next) {
    reception.begin(next);
  }

  /** The next event, or null when none came for a while. */
  public Event next() throws InterruptedException {
    return reception.next(PATIENCE);
  }

  /** The next event that is there already, or null. */
  public Event nextReady() {
    return reception.nextReady();
  }

  /** Callers that were turned away. */
  public long refused() {
    return refusals.count();
  }

  @Override
  public void close() {
    server.close();
    context.close();
    refusals.end();
  }

  /** Called by Netty's threads; a message that breaks a rule ends its connection only. */
  private final class Handler extends RpcHandler {

    private final StreamManager streams = new OneForOneStreamManager();

    @Override
    public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback callback) {
      try {
        callback.onSuccess(LineMessage.answer(take(client, message)));
      } catch (IOException | RuntimeException e) {
        callback.onFailure(e);
        client.close();
      }
    }

    private Request take(TransportClient client, ByteBuffer message) throws IOException {
      Reception.Caller caller = client.getChannel().attr(CALLER).get();
      if (caller != null) return caller.take(message);
      // Not the client's own method, which waits for the event loop, which may wait for this.
      Runnable hangUp =
          () -> {
            var unused = client.getChannel().close();
          };
      client.getChannel().attr(CALLER).set(reception.greeted(message, hangUp));
      Doorkeeper.letIn(client.getChannel());
      return Request.NONE;
    }

    @Override
    public void channelInactive(TransportClient client) {
      Reception.Caller caller = client.getChannel().attr(CALLER).get();
      if (caller != null) caller.hungUp();
    }

    @Override
    public StreamManager getStreamManager() {
      return streams;
    }
  }
}
