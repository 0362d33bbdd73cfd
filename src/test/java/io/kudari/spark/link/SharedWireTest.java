package io.kudari.spark.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.collective.BufferPool;
import io.kudari.collective.LinkException;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SharedWireTest {

  private final BufferPool pool = new BufferPool(Ring.CAPACITY);
  private ByteBuffer memory;
  private SocketChannel socket;
  private SocketChannel peerSocket;
  private SharedWire wire;
  private SharedWire peer;

  @BeforeEach
  void connect() throws IOException {
    memory = ByteBuffer.allocateDirect(SharedWire.BYTES + 64).alignedSlice(64);
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      peerSocket = SocketChannel.open(server.getLocalAddress());
      socket = server.accept();
    }
    socket.configureBlocking(false);
    peerSocket.configureBlocking(false);
    wire = new SharedWire(memory, true, socket, pool);
    peer = new SharedWire(memory, false, peerSocket, pool);
  }

  @AfterEach
  void close() throws IOException {
    wire.close();
    peer.close();
    assertEquals(0, pool.lent());
  }

  private static boolean send(SharedWire from, int value, int length) {
    ByteBuffer message = from.take();
    for (int i = 0; i < length; i++) message.put((byte) (value + i));
    from.begin(message.flip());
    boolean written = from.written();
    if (written) from.release(message);
    return written;
  }

  private static void check(ByteBuffer message, int value, int length) {
    assertEquals(length, message.remaining());
    for (int i = 0; i < length; i++) assertEquals((byte) (value + i), message.get(i));
  }

  @Test
  void messagesOfAnyLengthArriveInOrderBothWaysAndReuseTheSlots() {
    int[] lengths = {1, 0, 5, Ring.CAPACITY, 3};
    for (int i = 0; i < 3 * Ring.SLOTS; i++) {
      int length = lengths[i % lengths.length];
      for (SharedWire from : List.of(wire, peer)) {
        SharedWire to = from == wire ? peer : wire;
        assertNull(to.next());
        assertTrue(send(from, i, length));
        ByteBuffer message = to.next();
        check(message, i, length);
        to.release(message);
        assertEquals(0, to.lent() + from.lent());
      }
    }
  }

  @Test
  void aFullRingTakesNoMoreUntilAMessageIsGivenBack() {
    for (int i = 0; i < Ring.SLOTS; i++) assertTrue(send(wire, i, 9));
    assertFalse(wire.hasRoom());
    ByteBuffer message = wire.take().put((byte) 77).flip();
    wire.begin(message);
    assertFalse(wire.written());
    ByteBuffer first = peer.next();
    check(first, 0, 9);
    assertFalse(wire.written(), "the peer still reads it");
    peer.release(first);
    assertTrue(wire.written());
    wire.release(message);
    for (int i = 1; i < Ring.SLOTS; i++) {
      ByteBuffer next = peer.next();
      check(next, i, 9);
      peer.release(next);
    }
    ByteBuffer last = peer.next();
    check(last, 77, 1);
    peer.release(last);
    assertNull(peer.next());
  }

  /** What a rank does that waits for somebody else. */
  @Test
  void aFullRingThatIsTakenInLetsThePeerGoOnAndKeepsTheOrder() {
    int sent = 0;
    for (int round = 0; round < 3; round++) {
      while (wire.hasRoom()) assertTrue(send(wire, sent++, 100));
      while (peer.read()) {}
    }
    assertTrue(sent > Ring.SLOTS);
    assertEquals(100L * (sent - Ring.SLOTS + 1), peer.bytes());
    for (int i = 0; i < sent; i++) {
      ByteBuffer message = peer.next();
      check(message, i, 100);
      peer.release(message);
    }
    assertNull(peer.next());
    assertEquals(0, peer.bytes());
  }

  @Test
  void messagesMayBeGivenBackInAnyOrder() {
    RandomStream random = new RandomStream(4, Purpose.TEST, 0, 0);
    ArrayDeque<Integer> expected = new ArrayDeque<>();
    List<ByteBuffer> held = new ArrayList<>();
    int sent = 0;
    for (int i = 0; i < 5_000; i++) {
      switch (random.below(3)) {
        case 0 -> {
          if (wire.hasRoom()) {
            assertTrue(send(wire, sent, 20));
            expected.add(sent++);
          }
        }
        case 1 -> {
          ByteBuffer message = peer.next();
          assertEquals(expected.isEmpty(), message == null);
          if (message != null) {
            check(message, expected.poll(), 20);
            held.add(message);
          }
        }
        default -> {
          if (!held.isEmpty()) peer.release(held.remove(random.below(held.size())));
        }
      }
    }
    assertTrue(sent > 500, "sent " + sent);
    held.forEach(peer::release);
  }

  @ParameterizedTest
  @ValueSource(ints = {Ring.CAPACITY + 1, Integer.MAX_VALUE - 1, -3, Integer.MIN_VALUE})
  void aLengthThatCannotBeEndsTheWire(int length) {
    memory.order(java.nio.ByteOrder.nativeOrder()).putInt(SharedMemory.HEAD, length + 1);
    assertNull(peer.next());
    assertEquals("sent a message of " + length + " bytes, at most " + Ring.CAPACITY, peer.end());
    assertFalse(peer.read());
    assertNull(peer.next());
  }

  @Test
  void whoSleepsIsWokenByAMessageAndByRoom() throws IOException {
    try (Selector selector = Selector.open()) {
      var unused = peerSocket.register(selector, peer.interest(false));
      assertTrue(send(wire, 1, 1));
      assertFalse(peer.sleep(true, false), "there is a message");
      peer.wake();
      peer.release(peer.next());
      assertEquals(0, selector.selectNow());

      assertTrue(peer.sleep(true, false));
      assertTrue(send(wire, 2, 1));
      assertEquals(1, selector.select(Duration.ofSeconds(20).toMillis()));
      peer.wake();
      peer.ready();
      selector.selectedKeys().clear();
      assertEquals(0, selector.selectNow(), "one bell");

      while (peer.hasRoom()) assertTrue(send(peer, 0, 1));
      assertTrue(peer.sleep(false, true));
      wire.release(wire.next());
      assertEquals(1, selector.select(Duration.ofSeconds(20).toMillis()));
      assertFalse(peer.sleep(false, true), "there is room");
    }
  }

  @Test
  void aPeerThatClosesItsSocketIsGoneOnceItsMessagesAreTaken() throws IOException {
    assertTrue(send(wire, 5, 3));
    wire.close();
    long start = System.nanoTime();
    while (peer.end() == null && System.nanoTime() - start < 20_000_000_000L) peer.ready();
    assertEquals(Wire.CLOSED, peer.end());
    ByteBuffer last = peer.next();
    assertNotNull(last);
    check(last, 5, 3);
    peer.release(last);
    assertNull(peer.next());
    assertFalse(peer.written());
  }

  @Test
  void aBufferThatIsGivenBackUnsentLeavesItsSlotFree() {
    wire.release(wire.take());
    assertTrue(send(wire, 8, 2));
    ByteBuffer message = peer.next();
    check(message, 8, 2);
    peer.release(message);
  }

  @Test
  void anotherMessageWhileOneIsBeingFilledIsRefused() {
    ByteBuffer filling = wire.take();
    ByteBuffer other = wire.take();
    assertThrows(IllegalStateException.class, () -> wire.begin(other));
    wire.release(other);
    wire.release(filling);
  }

  @Test
  void whatAPeerSaidOfItsSocketIsNotWaitedForInMemory() throws IOException {
    Duration silence = Duration.ofMillis(800);
    Inbox inbox = new Inbox(0, 1 << 20, silence);
    Wires wires = new Wires(List.of(inbox), pool, silence);
    wires.add(0, peerSocket);
    inbox.claim(28);
    wires.share(0, memory, false);
    LinkException e =
        assertThrows(LinkException.class, () -> wires.receive(0, Duration.ofMillis(600)));
    assertTrue(e.getMessage().startsWith("rank 0 sent nothing within"), e.getMessage());
    wires.close();
  }
}
