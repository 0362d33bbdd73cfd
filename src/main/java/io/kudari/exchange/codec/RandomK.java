package io.kudari.exchange.codec;

import io.kudari.math.RandomStream;
import io.kudari.setting.Setting;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * k values of the whole vector, drawn without replacement in every step for every worker, and sent
 * as they are: the control that {@link TopK} is to be compared with (Stich, Cordonnier, Jaggi,
 * "Sparsified SGD with memory", NeurIPS 2018). They are not scaled by d / k, so without feedback
 * what is left is lost.
 *
 * <p>Bytes: the k values as floats, by ascending index. Who decodes draws the same indices, so they
 * are not sent.
 *
 * @param share k by the number of values: k = ⌈share · d⌉; in (0, 1]
 */
public record RandomK(double share) implements VectorCodec {

  static final Setting<Double> SHARE =
      Setting.number("share", 0.01, "(0, 1]", "of the values that are sent");

  static final Codecs.Kind KIND =
      new Codecs.Kind(
          "random-k",
          "a `share` of the values that is drawn anew in every step, in 32 bits each: the control"
              + " of `top-k`",
          List.of(SHARE),
          true,
          false,
          settings -> new RandomK((double) settings.get(SHARE.key())));

  @Override
  public String name() {
    return KIND.name();
  }

  @Override
  public Map<String, Object> settings() {
    return Map.of(SHARE.key(), share);
  }

  @Override
  public int bytes(Learned layout) {
    return Bytes.length(4L * TopK.count(share, layout.size()));
  }

  @Override
  public void encode(Learned layout, float[] values, Draw draw, ByteBuffer out) {
    BitSet chosen = indices(layout.size(), draw);
    for (int i = chosen.nextSetBit(0); i >= 0; i = chosen.nextSetBit(i + 1))
      out.putFloat(values[i]);
  }

  @Override
  public void decode(Learned layout, ByteBuffer in, Draw draw, float[] into) {
    Bytes.checkLength(name(), in, bytes(layout));
    Arrays.fill(into, 0, layout.size(), 0f);
    BitSet chosen = indices(layout.size(), draw);
    for (int i = chosen.nextSetBit(0); i >= 0; i = chosen.nextSetBit(i + 1))
      into[i] = Bytes.finite(name(), in);
  }

  /** A uniformly random set of k of them (Floyd's algorithm; Bentley, Floyd 1987). */
  private BitSet indices(int size, Draw draw) {
    RandomStream random = draw.stream();
    BitSet chosen = new BitSet(size);
    for (int last = size - TopK.count(share, size); last < size; last++) {
      int index = random.below(last + 1);
      chosen.set(chosen.get(index) ? last : index);
    }
    return chosen;
  }
}
