package io.kudari.spark.coordinator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.event.Event;
import io.kudari.event.StepTimes;
import io.kudari.math.Slice;
import io.kudari.spark.Ranks;
import io.kudari.spark.cluster.RankLostException;
import io.kudari.spark.cluster.RankSlots;
import io.kudari.spark.link.ListenAddress;
import io.kudari.spark.recovery.RankOutcome;
import io.kudari.state.SameState;
import io.kudari.state.StateWriter;
import io.kudari.train.Request;
import io.kudari.train.Requests;
import io.kudari.train.TrainState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

/** Events on their way to the driver, over sockets of 127.0.0.1. */
class CoordinatorClientTest {

  private static final SparkConf OPEN = new SparkConf(false);
  private static final SparkConf SECURE =
      new SparkConf(false)
          .set("spark.authenticate", "true")
          .set("spark.network.crypto.enabled", "true");
  private static final int PARAMETERS = 300_000;
  private static final Ranks.Secret SECRET = new Ranks.Secret("open sesame");

  @Test
  void everythingSentBeforeCloseIsThereAfterItInOrder() throws Exception {
    for (SparkConf conf : new SparkConf[] {OPEN, SECURE}) {
      try (Coordinator driver = coordinator(conf, () -> false)) {
        long many = 5_000; // a driver that listens to none of them stalls nobody
        try (CoordinatorClient line = line(conf, SECRET, driver)) {
          for (long step = 1; step <= many; step++) line.accept(done(step));
          line.flush(Ranks.BOUND);
        }
        assertEquals(LongStream.rangeClosed(1, many).boxed().toList(), steps(driver));
      }
    }
  }

  /** Three measurements every ten steps, each in a message of its own, would slow those down. */
  @Test
  void stepsAndWhatIsMeasuredInThemWaitForEachOtherAndNothingElseDoes() {
    Event scalar = new Event.Scalar("noise-scale", 11, 300);
    for (Event event : List.of(done(11), scalar)) {
      assertTrue(CoordinatorClient.waits(event, 999, 99_000_000), event.toString());
      assertFalse(CoordinatorClient.waits(event, 1_000, 0), event.toString());
      assertFalse(CoordinatorClient.waits(event, 2, 100_000_000), event.toString());
    }
    assertFalse(CoordinatorClient.waits(new Event.Diverged(11, "loss", "skipped"), 1, 0));
  }

