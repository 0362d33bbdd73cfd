package io.kudari.spark.link;

import io.netty.buffer.Unpooled;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.spark.network.buffer.ManagedBuffer;
import org.apache.spark.network.client.RpcResponseCallback;

/**
 * A message on its way: written to the socket from where it lies, given back to its pool once, when
 * it has been written or has failed.
 */
final class Outgoing extends ManagedBuffer implements RpcResponseCallback {

  private final ByteBuffer message;
  private final Consumer<ByteBuffer> pool;
  private final Consumer<Throwable> done;
  private final AtomicBoolean returned = new AtomicBoolean();

  /**
   * A message.
   *
   * @param pool takes the buffer back
   * @param done called once the peer has received the message (null), or never will (the cause)
   */
  Outgoing(ByteBuffer message, Consumer<ByteBuffer> pool, Consumer<Throwable> done) {
    this.message = message;
    this.pool = pool;
    this.done = done;
  }

  @Override
  public long size() {
    return message.limit();
  }

  @Override
  public ByteBuffer nioByteBuffer() {
    return message.duplicate();
  }

  @Override
  public InputStream createInputStream() {
    throw new UnsupportedOperationException("messages are written as buffers");
  }

  @Override
  public Object convertToNetty() {
    return Unpooled.wrappedBuffer(message);
  }

  /** An abstract method of Spark 4's; messages of ranks do not go by its TLS. */
  @SuppressWarnings("MissingOverride")
  public Object convertToNettyForSsl() {
    return convertToNetty();
  }

  @Override
  public ManagedBuffer retain() {
    return this;
  }

  @Override
  public ManagedBuffer release() {
    if (returned.compareAndSet(false, true)) pool.accept(message);
    return this;
  }

  @Override
  public void onSuccess(ByteBuffer response) {
    var unused = release();
    done.accept(null);
  }

  @Override
  public void onFailure(Throwable cause) {
    var unused = release();
    done.accept(cause);
  }
}
