package io.kudari.spark.link;

import io.kudari.collective.BufferPool;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;

/**
 * Messages over one socket that no event loop touches: each is its length (4 bytes) and its bytes.
 */
final class SocketWire implements Wire {

  /** A look costs a system call. */
  private static final int LOOKS = 100;

  private final SocketChannel socket;
  private final BufferPool pool;
  private final int capacity;
  private final ByteBuffer lengthIn = ByteBuffer.allocateDirect(Integer.BYTES);
  private final ByteBuffer lengthOut = ByteBuffer.allocateDirect(Integer.BYTES);
  private final ByteBuffer[] incoming = {null, lengthIn};
  private final ByteBuffer[] outgoing = {lengthOut, null};
  private final ArrayDeque<ByteBuffer> arrived = new ArrayDeque<>();
  private long bytes;
  private volatile long sent;
  private volatile long received;
  private String end;

  /** Messages of up to {@code capacity} bytes over a connected, non-blocking socket. */
  SocketWire(SocketChannel socket, BufferPool pool, int capacity) throws IOException {
    this.socket = socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    this.pool = pool;
    this.capacity = capacity;
  }

  @Override
  public synchronized String end() {
    return end;
  }

  @Override
  public synchronized long bytes() {
    return bytes;
  }

  @Override
  public long sent() {
    return sent;
  }

  @Override
  public long received() {
    return received;
  }

  @Override
  public synchronized void begin(ByteBuffer message) {
    lengthOut.clear().putInt(message.limit()).flip();
    outgoing[1] = message.position(0);
  }

  @Override
  public synchronized boolean written() {
    if (end != null) return false;
    try {
      sent += socket.write(outgoing);
    } catch (IOException e) {
      end = CLOSED;
    }
    return !outgoing[1].hasRemaining();
  }

  @Override
  public synchronized ByteBuffer next() {
    while (arrived.isEmpty() && read()) {}
    ByteBuffer message = arrived.poll();
    if (message != null) bytes -= message.limit();
    return message;
  }

  /** Reads once: the rest of a message and the length of the next. */
  @Override
  public synchronized boolean read() {
    if (end != null) return false;
    try {
      ByteBuffer message = incoming[0];
      int wanted = lengthIn.remaining() + (message == null ? 0 : message.remaining());
      long read = message == null ? socket.read(lengthIn) : socket.read(incoming);
      if (read < 0) end = CLOSED;
      else received += read;
      if (message != null && !message.hasRemaining()) complete(message.flip());
      if (incoming[0] == null && !lengthIn.hasRemaining()) start();
      return read == wanted;
    } catch (IOException e) {
      end = end == null ? CLOSED : end;
      return false;
    }
  }

  @Override
  public ByteBuffer take() {
    return pool.take();
  }

  @Override
  public void release(ByteBuffer message) {
    pool.release(message);
  }

  @Override
  public int lent() {
    return 0;
  }

  @Override
  public boolean hasRoom() {
    return true;
  }

  @Override
  public int looks(boolean forMessage) {
    return forMessage ? LOOKS : 0;
  }

  @Override
  public synchronized int interest(boolean forRoom) {
    if (end != null) return 0;
    int read = bytes > NetworkLink.INBOX ? 0 : SelectionKey.OP_READ;
    return forRoom ? read | SelectionKey.OP_WRITE : read;
  }

  /** The socket itself tells of messages and room. */
  @Override
  public boolean sleep(boolean forMessage, boolean forRoom) {
    return true;
  }

  @Override
  public void wake() {}

  @Override
  public void ready() {}

  private void start() throws IOException {
    int length = lengthIn.flip().getInt();
    lengthIn.clear();
    if (length < 0 || length > capacity) {
      end = "sent a message of " + length + " bytes, at most " + capacity;
      throw new IOException(end);
    }
    if (length > 0) incoming[0] = pool.take().limit(length);
    else complete(pool.take().limit(0));
  }

  private void complete(ByteBuffer message) {
    arrived.add(message);
    bytes += message.limit();
    incoming[0] = null;
  }

  @Override
  public synchronized void close() throws IOException {
    socket.close();
    if (incoming[0] != null) pool.release(incoming[0]);
    incoming[0] = null;
    arrived.forEach(pool::release);
    arrived.clear();
    end = CLOSED;
  }
}
