package io.kudari.exchange.codec;

import io.kudari.math.Slice;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * The sign of every value, times the mean magnitude of its group of d values: Δ = (‖p‖₁ / d) ·
 * sign(p), with sign(0) = 1. With feedback it is EF-signSGD (Karimireddy, Rebjock, Stich, Jaggi,
 * "Error feedback fixes SignSGD and other gradient compression schemes", ICML 2019), where a group
 * is a segment. The smaller the groups, the sooner a residual is paid back, and with momentum
 * after the code that decides whether a run learns.
 *
 * <p>Bytes of each group of n values: the mean magnitude as a float, ⌈n / 8⌉ bytes of bits, set
 * where negative.
 *
 * @param scale which values are a group
 */
public record Sign(Scale scale) implements VectorCodec {

  static final Codecs.Kind KIND =
      new Codecs.Kind(
          "sign",
          "one bit a value: its sign, times the mean magnitude of its group (EF-signSGD,"
              + " Karimireddy et al. 2019)",
          List.of(Scale.SETTING),
          false,
          false,
          settings -> new Sign((Scale) settings.get(Scale.SETTING.key())));

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
    for (Slice s : scale.groups(layout)) bytes += Float.BYTES + Bytes.packed(s.size(), 1);
    return Bytes.length(bytes);
  }

  @Override
  public void encode(Learned layout, float[] values, Draw draw, ByteBuffer out) {
    for (Slice s : scale.groups(layout)) {
      double magnitude = 0;
      for (int i = s.from(); i < s.to(); i++) magnitude += Math.abs(values[i]);
      out.putFloat((float) (magnitude / s.size()));
      Bytes.putSigns(values, s, out);
    }
  }

  @Override
  public void decode(Learned layout, ByteBuffer in, Draw draw, float[] into) {
    Bytes.checkLength(name(), in, bytes(layout));
    for (Slice s : scale.groups(layout)) {
      float scale = Bytes.scale(name(), in);
      Bytes.getSigns(name(), in, s, scale, -scale, into);
    }
  }
}
