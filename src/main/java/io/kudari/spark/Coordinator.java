package io.kudari.spark;

import io.kudari.train.Event;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.spark.SparkConf;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.sasl.SecretKeyHolder;
import org.apache.spark.network.server.OneForOneStreamManager;
import org.apache.spark.network.server.RpcHandler;
import org.apache.spark.network.server.StreamManager;
import org.apache.spark.network.server.TransportServer;

/**
 * The driver's end of a run: rank 0 streams events here, each answered by whether to stop. Events
 * wait in a queue for the thread that runs the training command, so a slow listener never stalls a
 * rank.
 */
final class Coordinator implements AutoCloseable {

  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final String host;
  private final TransportContext context;
  private final TransportServer server;

  /**
   * Starts to listen on a free port.
   *
   * @param host to bind to, as executors reach it
   * @param stop asked for the answer to every event
   */
  Coordinator(SparkConf conf, SecretKeyHolder secrets, String host, BooleanSupplier stop) {
    this.host = host;
    this.context = new TransportContext(NetworkLink.transport(conf), new Handler(stop));
    this.server =
        context.createServer(host, 0, NetworkLink.serverBootstraps(conf, secrets, EventBytes.MOST));
  }

  /** Where rank 0 finds it. */
  InetSocketAddress address() {
    return InetSocketAddress.createUnresolved(host, server.getPort());
  }

  /** The next event, or null when none came for a while. */
  Event next() throws InterruptedException {
    return events.poll(50, TimeUnit.MILLISECONDS);
  }

  /** The next event that is there already, or null. */
  Event nextReady() {
    return events.poll();
  }

  @Override
  public void close() {
    server.close();
    context.close();
  }

  /** Called by Netty's threads; a message that is no event ends its connection only. */
  private final class Handler extends RpcHandler {

    private final StreamManager streams = new OneForOneStreamManager();
    private final BooleanSupplier stop;

    Handler(BooleanSupplier stop) {
      this.stop = stop;
    }

    @Override
    public void receive(TransportClient client, ByteBuffer message, RpcResponseCallback callback) {
      try {
        events.addAll(EventBytes.read(message));
        callback.onSuccess(ByteBuffer.wrap(new byte[] {(byte) (stop.getAsBoolean() ? 1 : 0)}));
      } catch (IOException | ClassNotFoundException | RuntimeException e) {
        callback.onFailure(e);
        client.close();
      }
    }

    @Override
    public StreamManager getStreamManager() {
      return streams;
    }
  }
}
