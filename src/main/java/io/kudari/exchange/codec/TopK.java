package io.kudari.exchange.codec;

import io.kudari.setting.Setting;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The k values of largest magnitude of the whole vector, exactly; of equal ones those of lowest
 * index. With feedback what is left waits until it is large enough (Aji, Heafield, "Sparse
 * communication for distributed gradient descent", EMNLP 2017; Stich, Cordonnier, Jaggi,
 * "Sparsified SGD with memory", NeurIPS 2018).
 *
 * <p>In the first w epochs the share falls to what it is from then on as a geometric sequence:
 * epoch e = 0, 1, … has share^((e + 1) / (w + 1)), so w = 4 and a share of 0.001 have 25%, 6.3%,
 * 1.6% and 0.4% (Lin, Han, Mao, Wang, Dally, "Deep gradient compression", ICLR 2018).
 *
 * <p>Bytes: k ascending indices of 32 bits, then the k values as floats.
 *
 * @param share k by the number of values: k = ⌈share · d⌉; in (0, 1]
 * @param warmUp how many epochs have larger shares
 */
public record TopK(double share, int warmUp) implements VectorCodec {

  static final Setting<Double> SHARE =
      Setting.number("share", 0.01, "(0, 1]", "of the values that are sent");

  static final Setting<Integer> WARM_UP =
      Setting.whole(
          "warm-up", 0, 0, 1000, "epochs in which the share falls to `share`, by equal factors");

  static final Codecs.Kind KIND =
      new Codecs.Kind(
          "top-k",
          "the `share` of the values that has the largest magnitudes, in 32 bits each, with their"
              + " indices (Aji and Heafield 2017, Stich et al. 2018)",
          List.of(SHARE, WARM_UP),
          true,
          false,
          settings ->
              new TopK(
                  (double) settings.get(SHARE.key()), (int) settings.get(WARM_UP.key())));

  /** Of a magnitude's 31 bits, those that the first of two counts goes by. */
  private static final int HIGH_BITS = 16;

  private static final int LOW_BITS = 31 - HIGH_BITS;

  /** The same share in all epochs. */
  public TopK(double share) {
    this(share, 0);
  }

  @Override
  public VectorCodec at(int epoch) {
    if (epoch >= warmUp) return new TopK(share);
    return new TopK(StrictMath.pow(share, (epoch + 1.0) / (warmUp + 1)));
  }

  @Override
  public String name() {
    return KIND.name();
  }

  @Override
  public Map<String, Object> settings() {
    return Map.of(SHARE.key(), share, WARM_UP.key(), warmUp);
  }

  /**
   * How many of so many values are sent: rounded up, but not for what the product's rounding is.
   */
  static int count(double share, int size) {
    return (int) Math.min(size, Math.max(1, Math.ceil(share * size - 1e-6)));
  }

  @Override
  public int bytes(Learned layout) {
    return Bytes.length(8L * count(share, layout.size()));
  }

  @Override
  public void encode(Learned layout, float[] values, Draw draw, ByteBuffer out) {
    int size = layout.size();
    int k = count(share, size);
    if (k == 0) return;
    int least = kthLargest(values, size, k);
    int equal = k;
    for (int i = 0; i < size; i++) if (magnitude(values[i]) > least) equal--;
    int start = out.position();
    int n = 0;
    for (int i = 0; n < k; i++) {
      int bits = magnitude(values[i]);
      if (bits < least || (bits == least && equal-- <= 0)) continue;
      out.putInt(start + 4 * n, i);
      out.putFloat(start + 4 * (k + n), values[i]);
      n++;
    }
    out.position(start + 8 * k);
  }

  /** Bits of an absolute value, which have the order of the numbers. */
  private static int magnitude(float value) {
    return Float.floatToRawIntBits(value) & 0x7fffffff;
  }

  /** By counting the high bits, then the low bits of those that share the decisive high ones. */
  private static int kthLargest(float[] values, int size, int k) {
    int[] counts = new int[1 << HIGH_BITS];
    for (int i = 0; i < size; i++) counts[magnitude(values[i]) >>> LOW_BITS]++;
    int left = k;
    int high = counts.length - 1;
    while (counts[high] < left) left -= counts[high--];
    int[] low = new int[1 << LOW_BITS];
    for (int i = 0; i < size; i++) {
      int bits = magnitude(values[i]);
      if (bits >>> LOW_BITS == high) low[bits & (low.length - 1)]++;
    }
    int rest = low.length - 1;
    while (low[rest] < left) left -= low[rest--];
    return high << LOW_BITS | rest;
  }

  @Override
  public void decode(Learned layout, ByteBuffer in, Draw draw, float[] into) {
    int size = layout.size();
    int k = count(share, size);
    Bytes.checkLength(name(), in, 8L * k);
    Arrays.fill(into, 0, size, 0f);
    ByteBuffer values = in.duplicate().order(in.order());
    values.position(in.position() + 4 * k);
    int index = -1;
    for (int n = 0; n < k; n++) {
      index = Bytes.index(name(), in.getInt(), index, size);
      into[index] = Bytes.finite(name(), values);
    }
    in.position(in.limit());
  }
}
