package io.kudari.spark.data;

import io.kudari.data.DataException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Some examples on their way to a rank, or why there are none.
 *
 * <pre>
 * byte  what    0: training and validation examples, 1: test examples, 2: a reason, in UTF-8,
 *               3, 4: the end of a part of the training or test set
 * …     of each example its key, the lowest byte first, then what an ExampleStore keeps of it;
 *       at an end the sum of the keys of all examples of the part, and the bytes read for it
 * </pre>
 *
 * <p>Filled by one thread.
 */
final class Block {

  /** Bytes, about. */
  static final int FULL = 1 << 20;

  static final byte TRAIN = 0;
  static final byte TEST = 1;
  private static final byte REASON = 2;
  private static final byte END = 3;

  /** Takes the examples of a block. */
  interface Reader {

    /** Bytes of one. */
    int size(boolean test);

    void take(boolean test, long key, ByteBuffer example);

    /** A part of a set ends, whose keys have this sum; so many bytes were read for it. */
    void end(boolean test, long keys, long read);
  }

  private ByteBuffer bytes;

  /**
   * An empty one.
   *
   * @param kind {@link #TRAIN} or {@link #TEST}
   */
  Block(byte kind) {
    bytes = ByteBuffer.allocate(1 << 12).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(kind);
  }

  /** Adds an example. */
  void add(long key, ByteBuffer example) {
    int wanted = bytes.position() + Long.BYTES + example.remaining();
    if (wanted > bytes.capacity()) {
      byte[] larger = Arrays.copyOf(bytes.array(), Math.max(wanted, bytes.capacity() * 2));
      bytes = ByteBuffer.wrap(larger).order(ByteOrder.LITTLE_ENDIAN).position(bytes.position());
    }
    bytes.putLong(key).put(example);
  }

  /** Bytes so far. */
  int size() {
    return bytes.position();
  }

  /** The block as it travels. */
  byte[] toBytes() {
    return Arrays.copyOf(bytes.array(), bytes.position());
  }

  /** Why there are no examples. */
  static byte[] reason(DataException e) {
    byte[] text = e.getMessage().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(1 + text.length).put(REASON).put(text).array();
  }

  /** The end of a part of a set, for every rank. */
  static byte[] end(byte kind, long keys, long read) {
    ByteBuffer end = ByteBuffer.allocate(1 + 2 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return end.put((byte) (END + kind)).putLong(keys).putLong(read).array();
  }

  /**
   * Reads one.
   *
   * @throws DataException when it is a reason, which it says
   */
  static void read(byte[] block, Reader to) {
    ByteBuffer all = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    byte kind = all.get();
    if (kind == REASON)
      throw new DataException(new String(block, 1, block.length - 1, StandardCharsets.UTF_8));
    if (kind >= END) {
      to.end(kind == END + TEST, all.getLong(), all.getLong());
      return;
    }
    int size = to.size(kind == TEST);
    while (all.hasRemaining()) {
      long key = all.getLong();
      int end = all.position() + size;
      to.take(kind == TEST, key, all.duplicate().limit(end));
      all.position(end);
    }
  }
}
