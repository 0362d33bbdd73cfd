package io.kudari.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.Slow;
import io.kudari.collective.Collectives;
import io.kudari.collective.Distribution;
import io.kudari.collective.LinkException;
import io.kudari.collective.TreeSum;
import io.kudari.event.Event;
import io.kudari.event.StepTimes;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.math.Slice;
import io.kudari.spark.coordinator.Attempt;
import io.kudari.spark.coordinator.Coordinator;
import io.kudari.spark.coordinator.CoordinatorClient;
import io.kudari.spark.coordinator.EventBytes;
import io.kudari.spark.coordinator.Greeting;
import io.kudari.spark.coordinator.LineMessage;
import io.kudari.spark.link.Doorkeeper;
import io.kudari.spark.link.Handshake;
import io.kudari.spark.link.NetworkLink;
import io.kudari.spark.link.Refusals;
import io.kudari.train.Request;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.spark.SparkConf;
import org.apache.spark.network.buffer.NioManagedBuffer;
import org.apache.spark.network.protocol.RpcRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whoever calls a rank or the driver and does not belong there is refused and counted, and the
 * training goes on with the same sums. Over sockets of 127.0.0.1.
 */
class StrangersTest {

  private static final Ranks.Secret SECRET = new Ranks.Secret("open sesame");
  private static final int LENGTH = 1000;

  /** How connections are secured. */
  enum Security {
    OPEN,
    AUTHENTICATED,
    ENCRYPTED;

    SparkConf conf() {
      return new SparkConf(false)
          .set("spark.authenticate", String.valueOf(this != OPEN))
          .set("spark.network.crypto.enabled", String.valueOf(this == ENCRYPTED));
    }
  }

  @ParameterizedTest
  @EnumSource
  void strangersAtARankAreRefusedAndCountedWhileTheSumsGoOn(Security security) throws Exception {
    try (Ranks ranks = new Ranks(security.conf(), 2);
        Recorder recorder = new Recorder(ranks.links.get(0).address())) {
      NetworkLink target = ranks.links.get(0);
      List<InetSocketAddress> addresses = List.of(recorder.address(), ranks.links.get(1).address());
      AtomicBoolean over = new AtomicBoolean();
      CountDownLatch connected = new CountDownLatch(2);
      List<Long> rounds =
          Ranks.together(
              3,
              thread -> {
                if (thread == 2) {
                  try {
                    assertTrue(connected.await(20, TimeUnit.SECONDS));
                    return strangers(security, target::address, target::refused, recorder, RANK);
                  } finally {
                    over.set(true);
                  }
                }
                ranks.links.get(thread).connect(addresses, Ranks.BOUND);
                connected.countDown();
                return sums(ranks.links.get(thread), over);
              });
      assertEquals(rounds.get(0), rounds.get(1));
      assertEquals(rounds.get(2), target.refused(), "nobody else was refused");
      assertEquals(0, ranks.links.get(1).refused());
      ranks.awaitBuffers();
    }
  }

  @ParameterizedTest
  @EnumSource
  void strangersAtTheDriverAreRefusedAndCountedWhileEventsGoOn(Security security) throws Exception {
    SparkConf conf = security.conf();
    try (Coordinator driver =
        new Coordinator(conf, SECRET, Ranks.HERE, () -> Request.NONE, state -> {})) {
      driver.begin(new Attempt(1, 2, LENGTH, Ranks.BOUND, Ranks.BOUND, System::nanoTime));
      try (Recorder recorder = new Recorder(driver.address());
          CoordinatorClient line =
              new CoordinatorClient(
                  conf, SECRET, recorder.address(), new Greeting(1, 0), Ranks.BOUND)) {
        line.accept(done(1));
        line.flush(Ranks.BOUND);
        long refused = strangers(security, driver::address, driver::refused, recorder, DRIVER);
        assertEquals(refused, driver.refused(), "nobody else was refused");
        line.accept(done(2));
        line.flush(Ranks.BOUND);
        assertEquals(done(1), driver.nextReady());
        assertEquals(done(2), driver.nextReady());
      }
    }
  }

