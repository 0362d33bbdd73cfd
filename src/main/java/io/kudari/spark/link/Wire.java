package io.kudari.spark.link;

import io.kudari.collective.BufferPool;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;

/**
 * Messages over one socket that no event loop touches: each is its length (4 bytes) and its bytes.
 * Never blocks. Used by one thread; {@link #close} by any.
 */
final class Wire {

  private static final String CLOSED = "closed its connection";

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
  Wire(SocketChannel socket, BufferPool pool, int capacity) throws IOException {
    this.socket = socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
    this.pool = pool;
    this.capacity = capacity;
  }

  /** Why nothing more will come or go, or null. */
  synchronized String end() {
    return end;
  }

  /** Bytes that have arrived and were not taken. */
  synchronized long bytes() {
    return bytes;
  }

  /** Bytes that the socket has taken since the start. */
  long sent() {
    return sent;
  }

  /** Bytes that have come from the socket since the start. */
  long received() {
    return received;
  }

  /** Starts to send a message, once the one before is {@link #written}. */
  synchronized void begin(ByteBuffer message) {
    lengthOut.clear().putInt(message.limit()).flip();
    outgoing[1] = message.position(0);
  }

  /** Writes what the socket takes; whether the message is gone. */
  synchronized boolean written() {
    if (end != null) return false;
    try {
      sent += socket.write(outgoing);
    } catch (IOException e) {
      end = CLOSED;
    }
    return !outgoing[1].hasRemaining();
  }

  /** The next message, or null when it has not arrived as a whole. */
  synchronized ByteBuffer next() {
    while (arrived.isEmpty() && read()) {}
    ByteBuffer message = arrived.poll();
    if (message != null) bytes -= message.limit();
    return message;
  }

  /**
   * Reads once: the rest of a message and the length of the next.
   *
   * @return whether there may be more to read
   */
  synchronized boolean read() {
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

  /** Closes the socket and gives back the buffers of messages that nobody will take. */
  synchronized void close() throws IOException {
    socket.close();
    if (incoming[0] != null) pool.release(incoming[0]);
    incoming[0] = null;
    arrived.forEach(pool::release);
    arrived.clear();
    end = CLOSED;
  }
}
