package io.kudari.spark.link;

import io.kudari.collective.BufferPool;
import io.kudari.collective.Link;
import io.kudari.collective.LinkChoice;
import io.kudari.collective.LinkException;
import io.kudari.event.FirstLine;
import io.kudari.spark.cluster.RankSlots;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.nio.AbstractNioChannel;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.network.TransportContext;
import org.apache.spark.network.buffer.NioManagedBuffer;
import org.apache.spark.network.client.TransportClient;
import org.apache.spark.network.client.TransportClientBootstrap;
import org.apache.spark.network.client.TransportClientFactory;
import org.apache.spark.network.crypto.AuthClientBootstrap;
import org.apache.spark.network.crypto.AuthServerBootstrap;
import org.apache.spark.network.protocol.OneWayMessage;
import org.apache.spark.network.sasl.SecretKeyHolder;
import org.apache.spark.network.server.TransportChannelHandler;
import org.apache.spark.network.server.TransportServer;
import org.apache.spark.network.server.TransportServerBootstrap;
import org.apache.spark.network.util.TransportConf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages between ranks over Spark's own transport: one server a rank, and for each pair one
 * connection for control, such as signs of life, and one for messages, which the higher rank opens.
 * Once Spark has authenticated the connection for messages, the rank's own thread reads and writes
 * it, see {@link Wires}; where both ranks can map the same memory, messages go through that, and
 * the connection only wakes, see {@link SharedWire}. Encrypted messages, which only Spark's event
 * loops can read, share the connection for control, and so do all with another {@code
 * spark.kudari.io.mode} than NIO. Several ranks may live in one JVM. Settings are those of Spark's
 * module {@code kudari} ({@code spark.kudari.io.*}); with {@code spark.authenticate} every
 * connection must know the application's secret, and {@code spark.network.crypto.*} encrypts.
 *
 * <p>Life: {@link #listen}, tell the others {@link #address}, {@link #connect}, use, {@link
 * #close}.
 */
public final class NetworkLink implements Link {

  /** Bytes of an encrypted message: long, because each one is acknowledged. */
  static final int MESSAGE = 256 * 1024;

  /** Bytes of a message on a {@link Wire}: it stays in the cache from the socket to the sum. */
  public static final int WIRE_MESSAGE = 64 * 1024;

  /** Bytes of one peer's messages that may wait here to be used. */
  public static final long INBOX = 64L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(NetworkLink.class);
  private static final String MODULE = "kudari";

  /** How long a port that was chosen may be taken. */
  private static final Duration CLOSING = Duration.ofSeconds(5);

  private static final Duration DRAIN = Duration.ofSeconds(2);

  private final Handshake self;
  private final String host;
  private final Duration silence;
  private final LinkChoice memory;
  private final List<Path> folders;
  private final BufferPool pool;
  private final List<Inbox> inboxes;
  private final Arrivals arrivals;
  private final Refusals refusals;
  private final TransportContext context;
  private final TransportServer server;
  private final TransportClientFactory clients;
  private final TransportClient[] peers;
  private final Wires wiresOrNull;
  private final Queue<Channel> wired = new ConcurrentLinkedQueue<>();
  private final AtomicLong unacknowledged = new AtomicLong();
  private volatile boolean aborted;
  private volatile boolean closed;

  private NetworkLink(
      SparkConf conf,
      SecretKeyHolder secrets,
      String host,
      int port,
      Handshake self,
      LinkChoice choice,
      List<Path> folders,
      Duration silence) {
    this.self = self;
    this.memory = obstacle(conf) == null ? choice : LinkChoice.SOCKETS;
    this.folders = folders;
    this.host = host;
    this.silence = silence;
    this.inboxes =
        IntStream.range(0, self.size()).mapToObj(r -> new Inbox(r, INBOX, silence)).toList();
    this.pool = new BufferPool(isPlain(conf) ? WIRE_MESSAGE : MESSAGE);
    this.wiresOrNull = isPlain(conf) ? new Wires(inboxes, pool, silence) : null;
    this.arrivals = new Arrivals(self, wiresOrNull != null, inboxes, pool);
    this.refusals = new Refusals("rank " + self.rank(), LOG::warn);
    this.peers = new TransportClient[self.size()];
    this.context = new TransportContext(transport(conf), arrivals);
    this.clients =
        context.createClientFactory(clientBootstraps(conf, secrets, FrameGuard.MAX_FRAME));
    this.server = served(port, serverBootstraps(conf, secrets, FrameGuard.MAX_FRAME, refusals));
  }

  /** What an earlier attempt listened with may take a moment to close. */
  private TransportServer served(int port, List<TransportServerBootstrap> bootstraps) {
    long start = System.nanoTime();
    while (true) {
      try {
        return Servers.listen(context, host, port, bootstraps);
      } catch (BindException e) {
        boolean waits = port > 0 && System.nanoTime() - start < CLOSING.toNanos() && pause();
        if (waits) continue;
        release();
        if (port > 0) throw taken(port, e);
        throw new IllegalStateException(
            "rank %d cannot listen at %s (%s)".formatted(rank(), host, FirstLine.of(e)), e);
      } catch (Exception e) {
        release();
        throw e;
      }
    }
  }

  /** What was opened before the server. */
  private void release() {
    clients.close();
    if (wiresOrNull != null) wiresOrNull.close();
    context.close();
  }

  private TakenPortException taken(int port, BindException cause) {
    return new TakenPortException(
        "train.port = %d: rank %d cannot listen at port %d of %s (%s): choose others, or 0 for any"
            .formatted(port - rank(), rank(), port, host, FirstLine.of(cause)),
        cause);
  }

  /** Whether to go on. */
  private static boolean pause() {
    try {
      Thread.sleep(100);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Starts to listen on a free port.
   *
   * @param conf of the application; says whether connections are authenticated and encrypted
   * @param secrets of the application, such as {@code SparkEnv.get().securityManager()}; only asked
   *     with {@code spark.authenticate}
   * @param host to bind to, as the other ranks reach it
   * @param attempt the same number on all ranks; others are refused
   * @param choice the same on all ranks
   * @param silence longest time without any sign of life of a peer while this rank waits for it
   * @throws RankSlots.UnsuitableException when encryption is set to a cipher that this Spark cannot
   *     use, or contradicts the choice
   */
  public static NetworkLink listen(
      SparkConf conf,
      SecretKeyHolder secrets,
      String host,
      long attempt,
      int rank,
      int size,
      LinkChoice choice,
      Duration silence) {
    return listen(conf, secrets, host, 0, attempt, rank, size, choice, silence);
  }

  /**
   * The same on a port of choice.
   *
   * @param port to listen at, or 0 for any that is free
   * @throws TakenPortException when the port is still taken after some seconds, naming it
   */
  public static NetworkLink listen(
      SparkConf conf,
      SecretKeyHolder secrets,
      String host,
      int port,
      long attempt,
      int rank,
      int size,
      LinkChoice choice,
      Duration silence) {
    Handshake self = new Handshake(attempt, size, rank, false);
    return listen(conf, secrets, host, port, self, choice, SharedMemory.folders(conf), silence);
  }

  /** The same with other folders for memory to share. */
  static NetworkLink listen(
      SparkConf conf,
      SecretKeyHolder secrets,
      String host,
      Handshake self,
      LinkChoice choice,
      List<Path> folders,
      Duration silence) {
    return listen(conf, secrets, host, 0, self, choice, folders, silence);
  }

  private static NetworkLink listen(
      SparkConf conf,
      SecretKeyHolder secrets,
      String host,
      int port,
      Handshake self,
      LinkChoice choice,
      List<Path> folders,
      Duration silence) {
    RankSlots.checkCipher(conf);
    check(conf, choice);
    return new NetworkLink(conf, secrets, host, port, self, choice, folders, silence);
  }

  /**
   * Looks whether ranks can have the link that was chosen.
   *
   * @throws RankSlots.UnsuitableException when settings of Spark forbid it; one line
   */
  public static void check(SparkConf conf, LinkChoice choice) {
    String obstacle = obstacle(conf);
    if (choice == LinkChoice.SHARED_MEMORY && obstacle != null)
      throw new RankSlots.UnsuitableException("train.link = shared-memory contradicts " + obstacle);
  }

  /** What forbids memory beside the connections, or null. */
  private static String obstacle(SparkConf conf) {
    if (authenticated(conf))
      return "spark.authenticate = true: memory is neither authenticated nor encrypted";
    if (isEncrypted(conf)) return "spark.network.crypto.enabled = true: memory is not encrypted";
    return isPlain(conf) ? null : "spark.kudari.io.mode, which must be NIO";
  }

  /**
   * Encrypted messages go through an event loop, which with Linux's own event notification, where
   * it is at hand, is a third faster than with the JDK's. A host that does not answer is given up
   * soon, also in the middle of a handshake.
   */
  private static SparkConf withDefaults(SparkConf conf) {
    String mode = !isEncrypted(conf) || !Epoll.isAvailable() ? "NIO" : "EPOLL";
    return conf.clone()
        .setIfMissing("spark." + MODULE + ".io.mode", mode)
        .setIfMissing("spark." + MODULE + ".io.connectionCreationTimeout", "10s")
        .setIfMissing("spark." + MODULE + ".io.serverThreads", "1")
        .setIfMissing("spark." + MODULE + ".io.clientThreads", "1")
        .setIfMissing("spark.network.auth.rpcTimeout", "8s")
        .setIfMissing("spark." + MODULE + ".sasl.timeout", "8s");
  }

  private static boolean isEncrypted(SparkConf conf) {
    return conf.getBoolean("spark.network.crypto.enabled", false)
        || conf.getBoolean("spark.authenticate.enableSaslEncryption", false);
  }

  /** Whether bytes are on the socket as they are, and the socket is one of the JDK. */
  private static boolean isPlain(SparkConf conf) {
    return !isEncrypted(conf) && "NIO".equals(transport(conf).ioMode());
  }

  private static boolean authenticated(SparkConf conf) {
    return conf.getBoolean("spark.authenticate", false);
  }

  /** Spark's settings for our connections. */
  public static TransportConf transport(SparkConf conf) {
    return new TransportConf(MODULE, new Settings(withDefaults(conf)));
  }

  /** What guards and authenticates a connection that is opened. */
  public static List<TransportClientBootstrap> clientBootstraps(
      SparkConf conf, SecretKeyHolder secrets, int maxFrame) {
    List<TransportClientBootstrap> all = new ArrayList<>();
    all.add(
        (client, channel) ->
            channel
                .pipeline()
                .addBefore("frameDecoder", "guard", new FrameGuard(MESSAGE, maxFrame, null)));
    if (authenticated(conf)) {
      String application = conf.get("spark.app.id", MODULE);
      all.add(new AuthClientBootstrap(transport(conf), application, secrets));
    }
    return all;
  }

  /** What guards and authenticates a connection that is accepted, and counts those that are not. */
  public static List<TransportServerBootstrap> serverBootstraps(
      SparkConf conf, SecretKeyHolder secrets, int maxFrame, Refusals refusals) {
    List<TransportServerBootstrap> all = new ArrayList<>();
    all.add(
        (channel, handler) -> {
          channel.pipeline().addLast("guard", new FrameGuard(MESSAGE, maxFrame, refusals));
          return handler;
        });
    if (authenticated(conf)) all.add(new AuthServerBootstrap(transport(conf), secrets));
    all.add((channel, handler) -> new Doorkeeper(handler, refusals));
    return all;
  }

  /** Where the other ranks find this one. */
  public InetSocketAddress address() {
    return InetSocketAddress.createUnresolved(host, server.getPort());
  }

  /**
   * Connects all ranks; returns when this rank is connected to every other.
   *
   * @param addresses of all ranks, in rank order
   * @param timeout longest wait for one rank
   * @throws LinkException when a rank cannot be reached, refuses, or does not call in time
   */
  public void connect(List<InetSocketAddress> addresses, Duration timeout) throws LinkException {
    for (int peer = 0; peer < rank(); peer++) call(peer, addresses.get(peer), timeout);
    for (int peer = 0; peer < size(); peer++) {
      if (peer != rank()) inboxes.get(peer).awaitConnection(false, timeout);
    }
    for (int peer = rank() + 1; peer < size(); peer++) {
      peers[peer] = clientOf(peer, inboxes.get(peer).channel());
    }
    for (int peer = 0; peer < size(); peer++) if (peer != rank()) keepAlive(peer);
    if (wiresOrNull != null) connectWires(addresses, timeout);
  }

  /**
   * Opens the second connection of each pair, as authenticated as the first, and takes it from its
   * event loop. The side that accepted it sends nothing before it knows, by the message of {@link
   * Sharing}, that the other side has taken it too.
   */
  private void connectWires(List<InetSocketAddress> addresses, Duration timeout)
      throws LinkException {
    Sharing sharing = new Sharing(self, host, memory, folders, wiresOrNull);
    try (sharing) {
      for (int peer = 0; peer < rank(); peer++) {
        wire(peer, greet(peer, true, addresses.get(peer), timeout).getChannel());
        sharing.offer(peer, addresses.get(peer).getHostString(), timeout);
      }
      for (int peer = rank() + 1; peer < size(); peer++) {
        inboxes.get(peer).awaitConnection(true, timeout);
        wire(peer, inboxes.get(peer).offer());
        sharing.answer(peer, timeout);
      }
      for (int peer = 0; peer < rank(); peer++) sharing.agree(peer, timeout);
      sharing.conclude(timeout);
    }
    sharing.refusals().forEach((peer, why) -> LOG.info("sockets to rank {}: {}", peer, why));
  }

  /** Takes a socket from its event loop once all that the loop had to write is written. */
  private void wire(int peer, Channel channel) throws LinkException {
    try {
      channel.config().setAutoRead(false);
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).sync();
      var socket = (SocketChannel) ((AbstractNioChannel.NioUnsafe) channel.unsafe()).ch();
      channel.deregister().sync();
      arrivals.channels().remove(channel);
      wired.add(channel);
      wiresOrNull.add(peer, socket);
    } catch (IOException e) {
      throw new LinkException("rank " + peer + ": " + FirstLine.of(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LinkException("the call of rank " + peer + " was interrupted");
    }
  }

  /** A channel that has been closed in the meantime has no handlers any more. */
  private static TransportClient clientOf(int peer, Channel channel) throws LinkException {
    TransportChannelHandler handler = channel.pipeline().get(TransportChannelHandler.class);
    if (handler == null) throw new LinkException("rank " + peer + " has closed its connection");
    return handler.getClient();
  }

  private void call(int peer, InetSocketAddress address, Duration timeout) throws LinkException {
    TransportClient client = greet(peer, false, address, timeout);
    peers[peer] = client;
    inboxes.get(peer).connected(client.getChannel());
  }

  private TransportClient greet(
      int peer, boolean second, InetSocketAddress address, Duration timeout) throws LinkException {
    try {
      TransportClient client =
          clients.createUnmanagedClient(address.getHostString(), address.getPort());
      arrivals.attach(client.getChannel(), peer);
      Handshake handshake = second ? self.asSecond() : self;
      Handshake answer =
          Handshake.from(client.sendRpcSync(handshake.toBytes(), timeout.toMillis()));
      if (!answer.equals(new Handshake(self.attempt(), size(), peer, second))) {
        throw new LinkException("at " + address + " answers " + answer + ", not rank " + peer);
      }
      return client;
    } catch (IOException | RuntimeException e) {
      throw new LinkException("rank " + peer + " at " + address + ": " + FirstLine.of(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LinkException("the call of rank " + peer + " was interrupted");
    }
  }

  private void keepAlive(int peer) {
    Channel channel = peers[peer].getChannel();
    long period = Math.max(1, silence.toMillis() / 5);
    var unused =
        channel
            .eventLoop()
            .scheduleAtFixedRate(
                () -> {
                  long sent = wiresOrNull == null ? 0 : wiresOrNull.sent(peer);
                  if (channel.isActive()) control(channel, Arrivals.alive(sent));
                },
                period,
                period,
                TimeUnit.MILLISECONDS);
  }

  private static void control(Channel channel, ByteBuffer message) {
    var unused = channel.writeAndFlush(new OneWayMessage(new NioManagedBuffer(message)));
  }

  @Override
  public int rank() {
    return self.rank();
  }

  @Override
  public int size() {
    return self.size();
  }

  @Override
  public int capacity() {
    return wiresOrNull != null ? WIRE_MESSAGE : MESSAGE;
  }

  @Override
  public boolean isMemory(int peer) {
    return wiresOrNull != null && wiresOrNull.isShared(peer);
  }

  @Override
  public ByteBuffer take(int peer) {
    return wiresOrNull != null ? wiresOrNull.take(peer) : pool.take();
  }

  @Override
  public void release(int peer, ByteBuffer message) {
    if (wiresOrNull != null) wiresOrNull.release(peer, message);
    else pool.release(message);
  }

  @Override
  public boolean isFree(int peer) throws LinkException {
    if (wiresOrNull != null) return wiresOrNull.isFree(peer);
    String failure = inboxes.get(peer).failure();
    if (failure != null) throw new LinkException(failure);
    return unacknowledged.get() == 0;
  }

  @Override
  public void post(int peer, ByteBuffer message) throws LinkException {
    if (wiresOrNull != null) wiresOrNull.post(peer, message);
    else send(peer, message, Duration.ZERO);
  }

  @Override
  public void send(int peer, ByteBuffer message, Duration timeout) throws LinkException {
    if (wiresOrNull != null) {
      wiresOrNull.send(peer, message, timeout);
      return;
    }
    String failure = inboxes.get(peer).failure();
    if (failure != null) {
      pool.release(message);
      throw new LinkException(failure);
    }
    unacknowledged.incrementAndGet();
    Outgoing outgoing =
        new Outgoing(message.position(0), pool::release, cause -> sent(peer, cause));
    var unused =
        peers[peer].uploadStream(new NioManagedBuffer(ByteBuffer.allocate(0)), outgoing, outgoing);
  }

  private void sent(int peer, Throwable cause) {
    unacknowledged.decrementAndGet();
    if (cause != null && !closed) {
      inboxes.get(peer).fail("a message to rank " + peer + " was not delivered: " + cause);
    }
  }

  @Override
  public ByteBuffer receive(int peer, Duration timeout) throws LinkException {
    return wiresOrNull != null
        ? wiresOrNull.receive(peer, timeout)
        : inboxes.get(peer).take(timeout);
  }

  @Override
  public void abort(String reason) {
    if (aborted) return;
    aborted = true;
    for (TransportClient peer : peers) if (peer != null) peer.send(Arrivals.abort(reason));
  }

  /** Callers that were turned away. */
  public long refused() {
    return refusals.count();
  }

  /** Message buffers that are in use: none, once all ranks have used all messages. */
  public int lent() {
    return pool.lent() + (wiresOrNull == null ? 0 : wiresOrNull.lent());
  }

  /** Peers with which this rank shares memory. */
  int shared() {
    return (int) IntStream.range(0, size()).filter(this::isMemory).count();
  }

  /** Open connections. */
  int connections() {
    return arrivals.channels().size();
  }

  @Override
  public void close() {
    if (closed) return;
    drain();
    closed = true;
    if (wiresOrNull != null) wiresOrNull.close();
    for (Channel channel : wired) channel.close().awaitUninterruptibly(DRAIN.toMillis());
    for (Channel channel : List.copyOf(arrivals.channels())) {
      channel.close().awaitUninterruptibly(DRAIN.toMillis());
    }
    clients.close();
    server.close();
    context.close();
    refusals.end();
  }

  /** Waits until the peers have what was sent to them, unless the attempt has failed. */
  private void drain() {
    long start = System.nanoTime();
    while (unacknowledged.get() > 0
        && inboxes.stream().allMatch(i -> i.failure() == null)
        && System.nanoTime() - start < DRAIN.toNanos()) {
      LockSupport.parkNanos(200_000);
    }
  }
}
