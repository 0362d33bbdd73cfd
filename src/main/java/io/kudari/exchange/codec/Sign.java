package io.kudari.exchange.codec;

import io.kudari.math.Slice;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * The sign of every value, times the mean magnitude of its segment: Δ = (‖p‖₁ / d) · sign(p), with
 * sign(0) = 1. With feedback it is EF-signSGD (Karimireddy, Rebjock, Stich, Jaggi, "Error feedback
 * fixes SignSGD and other gradient compression schemes", ICML 2019).
 *
 * <p>Bytes of each segment of n values: the mean magnitude as a float, ⌈n / 8⌉ bytes of bits, set
 * where negative.
 */
public record Sign() implements VectorCodec {

  static final Codecs.Kind KIND =
      new Codecs.Kind(
          "sign",
          "one bit a value: its sign, times the mean magnitude of its segment (EF-signSGD,"
              + " Karimireddy et al. 2019)",
          List.of(),
          false,
          settings -> new Sign());

  @Override
  public String name() {
    return KIND.name();
  }

  @Override
  public Map<String, Object> settings() {
    return Map.of();
  }

  @Override
  public int bytes(Learned layout) {
    long bytes = 0;
    for (Slice s : layout.segments()) bytes += Float.BYTES + Bytes.packed(s.size(), 1);
    return Bytes.length(bytes);
  }

  @Override
  public void encode(Learned layout, float[] values, Draw draw, ByteBuffer out) {
    for (Slice s : layout.segments()) {
      double magnitude = 0;
      for (int i = s.from(); i < s.to(); i++) magnitude += Math.abs(values[i]);
      out.putFloat((float) (magnitude / s.size()));
      Bytes.putSigns(values, s, out);
    }
  }

  @Override
  public void decode(Learned layout, ByteBuffer in, Draw draw, float[] into) {
    Bytes.checkLength(name(), in, bytes(layout));
    for (Slice s : layout.segments()) {
      float scale = Bytes.scale(name(), in);
      Bytes.getSigns(name(), in, s, scale, -scale, into);
    }
  }
}