  @Test
  void theAnswerToEventsSaysWhetherToStop() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    try (Coordinator driver = coordinator(OPEN, stop::get);
        CoordinatorClient line = line(OPEN, SECRET, driver)) {
      line.accept(done(1));
      assertNotNull(next(driver));
      assertEquals(Request.NONE, line.next());
      stop.set(true);
      until(
          () -> {
            line.accept(done(2));
            return line.next() == Request.STOP;
          });
    }
  }

  /** As of another training of the application, which has begun since the ports were looked at. */
  @Test
  void aPortThatIsTakenIsRefusedInOneLine() {
    try (Coordinator first = coordinator(OPEN, () -> false)) {
      int port = first.address().getPort();
      SparkConf taken =
          new SparkConf(false)
              .set("spark.kudari.driver.port", String.valueOf(port))
              .set("spark.port.maxRetries", "0");
      assertEquals(
          "spark.kudari.driver.port = "
              + port
              + " is taken: choose another, or raise spark.port.maxRetries = 0",
          assertThrows(
                  RankSlots.UnsuitableException.class,
                  () -> coordinator(taken, () -> false).close())
              .getMessage());
    }
  }

  /** As behind an address translation, where the host is none of this machine's. */
  @Test
  void aDriverListensAtOneAddressAndIsCalledAtAnother() throws Exception {
    ListenAddress here = new ListenAddress("127.0.0.1", "192.0.2.1");
    try (Coordinator driver =
        begun(new Coordinator(OPEN, SECRET, here, () -> Request.NONE, state -> {}))) {
      assertEquals("192.0.2.1", driver.address().getHostString());
      int port = driver.address().getPort();
      InetSocketAddress translated = InetSocketAddress.createUnresolved("127.0.0.1", port);
      try (CoordinatorClient line =
          new CoordinatorClient(OPEN, SECRET, translated, new Greeting(1, 0), Ranks.BOUND)) {
        line.accept(done(3));
        line.flush(Ranks.BOUND);
      }
      assertEquals(3, ((Event.StepDone) next(driver)).step());
    }
  }

  @Test
  void aDriverThatIsGoneIsAnError() throws Exception {
    Coordinator driver = coordinator(OPEN, () -> false);
    CoordinatorClient line = line(OPEN, SECRET, driver);
    driver.close();
    BooleanSupplier refused =
        () -> {
          try {
            line.accept(done(1));
            return false;
          } catch (RankLostException e) {
            return e.getMessage().startsWith("the driver cannot be reached: ");
          }
        };
    until(refused);
    assertThrows(RankLostException.class, () -> line.flush(Ranks.BOUND));
    AtomicReference<RuntimeException> told = new AtomicReference<>();
    line.whenBroken(told::set);
    assertTrue(told.get() instanceof RankLostException, "" + told.get());
    line.close();
    RankLostException gone =
        assertThrows(RankLostException.class, () -> line(OPEN, SECRET, driver));
    assertTrue(RankOutcome.failed(gone).followed(), "the rank is not to blame");
  }

  @Test
  void anEventThatIsTooLargeIsNamedWhereItIsToldAndTheLineGoesOn() throws Exception {
    try (Coordinator driver = coordinator(OPEN, () -> false);
        CoordinatorClient line = line(OPEN, SECRET, driver)) {
      String long16 = "x".repeat(17 << 20);
      IllegalStateException e =
          assertThrows(
              IllegalStateException.class,
              () -> line.accept(new Event.Diverged(1, long16, "skipped")));
      assertTrue(e.getMessage().startsWith("an event Diverged of 178"), e.getMessage());
      assertTrue(e.getMessage().contains("at most 16776192 bytes"), e.getMessage());
      line.accept(done(2));
      line.flush(Ranks.BOUND);
      assertEquals(2, ((Event.StepDone) next(driver)).step());
    }
  }

  @Test
  void aLineWithoutTheSecretIsRefusedAndHarmsNobody() throws Exception {
    try (Coordinator driver = coordinator(SECURE, () -> false)) {
      assertThrows(Exception.class, () -> line(SECURE, new Ranks.Secret("open rye"), driver));
      assertThrows(RuntimeException.class, () -> line(OPEN, SECRET, driver));
      try (CoordinatorClient line = line(SECURE, SECRET, driver)) {
        line.accept(done(2));
        line.flush(Ranks.BOUND);
      }
      assertEquals(2, ((Event.StepDone) next(driver)).step());
      assertNull(driver.nextReady());
    }
  }

  @Test
  void partsOfASnapshotFromSeveralRanksArriveAsOneState() throws Exception {
    TrainState whole = state(7, 3, true);
    TrainState bare = state(8, 0, false);
    for (SparkConf conf : new SparkConf[] {OPEN, SECURE}) {
      List<TrainState> arrived = Collections.synchronizedList(new ArrayList<>());
      try (Coordinator driver = coordinator(conf, arrived::add);
          CoordinatorClient left = line(conf, SECRET, driver, new Greeting(1, 0));
          CoordinatorClient right = line(conf, SECRET, driver, new Greeting(1, 1))) {
        for (TrainState state : List.of(whole, bare)) {
          right.snapshot(state.cut(new Slice(100_001, PARAMETERS)));
          right.snapshot(state.cut(new Slice(PARAMETERS, PARAMETERS)));
          assertTrue(right.busy());
          left.snapshot(state.cut(new Slice(0, 100_000)));
          left.snapshot(state.cut(new Slice(100_000, 100_001)));
        }
        left.flush(Ranks.BOUND);
        right.flush(Ranks.BOUND);
        assertFalse(left.busy());
        assertFalse(right.busy());
      }
      assertEquals(2, arrived.size());
      assertSame(whole, arrived.get(0));
      assertSame(bare, arrived.get(1));
    }
  }

  @Test
  void whatIsOfALegThatIsOverIsNotTaken() throws Exception {
    List<TrainState> arrived = Collections.synchronizedList(new ArrayList<>());
    Attempt first = attempt(1);
    try (Coordinator driver = coordinator(OPEN, arrived::add)) {
      driver.begin(first);
      try (CoordinatorClient old = line(OPEN, SECRET, driver, new Greeting(1, 0))) {
        old.accept(done(1));
        old.snapshot(state(7, 0, false).cut(new Slice(0, PARAMETERS / 2)));
        old.flush(Ranks.BOUND);
        first.end();
        AtomicReference<RuntimeException> told = new AtomicReference<>();
        old.whenBroken(told::set);
        driver.begin(attempt(2));
        assertThrows(RankLostException.class, () -> line(OPEN, SECRET, driver, new Greeting(1, 1)));
        assertThrows(RuntimeException.class, () -> first.heard(0));
        assertThrows(
            RuntimeException.class,
            () -> {
              old.accept(done(2));
              old.flush(Ranks.BOUND);
            });
        until(() -> told.get() != null);
        try (CoordinatorClient line = line(OPEN, SECRET, driver, new Greeting(2, 0))) {
          line.accept(done(3));
          line.snapshot(state(7, 0, false).cut(new Slice(PARAMETERS / 2, PARAMETERS)));
          line.flush(Ranks.BOUND);
        }
        assertEquals(List.of(1L, 3L), steps(driver));
        assertEquals(List.of(), arrived);
      }
    }
  }

  @Test
  void partsThatBreakTheRulesAreRefused() throws Exception {
    TrainState fits = state(7, 1, false);
    StateParts sent = StateParts.of(fits);
    ByteBuffer head = behindKind(sent.head());
    assertThrows(IOException.class, () -> StateParts.receive(head.duplicate(), PARAMETERS - 1));
    StateParts received = StateParts.receive(head.duplicate(), PARAMETERS);
    ByteBuffer tooMany = ByteBuffer.allocate(4 * (PARAMETERS + 1));
    assertThrows(IOException.class, () -> received.add(tooMany));
    assertThrows(IOException.class, () -> received.add(ByteBuffer.allocate(0)));
    while (!sent.isComplete()) received.add(behindKind(sent.next()));
    assertTrue(received.isComplete());
    assertSame(fits, received.part());
    assertThrows(IOException.class, () -> received.add(ByteBuffer.allocate(4)));
    ByteBuffer noHead = ByteBuffer.wrap(EventBytes.write("an event", done(1)));
    assertThrows(IOException.class, () -> StateParts.receive(noHead, PARAMETERS));
  }

  @Test
  void aMessageWithAFlippedBitIsRefused() throws Exception {
    ByteBuffer message = LineMessage.EVENTS.with(EventBytes.write("an event", done(3)));
    for (int bit = 0; bit < 8 * message.limit(); bit++) {
      ByteBuffer flipped = ByteBuffer.wrap(message.array().clone());
      flipped.put(bit / 8, (byte) (flipped.get(bit / 8) ^ 1 << bit % 8));
      assertThrows(IOException.class, () -> LineMessage.of(flipped), "bit " + bit);
    }
    assertEquals(LineMessage.EVENTS, LineMessage.of(message));
    assertEquals(done(3), EventBytes.read(message, Event.class));
  }

  private static ByteBuffer behindKind(ByteBuffer message) throws IOException {
    var unused = LineMessage.of(message);
    return message.slice().order(message.order());
  }

  private static TrainState state(long step, int slots, boolean best) {
    Random random = new Random(step);
    StateWriter writer = new StateWriter(new Slice(0, PARAMETERS));
    writer.numbers("rates", 1, 2);
    float[][] vectors = new float[slots][];
    for (int k = 0; k < slots; k++) vectors[k] = values(random, PARAMETERS);
    writer.slices("slots", vectors);
    if (best) writer.replicated("odd", values(random, 17));
    float[] parameters = values(random, PARAMETERS);
    return new TrainState(
        new Slice(0, PARAMETERS), step, 1, 40, 0.5, 1, parameters, writer.state());
  }

  private static float[] values(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) values[i] = random.nextFloat();
    return values;
  }

  private static void assertSame(TrainState expected, TrainState actual) {
    assertEquals(expected.step(), actual.step());
    assertArrayEquals(expected.parameters(), actual.parameters());
    SameState.assertSame(expected.state(), actual.state());
  }

  @Test
  void bytesThatAreNoEventEndTheirConnectionOnly() throws Exception {
    try (Coordinator driver = coordinator(OPEN, () -> false);
        CoordinatorClient line = line(OPEN, SECRET, driver)) {
      byte[] giant = {0, 0, 0, 0, 0x7f, -1, -1, -10, 3};
      try (Socket socket =
          new Socket(driver.address().getHostString(), driver.address().getPort())) {
        socket.setSoTimeout(5_000);
        socket.getOutputStream().write(giant);
        assertEquals(-1, socket.getInputStream().read());
      }
      line.accept(done(1));
      assertEquals(1, ((Event.StepDone) next(driver)).step());
    }
  }

  @Test
  void onlyEventsAreRead() throws Exception {
    assertEquals(
        done(3),
        EventBytes.read(ByteBuffer.wrap(EventBytes.write("an event", done(3))), Event.class));
    for (Object intruder :
        new Object[] {new ArrayList<>(), new Throwable(), new java.util.Date(), "text"}) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(intruder);
      }
      ByteBuffer message = ByteBuffer.wrap(bytes.toByteArray());
      assertThrows(
          Exception.class,
          () -> EventBytes.read(message, Event.class),
          intruder.getClass().getSimpleName());
    }
    assertThrows(IOException.class, () -> EventBytes.read(ByteBuffer.allocate(7), Event.class));
  }

  @Test
  void arraysThatAMessageCannotHoldAreRefusedBeforeMemoryIsTaken() throws Exception {
    TrainState state = state(3, 0, false);
    byte[] bytes = EventBytes.write("a state", state);
    // The length of the parameters, behind the class of an array of floats and its end.
    byte[] length = ByteBuffer.allocate(4).putInt(PARAMETERS).array();
    int at = Collections.indexOfSubList(list(bytes), list(length));
    assertTrue(at > 0, "a length is in the message");
    ByteBuffer.wrap(bytes).putInt(at, Integer.MAX_VALUE / 8);
    IOException e =
        assertThrows(
            IOException.class, () -> EventBytes.read(ByteBuffer.wrap(bytes), TrainState.class));
    assertTrue(e.getMessage().contains("REJECTED"), e.getMessage());
  }

  private static List<Byte> list(byte[] bytes) {
    List<Byte> list = new ArrayList<>();
    for (byte b : bytes) list.add(b);
    return list;
  }

  @Test
  void aClosedLineAndCoordinatorLeaveNoPortOrThread() throws Exception {
    int port;
    try (Coordinator driver = coordinator(OPEN, () -> false);
        CoordinatorClient line = line(OPEN, SECRET, driver)) {
      line.accept(done(1));
      line.flush(Ranks.BOUND);
      port = driver.address().getPort();
    }
    // Netty closes accepted connections a moment after the server.
    until(() -> isFree(port));
    for (Thread t : Thread.getAllStackTraces().keySet()) {
      if (!t.getName().startsWith("kudari-")) continue;
      t.join(20_000);
      assertFalse(t.isAlive(), t.getName());
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket again = new ServerSocket()) {
      again.setReuseAddress(true);
      again.bind(new InetSocketAddress("127.0.0.1", port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static Coordinator coordinator(SparkConf conf, BooleanSupplier stop) {
    return begun(new Coordinator(conf, SECRET, Ranks.HERE, Requests.stopping(stop), state -> {}));
  }

  private static Coordinator coordinator(SparkConf conf, Consumer<TrainState> snapshots) {
    return begun(new Coordinator(conf, SECRET, Ranks.HERE, () -> Request.NONE, snapshots));
  }

  private static Coordinator begun(Coordinator driver) {
    driver.begin(attempt(1));
    return driver;
  }

  private static Attempt attempt(long number) {
    return new Attempt(number, 2, PARAMETERS, Ranks.BOUND, Ranks.BOUND, System::nanoTime);
  }

  private static CoordinatorClient line(SparkConf conf, Ranks.Secret secret, Coordinator driver)
      throws Exception {
    return line(conf, secret, driver, new Greeting(1, 0));
  }

  private static CoordinatorClient line(
      SparkConf conf, Ranks.Secret secret, Coordinator driver, Greeting greeting) throws Exception {
    return new CoordinatorClient(conf, secret, driver.address(), greeting, Ranks.BOUND);
  }

  private static Event.StepDone done(long step) {
    return new Event.StepDone(step, 0, 1, 1, 0.5, 0.1, new StepTimes(1, 2, 3, 4, 5));
  }

  private static ArrayList<Long> steps(Coordinator driver) {
    ArrayList<Long> steps = new ArrayList<>();
    for (Event e = driver.nextReady(); e != null; e = driver.nextReady())
      steps.add(((Event.StepDone) e).step());
    return steps;
  }

  private static Event next(Coordinator driver) throws InterruptedException {
    long start = System.nanoTime();
    Event event = null;
    while (event == null && System.nanoTime() - start < Ranks.BOUND.toNanos())
      event = driver.next();
    return event;
  }

  private static void until(BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() - start < Ranks.BOUND.toNanos(), "waited in vain");
      LockSupport.parkNanos(1_000_000);
    }
  }
}
