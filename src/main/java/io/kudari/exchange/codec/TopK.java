package io.kudari.exchange.codec;

import io.kudari.math.Slice;
import io.kudari.setting.Range;
import io.kudari.setting.Setting;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The k values of largest magnitude of the whole vector, or of each segment of it, exactly; of
 * equal ones those of lowest index. With feedback what is left waits until it is large enough (Aji,
 * Heafield, "Sparse communication for distributed gradient descent", EMNLP 2017; Stich, Cordonnier,
 * Jaggi, "Sparsified SGD with memory", NeurIPS 2018).
 *
 * <p>In the first w epochs the share falls to what it is from then on as a geometric sequence:
 * epoch e = 0, 1, … has share^((e + 1) / (w + 1)), so w = 4 and a share of 0.001 have 25%, 6.3%,
 * 1.6% and 0.4% (Lin, Han, Mao, Wang, Dally, "Deep gradient compression", ICLR 2018).
 *
 * <p>Bytes: k ascending indices of 32 bits, then the k values as floats. By {@link Indices#DELTA}
 * an index is how far it is behind the one before, −1 before the first, in groups of 7 bits, the
 * lowest first, each in a byte whose highest bit says that there are more: one byte where it is
 * below 128, as most are of a share of 1% or more.
 *
 * @param share k by the number of values: k = ⌈share · d⌉; in (0, 1]
 * @param warmUp how many epochs have larger shares
 * @param of what k values are taken of
 * @param indices how they are written
 */
public record TopK(double share, int warmUp, Of of, Indices indices) implements VectorCodec {

  /** What k values are taken of. */
  public enum Of {
    /** The whole vector. */
    VECTOR,
    /** Each segment, such as the weights of a layer: its k is by its own size. */
    SEGMENT
  }

  /** How indices are written. */
  public enum Indices {
    PLAIN,
    DELTA
  }

  static final Setting<Double> SHARE =
      Setting.number("share", 0.01, "(0, 1]", "of the values that are sent");

  static final Setting<Integer> WARM_UP =
      Setting.whole(
          "warm-up", 0, 0, 1000, "epochs in which the share falls to `share`, by equal factors");

  static final Setting<Of> OF =
      Setting.choice(
          "of",
          Of.VECTOR,
          Of.class,
          "whether `share` is of the whole vector's values, or of each segment's");
  static final Setting<Indices> INDICES =
      Setting.choice(
          "indices",
          Indices.PLAIN,
          Indices.class,
          "32 bits each, or `delta`: how far each is behind the one before, in 8 bits or more");

  static final Codecs.Kind KIND =
      new Codecs.Kind(
          "top-k",
          "the `share` of the values that has the largest magnitudes, in 32 bits each, with their"
              + " indices (Aji and Heafield 2017, Stich et al. 2018)",
          List.of(SHARE, WARM_UP, OF, INDICES),
          true,
          false,
          all ->
              new TopK(
                  (double) all.get(SHARE.key()),
                  (int) all.get(WARM_UP.key()),
                  (Of) all.get(OF.key()),
                  (Indices) all.get(INDICES.key())));

  /** Of a magnitude's 31 bits, those that the first of two counts goes by. */
  private static final int HIGH_BITS = 16;

  private static final int LOW_BITS = 31 - HIGH_BITS;

  /** The same share of the whole vector in all epochs, with plain indices. */
  public TopK(double share) {
    this(share, 0);
  }

  /** A share of the whole vector, with plain indices. */
  public TopK(double share, int warmUp) {
    this(share, warmUp, Of.VECTOR, Indices.PLAIN);
  }

  @Override
  public VectorCodec at(int epoch) {
    double now = epoch >= warmUp ? share : StrictMath.pow(share, (epoch + 1.0) / (warmUp + 1));
    return new TopK(now, 0, of, indices);
  }

  @Override
  public String name() {
    return KIND.name();
  }

  @Override
  public Map<String, Object> settings() {
    return Map.of(
        SHARE.key(),
        share,
        WARM_UP.key(),
        warmUp,
        OF.key(),
        Range.id(of),
        INDICES.key(),
        Range.id(indices));
  }

  /**
   * How many of so many values are sent: rounded up, but not for what the product's rounding is.
   */
  static int count(double share, int size) {
    return (int) Math.min(size, Math.max(1, Math.ceil(share * size - 1e-6)));
  }

  private List<Slice> parts(Learned layout) {
    return of == Of.SEGMENT ? layout.segments() : List.of(new Slice(0, layout.size()));
  }

  private int count(Learned layout) {
    return parts(layout).stream().mapToInt(part -> count(share, part.size())).sum();
  }

  @Override
  public int bytes(Learned layout) {
    long most = indices == Indices.PLAIN ? Integer.BYTES : Bytes.MOST_OF_NUMBER;
    return Bytes.length((most + Float.BYTES) * count(layout));
  }

  @Override
  public void encode(Learned layout, float[] values, Draw draw, ByteBuffer out) {
    int[] chosen = new int[count(layout)];
    int n = 0;
    for (Slice part : parts(layout)) n = choose(values, part, chosen, n);
    int before = -1;
    for (int index : chosen) {
      if (indices == Indices.PLAIN) out.putInt(index);
      else Bytes.putNumber(index - before, out);
      before = index;
    }
    for (int index : chosen) out.putFloat(values[index]);
  }

  /** Appends the indices of a part's largest values; gives how many there are then. */
  private int choose(float[] values, Slice part, int[] chosen, int from) {
    int k = count(share, part.size());
    if (k == 0) return from;
    int least = kthLargest(values, part, k);
    int equal = k;
    for (int i = part.from(); i < part.to(); i++) if (magnitude(values[i]) > least) equal--;
    int n = from;
    for (int i = part.from(); n < from + k; i++) {
      int bits = magnitude(values[i]);
      if (bits < least || (bits == least && equal-- <= 0)) continue;
      chosen[n++] = i;
    }
    return n;
  }

  /** Bits of an absolute value, which have the order of the numbers. */
  private static int magnitude(float value) {
    return Float.floatToRawIntBits(value) & 0x7fffffff;
  }

  /** By counting the high bits, then the low bits of those that share the decisive high ones. */
  private static int kthLargest(float[] values, Slice part, int k) {
    int[] counts = new int[1 << HIGH_BITS];
    for (int i = part.from(); i < part.to(); i++) counts[magnitude(values[i]) >>> LOW_BITS]++;
    int left = k;
    int high = counts.length - 1;
    while (counts[high] < left) left -= counts[high--];
    int[] low = new int[1 << LOW_BITS];
    for (int i = part.from(); i < part.to(); i++) {
      int bits = magnitude(values[i]);
      if (bits >>> LOW_BITS == high) low[bits & (low.length - 1)]++;
    }
    int rest = low.length - 1;
    while (low[rest] < left) left -= low[rest--];
    return high << LOW_BITS | rest;
  }

  /** Appends as many indices as a part has; gives how many there are then. */
  private int read(Slice part, ByteBuffer in, int[] chosen, int from) {
    int before = from == 0 ? -1 : chosen[from - 1];
    int to = from + count(share, part.size());
    for (int n = from; n < to; n++) {
      int index = indices == Indices.PLAIN ? in.getInt() : before + Bytes.number(name(), in);
      before = Bytes.index(name(), index, Math.max(before, part.from() - 1), part.to());
      chosen[n] = index;
    }
    return to;
  }

  @Override
  public void decode(Learned layout, ByteBuffer in, Draw draw, float[] into) {
    int[] chosen = new int[count(layout)];
    if (indices == Indices.PLAIN) Bytes.checkLength(name(), in, 8L * chosen.length);
    int n = 0;
    for (Slice part : parts(layout)) n = read(part, in, chosen, n);
    Bytes.checkLength(name(), in, 4L * chosen.length);
    Arrays.fill(into, 0, layout.size(), 0f);
    for (int index : chosen) into[index] = Bytes.finite(name(), in);
  }
}
