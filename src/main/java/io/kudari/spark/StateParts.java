package io.kudari.spark;

import io.kudari.train.TrainState;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A part of a snapshot as messages: a head, then the values of its vectors in their order, as many
 * a message as fit. All vectors of a part have the length of its slice.
 */
final class StateParts {

  /** Values of one message. */
  static final int CHUNK = 64 * 1024;

  private static final int MOST_SLOTS = 64;

  private final TrainState part;
  private final int size;
  private final long values;
  private long at;

  private StateParts(TrainState part) {
    this.part = part;
    this.size = part.slice().size();
    this.values = (long) size * (1 + part.slots().length + (part.best().length > 0 ? 1 : 0));
  }

  /** To be sent. */
  static StateParts of(TrainState part) {
    return new StateParts(part);
  }

  /** Whether all values have been sent or received. */
  boolean isComplete() {
    return at == values;
  }

  TrainState part() {
    return part;
  }

  /** The first message. */
  ByteBuffer head() {
    boolean best = part.best().length > 0;
    float[] none = new float[0];
    TrainState bare = with(part, none, new float[part.slots().length][0], none);
    byte[] bytes = EventBytes.write("a snapshot's head", bare);
    ByteBuffer message = LineMessage.HEAD.room(1 + bytes.length);
    return LineMessage.seal(message.put((byte) (best ? 1 : 0)).put(bytes));
  }

  /** The next message, unless complete. */
  ByteBuffer next() {
    int vector = (int) (at / size);
    int from = (int) (at % size);
    int length = Math.min(CHUNK, size - from);
    ByteBuffer message = LineMessage.VALUES.room(length * Float.BYTES);
    message.asFloatBuffer().put(vector(vector), from, length);
    at += length;
    return LineMessage.seal(message);
  }

  /**
   * Reads a head, behind its kind: to be received.
   *
   * @param parameters of the model
   * @throws IOException when it is something else, or would take more memory than a part has
   */
  static StateParts receive(ByteBuffer rest, int parameters) throws IOException {
    boolean best = rest.hasRemaining() && rest.get() == 1;
    TrainState bare = EventBytes.read(rest, TrainState.class);
    boolean whole =
        bare.slice() != null
            && bare.progress() != null
            && bare.rates() != null
            && bare.localSteps() != null
            && bare.slots() != null;
    if (!whole) throw new IOException("the head of a part that lacks something");
    int size = bare.slice().size();
    if (bare.slice().to() > parameters || bare.slots().length > MOST_SLOTS)
      throw new IOException(
          "a part of " + bare.slice() + " with " + bare.slots().length + " slots");
    return new StateParts(
        with(
            bare,
            new float[size],
            new float[bare.slots().length][size],
            new float[best ? size : 0]));
  }

  /**
   * Takes over what {@link #next} gave, behind its kind.
   *
   * @throws IOException when it is not what comes next
   */
  void add(ByteBuffer rest) throws IOException {
    int length = rest.remaining() / Float.BYTES;
    int from = size == 0 ? 0 : (int) (at % size);
    if (isComplete() || length == 0 || length > size - from)
      throw new IOException(length + " values after " + at + " of " + values);
    rest.asFloatBuffer().get(vector((int) (at / size)), from, length);
    at += length;
  }

  private float[] vector(int k) {
    if (k == 0) return part.parameters();
    return k <= part.slots().length ? part.slots()[k - 1] : part.best();
  }

  private static TrainState with(TrainState of, float[] parameters, float[][] slots, float[] best) {
    return new TrainState(
        of.slice(),
        of.step(),
        of.epoch(),
        of.position(),
        of.epochLoss(),
        of.progress(),
        of.rates(),
        of.localSteps(),
        parameters,
        slots,
        best);
  }
}
