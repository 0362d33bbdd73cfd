package io.kudari.spark.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.collective.BufferPool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketWireTest {

  private static final int CAPACITY = 1 << 16;

  private final BufferPool pool = new BufferPool(CAPACITY);
  private SocketChannel socket;
  private SocketChannel peer;
  private SocketWire wire;

  @BeforeEach
  void connect() throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      peer = SocketChannel.open(server.getLocalAddress());
      socket = server.accept();
      socket.configureBlocking(false);
      wire = new SocketWire(socket, pool, CAPACITY);
    }
  }

  @AfterEach
  void close() throws IOException {
    wire.close();
    peer.close();
    assertEquals(0, pool.lent());
  }

  @Test
  void messagesInPiecesArriveWholeAndInOrder() throws IOException {
    int[] lengths = {1, 0, 5, CAPACITY, 3};
    for (int i = 0; i < lengths.length; i++) {
      ByteBuffer bytes = ByteBuffer.allocate(4 + lengths[i]).putInt(lengths[i]);
      while (bytes.hasRemaining()) bytes.put((byte) i);
      bytes.flip();
      assertNull(wire.next());
      while (bytes.hasRemaining()) {
        ByteBuffer piece = bytes.slice().limit(Math.min(bytes.remaining(), 3 + bytes.position()));
        bytes.position(bytes.position() + peer.write(piece));
        if (bytes.hasRemaining()) assertNull(wire.next());
      }
      ByteBuffer message = next();
      assertEquals(lengths[i], message.remaining());
      while (message.hasRemaining()) assertEquals(i, message.get());
      pool.release(message);
    }
    assertNull(wire.end());
    assertEquals(0, wire.bytes());
  }

  private ByteBuffer next() {
    long start = System.nanoTime();
    while (System.nanoTime() - start < Duration.ofSeconds(20).toNanos()) {
      ByteBuffer message = wire.next();
      if (message != null) return message;
      Thread.onSpinWait();
    }
    throw new AssertionError("nothing arrives");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, CAPACITY + 1, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void aGiantOrNegativeLengthEndsTheWireAndTakesNoMemory(int length) throws IOException {
    peer.write(ByteBuffer.allocate(100).putInt(0, length));
    end();
    assertEquals("sent a message of " + length + " bytes, at most " + CAPACITY, wire.end());
    assertEquals(0, pool.lent());
  }

  @Test
  void aMessageCutShortEndsTheWire() throws IOException {
    peer.write(ByteBuffer.allocate(100).putInt(0, 500));
    peer.close();
    end();
    assertEquals("closed its connection", wire.end());
  }

  @Test
  void whatThePeerDoesNotTakeIsNotWritten() throws IOException {
    ByteBuffer message = pool.take();
    boolean full = false;
    for (int i = 0; i < 10_000 && !full; i++) {
      wire.begin(message.clear());
      full = !wire.written();
    }
    assertTrue(full, "a socket that takes everything");
    peer.close();
    long start = System.nanoTime();
    while (wire.end() == null && System.nanoTime() - start < Duration.ofSeconds(20).toNanos()) {
      assertFalse(wire.written());
    }
    assertEquals("closed its connection", wire.end());
    pool.release(message);
  }

  private void end() {
    long start = System.nanoTime();
    while (wire.end() == null && System.nanoTime() - start < Duration.ofSeconds(20).toNanos()) {
      assertNull(wire.next());
    }
  }
}
