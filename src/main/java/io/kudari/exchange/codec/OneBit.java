package io.kudari.exchange.codec;

import io.kudari.math.Slice;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * One bit a value, decoded as the mean of the values that have the same bit: those of at least 0,
 * or those below (Seide, Fu, Droppo, Li, Yu, "1-bit stochastic gradient descent and its application
 * to data-parallel distributed training of speech DNNs", Interspeech 2014). Each unit's
 * weights have their two means, or each segment has.
 *
 * <p>Bytes of each group of n values: the mean of those of at least 0 and that of those below as
 * floats, 0 where there are none; ⌈n / 8⌉ bytes of bits, set where below 0.
 *
 * @param scale which values have their two means
 */
public record OneBit(Scale scale) implements VectorCodec {

  static final Codecs.Kind KIND =
      new Codecs.Kind(
          "one-bit",
          "one bit a value: the mean of its group's values of at least 0, or of those below"
              + " (Seide et al. 2014)",
          List.of(Scale.SETTING),
          false,
          false,
          settings -> new OneBit((Scale) settings.get(Scale.SETTING.key())));

  @Override
  public String name() {
    return KIND.name();
  }

  @Override
  public Map<String, Object> settings() {
    return Map.of(Scale.SETTING.key(), scale.written());
  }

  @Override
  public int bytes(Learned layout) {
    long bytes = 0;
    for (Slice s : scale.groups(layout)) bytes += 2 * Float.BYTES + Bytes.packed(s.size(), 1);
    return Bytes.length(bytes);
  }

  @Override
  public void encode(Learned layout, float[] values, Draw draw, ByteBuffer out) {
    for (Slice s : scale.groups(layout)) {
      double above = 0;
      double below = 0;
      int negative = 0;
      for (int i = s.from(); i < s.to(); i++) {
        above += Math.max(values[i], 0f);
        below += Math.min(values[i], 0f);
        negative += Bytes.negative(values[i]);
      }
      out.putFloat((float) (above / Math.max(1, s.size() - negative)));
      out.putFloat((float) (below / Math.max(1, negative)));
      Bytes.putSigns(values, s, out);
    }
  }

  @Override
  public void decode(Learned layout, ByteBuffer in, Draw draw, float[] into) {
    Bytes.checkLength(name(), in, bytes(layout));
    for (Slice s : scale.groups(layout)) {
      float above = Bytes.finite(name(), in);
      float below = Bytes.finite(name(), in);
      Bytes.getSigns(name(), in, s, above, below, into);
    }
  }
}
