package io.kudari.exchange.codec;

import java.nio.ByteBuffer;
import java.util.Map;

/**
 * How a vector becomes bytes, and bytes a vector: an immutable value, equal by value, that travels
 * to the ranks. Both directions are functions of their arguments alone, to the bit, and may be
 * called by several threads at once.
 */
public interface VectorCodec extends java.io.Serializable {

  /** The name in configurations. */
  String name();

  /** Its settings, by key, as a configuration writes them. */
  Map<String, Object> settings();

  /**
   * What encodes in an epoch.
   *
   * @param epoch from 0
   */
  default VectorCodec at(int epoch) {
    return this;
  }

  /**
   * How many bytes a vector becomes; at most, where that depends on the vector.
   *
   * @throws IllegalArgumentException when they are too many for a message; one line
   */
  int bytes(Learned layout);

  /**
   * Appends the bytes of a vector.
   *
   * @param values packed, all finite; not changed
   * @param draw whose random numbers to take
   * @param out little-endian, with room for {@link #bytes}
   */
  void encode(Learned layout, float[] values, Draw draw, ByteBuffer out);

  /** How many values it keeps of each worker between steps. */
  default int memory(Learned layout) {
    return 0;
  }

  /**
   * As the other, for a worker who goes on.
   *
   * @param memory of the worker, {@link #memory} values, 0 in the beginning; changed
   */
  default void encode(Learned layout, float[] values, float[] memory, Draw draw, ByteBuffer out) {
    encode(layout, values, draw, out);
  }

  /**
   * Reads the bytes of one vector, which are all that remain.
   *
   * @param in little-endian
   * @param draw that of the encoder
   * @param into receives every packed value; of no worth when this throws
   * @throws CodecException when they are not what an encoder gives
   */
  void decode(Learned layout, ByteBuffer in, Draw draw, float[] into);
}
