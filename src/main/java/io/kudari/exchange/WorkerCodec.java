package io.kudari.exchange;

import io.kudari.exchange.codec.Draw;
import io.kudari.exchange.codec.Learned;
import io.kudari.exchange.codec.VectorCodec;
import io.kudari.math.Floats;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Encodes the vectors of some workers and decodes them, with error feedback: what is encoded is p =
 * vector + residual, and the worker's residual becomes p − decode(encode(p)) (Seide et al. 2014;
 * Karimireddy et al. 2019). A sparse code may have momentum before it, see {@link Correction}.
 * Running statistics stay exact.
 *
 * <p>A vector that is not finite has no code: it is left as it is, for whoever guards the sum to
 * see, and its worker's residual stays. Not thread-safe.
 */
final class WorkerCodec implements Codec {

  private static final float[][] NOTHING = new float[0][];

  private final VectorCodec codec;
  private final boolean feedback;
  private final Correction correction;
  private final Learned learned;
  private final long seed;
  private final float[] packed;
  private final float[] decoded;
  private final float[] momenta;
  private final int[] lengths;
  private final Messages sent = new Messages();
  private VectorCodec now;
  private ByteBuffer bytes;
  private long step;
  private boolean sends;

  /** By worker: residual, momentum, the codec's memory, which there are; none before it sends. */
  private final Map<Integer, float[][]> kept = new HashMap<>();

  WorkerCodec(
      VectorCodec codec, boolean feedback, Correction correction, Learned learned, long seed) {
    this.codec = codec;
    this.feedback = feedback;
    this.correction = correction;
    this.learned = learned;
    this.seed = seed;
    this.packed = new float[learned.size()];
    this.decoded = new float[learned.size()];
    this.momenta = new float[correction.hasMomentum() ? learned.size() : 0];
    this.lengths = lengths();
    encodeBy(codec.at(0));
  }

  /** Of what is kept of a worker. */
  private int[] lengths() {
    List<Integer> all = new ArrayList<>();
    if (feedback) all.add(learned.size());
    if (correction.hasMomentum()) all.add(learned.size());
    if (codec.memory(learned) > 0) all.add(codec.memory(learned));
    return all.stream().mapToInt(n -> n).toArray();
  }

  /** What has been sent since {@link #begin}: from now on it is collected. */
  Messages sent() {
    sends = true;
    return sent;
  }

  @Override
  public void begin(long next, int epoch) {
    step = next;
    sent.clear();
    encodeBy(codec.at(epoch));
  }

  private void encodeBy(VectorCodec next) {
    if (next.equals(now)) return;
    now = next;
    bytes = ByteBuffer.allocate(now.bytes(learned)).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void nothing(int worker) {
    if (sends) sent.nothing();
  }

  @Override
  public void code(int worker, long at, float[] values) {
    learned.pack(values, packed);
    correction.clip(packed);
    float[][] own = keeps() ? kept.computeIfAbsent(worker, w -> zeros()) : NOTHING;
    if (correction.hasMomentum()) {
      correction.accumulate(own[1], packed, momenta);
      System.arraycopy(momenta, 0, packed, 0, packed.length);
    }
    if (feedback) Floats.add(packed, own[0], 0, packed.length);
    if (Floats.firstNonFinite(packed, 0, packed.length) >= 0) {
      learned.unpack(packed, values);
      if (sends) sent.exact(values);
      return;
    }
    Draw draw = new Draw(seed, at, worker);
    bytes.clear();
    if (codec.memory(learned) == 0) now.encode(learned, packed, draw, bytes);
    else now.encode(learned, packed, own[own.length - 1], draw, bytes);
    bytes.flip();
    if (sends) sent.coded(learned, values, bytes);
    now.decode(learned, bytes, draw, decoded);
    if (feedback) lose(own[0]);
    if (correction.hasMomentum()) {
      correction.mask(decoded, momenta);
      System.arraycopy(momenta, 0, own[1], 0, momenta.length);
    }
    learned.unpack(decoded, values);
  }

  /**
   * Reads what others send in the step that has begun, also when others have begun since.
   *
   * @param packed of as many values as are learned; the reader's until it is used no more
   */
  Reader reader(float[] packed) {
    return new Reader(now, step, packed);
  }

  /** How many values a vector has when it is packed. */
  int packedSize() {
    return learned.size();
  }

  /** Reads what workers of other ranges sent in a step. May be used beside the codec. */
  final class Reader {

    private final VectorCodec sender;
    private final long sentAt;
    private final float[] read;

    private Reader(VectorCodec sender, long sentAt, float[] read) {
      this.sender = sender;
      this.sentAt = sentAt;
      this.read = read;
    }

    /**
     * Makes a worker's vector of its message.
     *
     * @throws IllegalArgumentException when that is nothing that a worker sends; one line
     */
    void read(int worker, Messages.Received message, float[] into) {
      if (message.read(learned, into)) return;
      sender.decode(learned, message.bytes(), new Draw(seed, sentAt, worker), read);
      learned.unpack(read, into);
    }
  }

  private float[][] zeros() {
    return Arrays.stream(lengths).mapToObj(float[]::new).toArray(float[][]::new);
  }

  private void lose(float[] residual) {
    for (int i = 0; i < residual.length; i++) residual[i] = packed[i] - decoded[i];
  }

  @Override
  public boolean keeps() {
    return lengths.length > 0;
  }

  @Override
  public float[][] kept(int worker) {
    return Arrays.stream(kept.getOrDefault(worker, NOTHING))
        .map(float[]::clone)
        .toArray(float[][]::new);
  }

  @Override
  public void keep(int worker, float[][] values) {
    if (values.length == 0) {
      kept.remove(worker);
      return;
    }
    int[] given = Arrays.stream(values).mapToInt(v -> v.length).toArray();
    if (!Arrays.equals(given, lengths))
      throw new IllegalArgumentException(
          "the state has %s values of residuals of worker %d, not %s"
              .formatted(Arrays.toString(given), worker, Arrays.toString(lengths)));
    kept.put(worker, Arrays.stream(values).map(float[]::clone).toArray(float[][]::new));
  }

  @Override
  public double residualSquares(float[][] of) {
    return feedback && of.length > 0 ? Floats.sumOfSquares(of[0], 0, of[0].length) : 0;
  }
}
