package io.kudari.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One example after another as {@link ExampleStore} keeps it: its features, then its class or its
 * targets, then its weight where examples have one. Not thread-safe.
 */
final class ExampleRecord {

  private final ByteBuffer bytes;
  private final boolean ofBytes;
  private final boolean weighted;
  private float weight = 1;

  /** The first feature of each column of a table with an encoding, or null. */
  private final int[] firsts;

  ExampleRecord(ExampleStore.Layout layout) {
    bytes = ByteBuffer.allocate(layout.size()).order(ByteOrder.LITTLE_ENDIAN);
    ofBytes = layout.ofBytes();
    firsts = layout.encoding().isNone() ? null : layout.encoding().firsts();
    weighted = layout.weighted();
  }

  /** The weight of the example that is ended next; 1 is that of all others. */
  ExampleRecord weigh(double of) {
    weight = (float) of;
    return this;
  }

  /** Begins an example with its features, less offsets if there are any. */
  ExampleRecord begin(byte[] features, Offsets offsets) {
    bytes.clear();
    if (ofBytes) bytes.put(features);
    else
      for (int j = 0; j < features.length; j++) bytes.putFloat(offsets.less(features[j] & 0xff, j));
    return this;
  }

  /** Begins an example with its features or cells, less offsets if there are any. */
  ExampleRecord begin(double[] features, Offsets offsets) {
    bytes.clear();
    for (int j = 0; j < features.length; j++)
      bytes.putFloat(offsets.less(features[j], firsts == null ? j : firsts[j]));
    return this;
  }

  /** Begins an example with its features as they are. */
  ExampleRecord begin(float[] features) {
    bytes.clear();
    for (float feature : features) bytes.putFloat(feature);
    return this;
  }

  /** Ends it with its class. Valid until the next begins. */
  ByteBuffer end(int label) {
    bytes.putInt(label);
    return ended();
  }

  /** Ends it with its targets. Valid until the next begins. */
  ByteBuffer end(double[] values) {
    for (double value : values) bytes.putFloat((float) value);
    return ended();
  }

  private ByteBuffer ended() {
    if (weighted) bytes.putFloat(weight);
    weight = 1;
    return bytes.flip();
  }
}
