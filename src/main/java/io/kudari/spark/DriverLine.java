package io.kudari.spark;

import io.kudari.train.Event;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.spark.SparkConf;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.client.TransportClientFactory;
import org.apache.spark.network.sasl.SecretKeyHolder;
import org.apache.spark.network.server.NoOpRpcHandler;

/**
 * Rank 0's end of the line to the {@link Coordinator}: events go out without waiting, the answers
 * say whether to stop.
 */
final class DriverLine implements Consumer<Event>, BooleanSupplier, AutoCloseable {

  private static final long FLUSH_MILLIS = 10_000;

  /**
   * Steps wait for each other so long: a message takes a processor for some tens of microseconds at
   * either end, which steps of a few milliseconds would feel.
   */
  private static final long GATHER_NANOS = 100_000_000;

  private static final int MOST_GATHERED = 1_000;

  private final TransportContext context;
  private final TransportClientFactory clients;
  private final TransportClient client;
  private final List<Event> gathered = new ArrayList<>();
  private long sent;
  private volatile boolean stop;
  private volatile Throwable broken;

  /** Connects to the driver. */
  DriverLine(SparkConf conf, SecretKeyHolder secrets, InetSocketAddress coordinator)
      throws IOException, InterruptedException {
    this.context = new TransportContext(NetworkLink.transport(conf), new NoOpRpcHandler());
    this.clients =
        context.createClientFactory(NetworkLink.clientBootstraps(conf, secrets, EventBytes.MOST));
    TransportClient connected = null;
    try {
      connected = clients.createClient(coordinator.getHostString(), coordinator.getPort());
    } finally {
      if (connected == null) closeTransport();
    }
    this.client = connected;
    this.sent = System.nanoTime() - GATHER_NANOS;
  }

  /** Sends an event: a step soon, together with others; anything else at once. */
  @Override
  public void accept(Event event) {
    if (broken != null) throw unreachable(broken);
    gathered.add(event);
    boolean waits =
        event instanceof Event.StepDone
            && gathered.size() < MOST_GATHERED
            && System.nanoTime() - sent < GATHER_NANOS;
    if (!waits) send();
  }

  private void send() {
    long unused = client.sendRpc(EventBytes.write(gathered), new Answer());
    gathered.clear();
    sent = System.nanoTime();
  }

  /** Whether the driver has asked to end the run. */
  @Override
  public boolean getAsBoolean() {
    return stop;
  }

  private static IllegalStateException unreachable(Throwable cause) {
    return new IllegalStateException(
        "the driver cannot be reached: " + AllReduce.firstLine(cause), cause);
  }

  /**
   * Waits until the driver has everything that was sent, then closes the line.
   *
   * @throws IllegalStateException when it does not get there
   */
  @Override
  public void close() {
    try {
      if (broken != null) throw unreachable(broken);
      client.sendRpcSync(EventBytes.write(gathered), FLUSH_MILLIS);
    } catch (RuntimeException e) {
      throw e instanceof IllegalStateException ? e : unreachable(e);
    } finally {
      closeTransport();
    }
  }

  private void closeTransport() {
    clients.close();
    context.close();
  }

  /** Called by Netty's threads. */
  private final class Answer implements RpcResponseCallback {
    @Override
    public void onSuccess(ByteBuffer response) {
      if (response.get(response.position()) == 1) stop = true;
    }

    @Override
    public void onFailure(Throwable e) {
      broken = e;
    }
  }
}