  /** Says that it is the other rank, as the one that is there. */
  private static final List<byte[]> RANK =
      List.of(
          frame(new Handshake(1, 2, 1, false).toBytes()),
          frame(new Handshake(1, 2, 1, true).toBytes()));

  private static final List<byte[]> DRIVER =
      List.of(
          frame(new Greeting(1, 0).toMessage()),
          frame(new Greeting(1, 1).toMessage(), LineMessage.ALIVE.with(new byte[0])));

  /** All of them, one after another; their number. Each must be refused before the next comes. */
  private static long strangers(
      Security security,
      Supplier<InetSocketAddress> address,
      LongSupplier refused,
      Recorder recorder,
      List<byte[]> greetings)
      throws Exception {
    RandomStream random = new RandomStream(3, Purpose.TEST, 0, 0);
    byte[] garbage = new byte[200_000];
    for (int i = 0; i < garbage.length; i++) garbage[i] = (byte) random.nextInt();
    List<byte[]> calls = new ArrayList<>();
    calls.add(garbage);
    // A frame of 2^31 - 1 bytes, one that only a rank that is in may send, one of no length.
    calls.add(new byte[] {0, 0, 0, 0, 0x7f, -1, -1, -1, 3});
    calls.add(new byte[] {0, 0, 0, 0, 0, 2, 0, 0, 3});
    calls.add(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 3});
    // A message without a greeting, a greeting that is none, a frame of a length that lies.
    calls.add(frame(LineMessage.EVENTS.with(EventBytes.write("an event", done(9)))));
    calls.add(frame(ByteBuffer.wrap("GET / HTTP/1.1".getBytes(StandardCharsets.UTF_8))));
    calls.add(new byte[] {0, 0, 0, 0, 0, 0, 0, 12, 3, 1, 2, 3});
    for (byte[] sent : recorder.sent()) calls.add(sent);
    assertTrue(calls.size() > 7, "a handshake was recorded");
    if (security != Security.OPEN) {
      // No secret; and what was recorded of one who knows it, with a greeting right behind it.
      calls.addAll(greetings);
      for (byte[] sent : recorder.sent())
        for (byte[] greeting : greetings) calls.add(join(Recorder.firstFrame(sent), greeting));
    } else {
      calls.add(greetings.get(0));
    }
    List<List<byte[]>> dialogues = new ArrayList<>();
    for (byte[] call : calls) dialogues.add(List.of(call));
    if (security != Security.OPEN) {
      for (byte[] sent : recorder.sent())
        dialogues.add(List.of(Recorder.firstFrame(sent), greetings.get(0)));
    }
    long count = 0;
    for (List<byte[]> dialogue : dialogues) {
      String which = security + ", stranger " + count + " of " + dialogues.size();
      assertTrue(closes(address.get(), dialogue), which + " was let in");
      count++;
      long expected = count;
      until(() -> refused.getAsLong() == expected, which + " was not counted once");
    }
    if (security != Security.OPEN) {
      for (NetworkLink stranger :
          List.of(intruder(new SparkConf(false), null), intruder(security.conf(), OTHER))) {
        try (stranger) {
          List<InetSocketAddress> target = List.of(address.get(), address.get());
          assertThrows(LinkException.class, () -> stranger.connect(target, Duration.ofSeconds(5)));
          count++;
          long expected = count;
          until(() -> refused.getAsLong() == expected, "an intruder was not counted once");
        }
      }
    }
    return count;
  }

  private static final Ranks.Secret OTHER = new Ranks.Secret("open rye");

  private static NetworkLink intruder(SparkConf conf, Ranks.Secret secret) {
    return Ranks.listen(conf, secret, 1, 1, 2, Duration.ofSeconds(10));
  }

  @Slow
  @Test
  void aCallerThatSaysNothingIsRefusedAfterAWhile() throws Exception {
    try (Coordinator driver =
            new Coordinator(
                new SparkConf(false), SECRET, Ranks.HERE, () -> Request.NONE, state -> {});
        Socket mute = new Socket(driver.address().getHostString(), driver.address().getPort())) {
      mute.setSoTimeout((int) Doorkeeper.PATIENCE.multipliedBy(2).toMillis());
      assertEquals(-1, mute.getInputStream().read());
      until(() -> driver.refused() == 1, "was not counted once");
    }
  }

  @Test
  void ofManyStrangersOneIsToldAndTheirNumber() {
    List<String> lines = new ArrayList<>();
    Refusals refusals = new Refusals("rank 3", lines::add);
    refusals.end();
    EmbeddedChannel caller = new EmbeddedChannel();
    for (int i = 0; i < 1000; i++) refusals.add(caller, new IOException("odd\tframe\nof " + i));
    refusals.end();
    assertEquals(
        List.of(
            "rank 3 turned away a caller from embedded: odd frame; more of them are only counted",
            "rank 3 turned away 1000 callers"),
        lines);
    var unused = caller.close();
  }

  /** Sums until it is over, which rank 0 says by a value of its vector; the number of sums. */
  private static long sums(NetworkLink link, AtomicBoolean over) {
    List<Slice> slices = List.of(new Slice(0, LENGTH / 2), new Slice(LENGTH / 2, LENGTH));
    Distribution hosts = Distribution.even(2, 2);
    try (Collectives collectives = new Collectives(link, 1, hosts, Ranks.BOUND)) {
      for (int round = 0; true; round++) {
        boolean last = link.rank() == 0 && over.get();
        float[] sum = new float[LENGTH];
        var own = new TreeSum.Node<>(0, link.rank(), values(link.rank(), round, last));
        collectives.reduceScatter(2L * round, List.of(own), slices, sum);
        collectives.allGather(2L * round + 1, sum, slices);
        float[] expected = values(0, round, sum[0] > 0);
        float[] other = values(1, round, false);
        for (int i = 0; i < LENGTH; i++) expected[i] += other[i];
        assertArrayEquals(expected, sum, "round " + round);
        if (sum[0] > 0) return round;
      }
    }
  }

  private static float[] values(int rank, int round, boolean last) {
    float[] values = new float[LENGTH];
    for (int i = 1; i < LENGTH; i++) values[i] = (rank + 1) * (i % 977) + round;
    values[0] = last ? 1 : 0;
    return values;
  }

  private static Event.StepDone done(long step) {
    return new Event.StepDone(step, 0, 1, 1, 0.5, 0.1, new StepTimes(1, 2, 3, 4, 5));
  }

  /** Requests as Spark's transport sends them, one right behind the other. */
  private static byte[] frame(ByteBuffer... bodies) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (ByteBuffer body : bodies) {
      RpcRequest request = new RpcRequest(7, new NioManagedBuffer(body.duplicate()));
      int head = 1 + request.encodedLength();
      ByteBuf frame = Unpooled.buffer();
      frame.writeLong(Long.BYTES + head + body.remaining());
      request.type().encode(frame);
      request.encode(frame);
      frame.writeBytes(body.duplicate());
      byte[] copy = new byte[frame.readableBytes()];
      frame.readBytes(copy);
      bytes.writeBytes(copy);
    }
    return bytes.toByteArray();
  }

  private static byte[] join(byte[] one, byte[] two) {
    byte[] both = Arrays.copyOf(one, one.length + two.length);
    System.arraycopy(two, 0, both, one.length, two.length);
    return both;
  }

  /** Whether the server closes the connection after these bytes, each answered, in five seconds. */
  private static boolean closes(InetSocketAddress address, List<byte[]> dialogue)
      throws IOException {
    try (Socket socket = new Socket(address.getHostString(), address.getPort())) {
      socket.setSoTimeout(5_000);
      for (byte[] bytes : dialogue) {
        socket.getOutputStream().write(bytes);
        boolean last = bytes == dialogue.get(dialogue.size() - 1);
        if (!last && socket.getInputStream().read() < 0) return true;
      }
      while (socket.getInputStream().read() >= 0) {}
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true; // a reset
    }
  }

  private static void until(BooleanSupplier condition, String otherwise) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() - start < 5_000_000_000L, otherwise);
      LockSupport.parkNanos(1_000_000);
    }
  }
}
