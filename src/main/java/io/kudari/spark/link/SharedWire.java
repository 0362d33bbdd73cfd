package io.kudari.spark.link;

import io.kudari.collective.BufferPool;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;

/**
 * Messages through memory that a peer of the same machine has mapped as well: filled and read where
 * they lie. The socket between the two is their bell: a byte wakes a peer that has said that it
 * sleeps. Its end is the peer's end.
 *
 * <p>A bell is never missed: one side writes its state, then reads whether the other sleeps; the
 * other writes that it sleeps, then reads the states; both with a full fence in between.
 */
final class SharedWire implements Wire {

  /** Bytes of memory: a line for each side's sleep, and a ring for each direction. */
  static final int BYTES = SharedMemory.HEAD + 2 * Ring.BYTES;

  private static final int LINE = 64;

  /** A look costs next to nothing, a bell some tens of microseconds. */
  private static final int LOOKS = 400;

  private static final VarHandle ASLEEP =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private final ByteBuffer memory;
  private final SocketChannel bell;
  private final BufferPool pool;
  private final Ring out;
  private final Ring in;
  private final int own;
  private final int theirs;
  private final ByteBuffer bells = ByteBuffer.allocateDirect(LINE);
  private final ArrayDeque<ByteBuffer> arrived = new ArrayDeque<>();
  private ByteBuffer reserved;
  private ByteBuffer begun;
  private int read;
  private long bytes;
  private String end;

  /**
   * One side.
   *
   * @param memory of {@link #BYTES}, mapped by both
   * @param first whether this side is the one that made it
   * @param bell a connected, non-blocking socket to the other side
   */
  SharedWire(ByteBuffer memory, boolean first, SocketChannel bell, BufferPool pool) {
    this.memory = memory;
    this.bell = bell;
    this.pool = pool;
    this.out = new Ring(memory, SharedMemory.HEAD + (first ? 0 : Ring.BYTES));
    this.in = new Ring(memory, SharedMemory.HEAD + (first ? Ring.BYTES : 0));
    this.own = first ? LINE : 2 * LINE;
    this.theirs = first ? 2 * LINE : LINE;
  }

  @Override
  public synchronized String end() {
    return end;
  }

  @Override
  public synchronized ByteBuffer take() {
    if (reserved != null || begun != null || !out.isFree()) return pool.take();
    reserved = out.buffer().clear();
    return reserved;
  }

  @Override
  public synchronized void release(ByteBuffer message) {
    if (message == reserved) {
      reserved = null;
    } else if (in.owns(message)) {
      in.free(message);
      read--;
      ring();
    } else if (!out.owns(message)) {
      pool.release(message);
    }
  }

  @Override
  public synchronized int lent() {
    return read + (reserved == null ? 0 : 1);
  }

  @Override
  public synchronized void begin(ByteBuffer message) {
    if (reserved != null && message != reserved) {
      throw new IllegalStateException("another message is being filled for this peer");
    }
    begun = message.position(0);
  }

  @Override
  public synchronized boolean written() {
    if (end != null) return false;
    if (begun == null) return true;
    if (begun != reserved) {
      if (!out.isFree()) return false;
      out.buffer().clear().put(begun);
    }
    out.publish(begun.limit());
    reserved = null;
    begun = null;
    ring();
    return true;
  }

  @Override
  public synchronized boolean hasRoom() {
    return begun == null && out.isFree();
  }

  @Override
  public synchronized ByteBuffer next() {
    ByteBuffer copy = arrived.poll();
    if (copy != null) {
      bytes -= copy.limit();
      return copy;
    }
    int length = length();
    if (length < 0) return null;
    read++;
    return in.take(length);
  }

  /** Of the next message in the ring, or −1. */
  private int length() {
    if (end != null && !end.equals(CLOSED)) return -1;
    int length = in.length();
    if (length >= -1 && length <= Ring.CAPACITY) return length;
    end = "sent a message of " + length + " bytes, at most " + Ring.CAPACITY;
    return -1;
  }

  /** Copies a message of a full ring, so that the peer can go on. */
  @Override
  public synchronized boolean read() {
    int length = in.isFull() ? length() : -1;
    if (length < 0) return false;
    ByteBuffer message = in.take(length);
    arrived.add(pool.take().put(message).flip());
    bytes += length;
    in.free(message);
    ring();
    return true;
  }

  @Override
  public synchronized long bytes() {
    return bytes;
  }

  /** None: what is written to memory is there. */
  @Override
  public long sent() {
    return 0;
  }

  /**
   * All that the peer may say it has sent: it means the socket's bytes, which had arrived before
   * memory took their place.
   */
  @Override
  public long received() {
    return Long.MAX_VALUE;
  }

  @Override
  public int looks(boolean forMessage) {
    return LOOKS;
  }

  @Override
  public synchronized int interest(boolean forRoom) {
    return end == null ? SelectionKey.OP_READ : 0;
  }

  @Override
  public synchronized boolean sleep(boolean forMessage, boolean forRoom) {
    ASLEEP.setOpaque(memory, own, 1);
    VarHandle.fullFence();
    boolean message = length() >= 0;
    boolean blocks = message && in.isFull() && bytes <= NetworkLink.INBOX;
    return !(forMessage && message || forRoom && out.isFree() || blocks);
  }

  @Override
  public void wake() {
    ASLEEP.setOpaque(memory, own, 0);
  }

  /** Wakes the peer, if it sleeps. */
  private void ring() {
    VarHandle.fullFence();
    if ((int) ASLEEP.getOpaque(memory, theirs) == 0) return;
    ASLEEP.setOpaque(memory, theirs, 0);
    try {
      // A socket that takes no byte has enough of them to wake anyone.
      int unused = bell.write(bells.clear().limit(1));
    } catch (IOException e) {
      end = end == null ? CLOSED : end;
    }
  }

  @Override
  public synchronized void ready() {
    try {
      if (bell.read(bells.clear()) < 0) end = end == null ? CLOSED : end;
    } catch (IOException e) {
      end = end == null ? CLOSED : end;
    }
  }

  @Override
  public synchronized void close() throws IOException {
    bell.close();
    reserved = null;
    begun = null;
    arrived.forEach(pool::release);
    arrived.clear();
    end = CLOSED;
  }
}
