package io.kudari.spark.coordinator;

import io.kudari.event.Event;
import io.kudari.spark.cluster.Ports;
import io.kudari.spark.link.Doorkeeper;
import io.kudari.spark.link.ListenAddress;
import io.kudari.spark.link.NetworkLink;
import io.kudari.spark.link.Refusals;
import io.kudari.train.Request;
import io.kudari.train.Requests;
import io.kudari.train.TrainState;
import io.netty.util.AttributeKey;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
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
import org.apache.spark.util.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * The driver's end of the ranks' lines: takes signs of life, events and parts of snapshots, and
 * answers what it asks for. Events wait in a queue for the thread that runs the training command,
 * so a slow listener never stalls a rank. Whoever does not belong to the present attempt is hung up
 * on.
 */
public final class Coordinator implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);
  private static final AttributeKey<Caller> CALLER =
      AttributeKey.valueOf(Coordinator.class, "caller");

  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final String host;
  private final Requests requests;
  private final Consumer<TrainState> snapshots;
  private final Refusals refusals = new Refusals("the driver", LOG::warn);
  private final TransportContext context;
  private final TransportServer server;
  private volatile Attempt attempt;

  /**
   * Starts to listen, on a free port unless {@link Ports#RANKS} is set.
   *
   * @param here where to listen, and where ranks call
   * @param requests asked for the answer to every event
   * @param snapshots told every complete state, newer ones later; must not block
   */
  public Coordinator(
      SparkConf conf,
      SecretKeyHolder secrets,
      ListenAddress here,
      Requests requests,
      Consumer<TrainState> snapshots) {
    this.host = here.host();
    this.requests = requests;
    this.snapshots = snapshots;
    this.context = new TransportContext(NetworkLink.transport(conf), new Handler());
    var bootstraps = NetworkLink.serverBootstraps(conf, secrets, EventBytes.MOST, refusals);
    // As Spark's own services: where a port is set and taken, the next is tried.
    this.server =
        Utils.startServiceOnPort(
                conf.getInt(Ports.RANKS, 0),
                port ->
                    new Tuple2<TransportServer, Object>(
                        context.createServer(here.bind(), (int) port, bootstraps), port),
                conf,
                "kudari")
            ._1;
  }

  /** Where ranks find it. */
  public InetSocketAddress address() {
    return InetSocketAddress.createUnresolved(host, server.getPort());
  }

  /** Begins an attempt: from now on its ranks may call. The one before must have ended. */
  public void begin(Attempt next) {
    attempt = next;
  }

  /** The next event, or null when none came for a while. */
  public Event next() throws InterruptedException {
    return events.poll(50, TimeUnit.MILLISECONDS);
  }

  /** The next event that is there already, or null. */
  public Event nextReady() {
    return events.poll();
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

  /** One rank's connection, used by its event loop. */
  private final class Caller {
    private final Attempt attempt;
    private final int rank;
    private StateParts part;

    Caller(Attempt attempt, int rank) {
      this.attempt = attempt;
      this.rank = rank;
    }

    /** An attempt that ends while this runs ends after it: nothing of it comes later. */
    Request take(LineMessage kind, ByteBuffer rest) throws IOException {
      synchronized (attempt) {
        attempt.heard(rank);
        return takeHeard(kind, rest);
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
      LineMessage kind = LineMessage.of(message);
      Caller caller = client.getChannel().attr(CALLER).get();
      if (caller != null) return caller.take(kind, message);
      Attempt present = attempt;
      if (kind != LineMessage.GREETING || present == null)
        throw new IllegalArgumentException("a message without a greeting");
      Greeting greeting = Greeting.from(message);
      present.greeted(greeting, client);
      client.getChannel().attr(CALLER).set(new Caller(present, greeting.rank()));
      Doorkeeper.letIn(client.getChannel());
      return Request.NONE;
    }

    @Override
    public void channelInactive(TransportClient client) {
      Caller caller = client.getChannel().attr(CALLER).get();
      if (caller != null) caller.attempt.hungUp(caller.rank);
    }

    @Override
    public StreamManager getStreamManager() {
      return streams;
    }
  }
}
