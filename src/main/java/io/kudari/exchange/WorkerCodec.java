package io.kudari.exchange;

import io.kudari.exchange.codec.Draw;
import io.kudari.exchange.codec.Learned;
import io.kudari.exchange.codec.VectorCodec;
import io.kudari.math.Floats;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * Encodes the vectors of some workers and decodes them, with error feedback: what is encoded is p =
 * vector + residual, and the worker's residual becomes p − decode(encode(p)) (Seide et al. 2014;
 * Karimireddy et al. 2019). Running statistics stay exact.
 *
 * <p>A vector that is not finite has no code: it is left as it is, for whoever guards the sum to
 * see, and its worker's residual stays. Not thread-safe.
 */
final class WorkerCodec implements Codec {

  private final VectorCodec codec;
  private final boolean feedback;
  private final Learned learned;
  private final long seed;
  private final ByteBuffer bytes;
  private final float[] packed;
  private final float[] decoded;
  private final Messages sent = new Messages();
  private long step;
  private boolean sends;

  /** By worker; none of a worker that has sent nothing yet. */
  private final Map<Integer, float[]> residuals = new HashMap<>();

  WorkerCodec(VectorCodec codec, boolean feedback, Learned learned, long seed) {
    this.codec = codec;
    this.feedback = feedback;
    this.learned = learned;
    this.seed = seed;
    this.bytes = ByteBuffer.allocate(codec.bytes(learned)).order(ByteOrder.LITTLE_ENDIAN);
    this.packed = new float[learned.size()];
    this.decoded = new float[learned.size()];
  }

  /** What has been sent since {@link #begin}: from now on it is collected. */
  Messages sent() {
    sends = true;
    return sent;
  }

  @Override
  public void begin(long next) {
    step = next;
    sent.clear();
  }

  @Override
  public void nothing(int worker) {
    if (sends) sent.nothing();
  }

  @Override
  public void code(int worker, long now, float[] values) {
    learned.pack(values, packed);
    float[] residual = residuals.get(worker);
    if (residual != null) Floats.add(packed, residual, 0, packed.length);
    if (Floats.firstNonFinite(packed, 0, packed.length) >= 0) {
      learned.unpack(packed, values);
      if (sends) sent.exact(values);
      return;
    }
    Draw draw = new Draw(seed, now, worker);
    bytes.clear();
    codec.encode(learned, packed, draw, bytes);
    bytes.flip();
    if (sends) sent.coded(learned, values, bytes);
    codec.decode(learned, bytes, draw, decoded);
    if (feedback) lose(residuals.computeIfAbsent(worker, w -> new float[packed.length]));
    learned.unpack(decoded, values);
  }

  /**
   * Makes the vector of another range's worker of what it sent in the same step.
   *
   * @throws IllegalArgumentException when that is nothing that a worker sends; one line
   */
  void read(int worker, Messages.Received message, float[] into) {
    if (message.read(learned, into)) return;
    codec.decode(learned, message.bytes(), new Draw(seed, step, worker), decoded);
    learned.unpack(decoded, into);
  }

  private void lose(float[] residual) {
    for (int i = 0; i < residual.length; i++) residual[i] = packed[i] - decoded[i];
  }

  @Override
  public boolean keeps() {
    return feedback;
  }

  @Override
  public float[][] kept(int worker) {
    float[] residual = residuals.get(worker);
    return residual == null ? new float[0][] : new float[][] {residual.clone()};
  }

  @Override
  public void keep(int worker, float[][] kept) {
    if (kept.length == 0) {
      residuals.remove(worker);
      return;
    }
    if (kept.length != 1 || kept[0].length != packed.length)
      throw new IllegalArgumentException(
          "the state has %d values of residuals of worker %d, not %d"
              .formatted(kept[0].length, worker, packed.length));
    residuals.put(worker, kept[0].clone());
  }
}
