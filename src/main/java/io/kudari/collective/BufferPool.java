package io.kudari.collective;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Direct buffers of one size, used again and again, the one last given back first: it is likely to
 * be in the cache. It grows to the largest number in use at once and shrinks never; the memory is
 * freed when the pool is. Thread-safe.
 */
public final class BufferPool {

  private final int capacity;
  private final ConcurrentLinkedDeque<ByteBuffer> free = new ConcurrentLinkedDeque<>();
  private final AtomicInteger lent = new AtomicInteger();

  /** An empty pool of buffers of {@code capacity} bytes. */
  public BufferPool(int capacity) {
    this.capacity = capacity;
  }

  /** A cleared buffer. */
  public ByteBuffer take() {
    lent.incrementAndGet();
    ByteBuffer buffer = free.poll();
    return buffer == null ? ByteBuffer.allocateDirect(capacity) : buffer.clear();
  }

  /** Gives back a buffer, once, that is used no more. */
  public void release(ByteBuffer buffer) {
    lent.decrementAndGet();
    free.push(buffer);
  }

  /** Number of buffers taken and not yet given back. */
  public int lent() {
    return lent.get();
  }
}
