package io.kudari.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.train.Event;
import io.kudari.train.StepTimes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

/** Events on their way to the driver, over sockets of 127.0.0.1. */
class DriverLineTest {

  private static final SparkConf OPEN = new SparkConf(false);
  private static final SparkConf SECURE =
      new SparkConf(false)
          .set("spark.authenticate", "true")
          .set("spark.network.crypto.enabled", "true");
  private static final Ranks.Secret SECRET = new Ranks.Secret("open sesame");

  @Test
  void everythingSentBeforeCloseIsThereAfterItInOrder() throws Exception {
    for (SparkConf conf : new SparkConf[] {OPEN, SECURE}) {
      try (Coordinator driver = coordinator(conf, () -> false)) {
        long many = 5_000; // a driver that listens to none of them stalls nobody
        try (DriverLine line = new DriverLine(conf, SECRET, driver.address())) {
          for (long step = 1; step <= many; step++) line.accept(done(step));
        }
        assertEquals(LongStream.rangeClosed(1, many).boxed().toList(), steps(driver));
      }
    }
  }

  @Test
  void theAnswerToAnEventSaysWhetherToStop() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    try (Coordinator driver = coordinator(OPEN, stop::get);
        DriverLine line = new DriverLine(OPEN, SECRET, driver.address())) {
      line.accept(done(1));
      assertNotNull(next(driver));
      assertFalse(line.getAsBoolean());
      stop.set(true);
      line.accept(done(2));
      until(line);
    }
  }

  @Test
  void aDriverThatIsGoneIsAnError() throws Exception {
    Coordinator driver = coordinator(OPEN, () -> false);
    DriverLine line = new DriverLine(OPEN, SECRET, driver.address());
    driver.close();
    BooleanSupplier refused =
        () -> {
          try {
            line.accept(done(1));
            return false;
          } catch (IllegalStateException e) {
            return e.getMessage().startsWith("the driver cannot be reached: ");
          }
        };
    until(refused);
    assertThrows(IllegalStateException.class, line::close);
    InetSocketAddress nobody = driver.address();
    assertThrows(IOException.class, () -> new DriverLine(OPEN, SECRET, nobody));
  }

  @Test
  void aLineWithoutTheSecretIsRefusedAndHarmsNobody() throws Exception {
    try (Coordinator driver = coordinator(SECURE, () -> false)) {
      assertThrows(
          Exception.class,
          () -> new DriverLine(SECURE, new Ranks.Secret("open rye"), driver.address()));
      DriverLine plain = new DriverLine(OPEN, null, driver.address());
      plain.accept(done(1));
      assertThrows(IllegalStateException.class, plain::close);
      try (DriverLine line = new DriverLine(SECURE, SECRET, driver.address())) {
        line.accept(done(2));
      }
      assertEquals(2, ((Event.StepDone) next(driver)).step());
      assertNull(driver.nextReady());
    }
  }

  @Test
  void bytesThatAreNoEventEndTheirConnectionOnly() throws Exception {
    try (Coordinator driver = coordinator(OPEN, () -> false);
        DriverLine line = new DriverLine(OPEN, SECRET, driver.address())) {
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
    assertEquals(List.of(done(3)), EventBytes.read(EventBytes.write(List.of(done(3)))));
    for (Object intruder :
        new Object[] {new ArrayList<>(), new Throwable(), new java.util.Date(), "text"}) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
        out.writeObject(intruder);
      }
      ByteBuffer message = ByteBuffer.wrap(bytes.toByteArray());
      assertThrows(
          Exception.class, () -> EventBytes.read(message), intruder.getClass().getSimpleName());
    }
    assertThrows(IOException.class, () -> EventBytes.read(ByteBuffer.allocate(7)));
  }

  @Test
  void aClosedLineAndCoordinatorLeaveNoPortOrThread() throws Exception {
    int port;
    try (Coordinator driver = coordinator(OPEN, () -> false);
        DriverLine line = new DriverLine(OPEN, SECRET, driver.address())) {
      line.accept(done(1));
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
    return new Coordinator(conf, SECRET, "127.0.0.1", stop);
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
