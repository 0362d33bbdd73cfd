package io.kudari.spark.coordinator;

import io.kudari.event.Event;
import io.kudari.event.FirstLine;
import io.kudari.spark.cluster.RankLostException;
import io.kudari.spark.link.NetworkLink;
import io.kudari.train.Request;
import io.kudari.train.TrainState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.spark.SparkConf;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.client.RpcResponseCallback;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.client.TransportClientFactory;
import org.apache.spark.network.sasl.SecretKeyHolder;
import org.apache.spark.network.server.NoOpRpcHandler;

/**
 * A rank's end of the line to the {@link Coordinator}: signs of life, events and parts of snapshots
 * go out without waiting; the answers say what the driver asks for. When the driver hangs up, or
 * does not answer, the attempt is over. Thread-safe.
 */
public final class CoordinatorClient implements Line, AutoCloseable {

  /**
   * Steps wait for each other so long: a message takes a processor for some tens of microseconds at
   * either end, which steps of a few milliseconds would feel.
   */
  private static final long GATHER_NANOS = 100_000_000;

  private static final int MOST_GATHERED = 1_000;

  private final TransportContext context;
  private final TransportClientFactory clients;
  private final TransportClient client;
  private final PartSender parts;
  private final List<Event> gathered = new ArrayList<>();
  private long sent = System.nanoTime() - GATHER_NANOS;
  private final Answer answer = new Answer();
  private final Duration silence;
  private final Unanswered unanswered;
  private final AtomicReference<Request> asked = new AtomicReference<>(Request.NONE);
  private final AtomicReference<Throwable> broken = new AtomicReference<>();
  private volatile Consumer<RuntimeException> whenBroken = e -> {};

  /**
   * Connects to the driver and greets.
   *
   * @param silence longest time without a sign of life that either end bears
   * @throws RankLostException when the driver cannot be reached, or refuses
   */
  public CoordinatorClient(
      SparkConf conf,
      SecretKeyHolder secrets,
      InetSocketAddress coordinator,
      Greeting greeting,
      Duration silence)
      throws InterruptedException {
    this.silence = silence;
    this.unanswered = new Unanswered(silence, System::nanoTime);
    this.context = new TransportContext(NetworkLink.transport(conf), new NoOpRpcHandler());
    this.clients =
        context.createClientFactory(NetworkLink.clientBootstraps(conf, secrets, EventBytes.MOST));
    TransportClient connected = null;
    try {
      TransportClient called =
          clients.createClient(coordinator.getHostString(), coordinator.getPort());
      ByteBuffer unused = called.sendRpcSync(greeting.toMessage(), silence.toMillis());
      connected = called;
    } catch (IOException | RuntimeException e) {
      // Spark reports a late answer and a refusal as it does a defect.
      throw unreachable(e);
    } finally {
      if (connected == null) closeTransport();
    }
    this.client = connected;
    this.parts = new PartSender(client, unanswered, answer::onFailure);
    keepAlive(Math.max(1, silence.toMillis() / 5));
  }

  private void keepAlive(long period) {
    var unused =
        client
            .getChannel()
            .eventLoop()
            .scheduleAtFixedRate(this::signOfLife, period, period, TimeUnit.MILLISECONDS);
  }

  private void signOfLife() {
    String late = client.isActive() ? unanswered.late() : "it has hung up";
    if (late == null) send(LineMessage.ALIVE.with(new byte[0]));
    else answer.onFailure(new IOException(late));
  }

  private void send(ByteBuffer message) {
    long unused = client.sendRpc(message, unanswered.sent(answer));
  }

  /**
   * Sends an event: a step and what was measured in it soon, together with others; anything else at
   * once.
   */
  @Override
  public void accept(Event event) {
    check();
    gathered.add(event);
    if (!waits(event, gathered.size(), System.nanoTime() - sent)) sendGathered();
  }

  /**
   * Whether an event waits for others.
   *
   * @param together how many wait, this one included
   * @param nanos since the last were sent
   */
  static boolean waits(Event event, int together, long nanos) {
    return event.ofStep() && together < MOST_GATHERED && nanos < GATHER_NANOS;
  }

  private void sendGathered() {
    if (gathered.isEmpty()) return;
    Event[] events = gathered.toArray(Event[]::new);
    gathered.clear();
    // Steps are short: what is too long is the last.
    String last = "an event " + events[events.length - 1].getClass().getSimpleName();
    send(LineMessage.EVENTS.with(EventBytes.write(last, events)));
    sent = System.nanoTime();
  }

  @Override
  public void snapshot(TrainState part) {
    check();
    parts.add(part);
  }

  @Override
  public void snapshotAfterEvents(TrainState part) {
    sendGathered();
    snapshot(part);
  }

  /** What the driver has asked for; a snapshot is asked for once. */
  @Override
  public Request next() {
    return asked.getAndUpdate(r -> r == Request.SNAPSHOT ? Request.NONE : r);
  }

  /** Whether something of a snapshot has not arrived yet. */
  @Override
  public boolean busy() {
    return parts.isBusy();
  }

  @Override
  public void whenBroken(Consumer<RuntimeException> listener) {
    whenBroken = listener;
    if (broken.get() != null) listener.accept(unreachable());
  }

  private void check() {
    if (broken.get() != null) throw unreachable();
  }

  private RankLostException unreachable() {
    return unreachable(broken.get());
  }

  private static RankLostException unreachable(Throwable cause) {
    return new RankLostException("the driver cannot be reached: " + FirstLine.of(cause), cause);
  }

  @Override
  public void flush(Duration patience) {
    sendGathered();
    long start = System.nanoTime();
    while (parts.isBusy() && System.nanoTime() - start < patience.toNanos()) {
      check();
      if (Thread.currentThread().isInterrupted()) return;
      LockSupport.parkNanos(1_000_000);
    }
    check();
    try {
      ByteBuffer last = LineMessage.ALIVE.with(new byte[0]);
      ByteBuffer unused = client.sendRpcSync(last, silence.toMillis());
    } catch (RuntimeException e) {
      answer.onFailure(e);
      throw unreachable();
    }
  }

  @Override
  public boolean isSilentFor(Duration time) {
    return unanswered.isSilentFor(time);
  }

  /** Hangs up. */
  @Override
  public void close() {
    whenBroken = e -> {};
    if (broken.get() == null) sendGathered();
    closeTransport();
  }

  private void closeTransport() {
    clients.close();
    context.close();
  }

  /** Called by Netty's threads. */
  private final class Answer implements RpcResponseCallback {
    @Override
    public void onSuccess(ByteBuffer response) {
      try {
        asked.updateAndGet(LineMessage.request(response)::or);
      } catch (IOException e) {
        onFailure(e);
      }
    }

    @Override
    public void onFailure(Throwable e) {
      if (broken.compareAndSet(null, e)) whenBroken.accept(unreachable());
    }
  }
}
