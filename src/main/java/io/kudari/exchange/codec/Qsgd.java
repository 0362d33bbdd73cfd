package io.kudari.exchange.codec;

import io.kudari.math.Floats;
import io.kudari.math.RandomStream;
import io.kudari.math.Slice;
import io.kudari.setting.Setting;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * Stochastic rounding to s = 2^(bits − 1) − 1 levels of each bucket's norm: v becomes ‖bucket‖₂ ·
 * sign(v) · ξ / s, where ξ is |v| / ‖bucket‖₂ · s rounded up with the probability of its fraction,
 * else down (Alistarh, Grubic, Li, Tomioka, Vojnovic, "QSGD: communication-efficient SGD via
 * gradient quantization and encoding", NIPS 2017, §3.1). Unbiased; the variance of a bucket of n
 * values is at most min(n / s², √n / s) ‖bucket‖₂². Codes have a fixed length.
 *
 * <p>Bytes of each bucket of n values, which never crosses a segment's end: its norm as a float, n
 * codes of so many bits, of which the highest is the sign and the others the level, and zeros to
 * the byte's end.
 *
 * @param bits of a value, within 2..8
 * @param bucket most values of a bucket
 */
public record Qsgd(int bits, int bucket) implements VectorCodec {

  static final Setting<Integer> BITS =
      Setting.whole("bits", 4, 2, 8, "of a value, the sign included");
  static final Setting<Integer> BUCKET =
      Setting.whole("bucket", 512, 1, 1 << 20, "values that share a norm");

  static final Codecs.Kind KIND =
      new Codecs.Kind(
          "qsgd",
          "`bits` a value: stochastic rounding to levels of the norm of its `bucket`; unbiased"
              + " (Alistarh et al. 2017)",
          List.of(BITS, BUCKET),
          false,
          true,
          settings -> new Qsgd((int) settings.get(BITS.key()), (int) settings.get(BUCKET.key())));

  @Override
  public String name() {
    return KIND.name();
  }

  @Override
  public Map<String, Object> settings() {
    return Map.of(BITS.key(), bits, BUCKET.key(), bucket);
  }

  private int levels() {
    return (1 << (bits - 1)) - 1;
  }

  @Override
  public int bytes(Learned layout) {
    long bytes = 0;
    for (Slice s : layout.segments()) {
      int whole = s.size() / bucket;
      int rest = s.size() % bucket;
      bytes += (long) whole * (Float.BYTES + Bytes.packed(bucket, bits));
      if (rest > 0) bytes += Float.BYTES + Bytes.packed(rest, bits);
    }
    return Bytes.length(bytes);
  }

  @Override
  public void encode(Learned layout, float[] values, Draw draw, ByteBuffer out) {
    RandomStream random = draw.stream();
    for (Slice s : layout.segments())
      for (int from = s.from(); from < s.to(); from += bucket)
        encode(values, from, Math.min(from + bucket, s.to()), random, out);
  }

  private void encode(float[] values, int from, int to, RandomStream random, ByteBuffer out) {
    double squares = Floats.sumOfSquares(values, from, to);
    float norm = (float) Math.min(Float.MAX_VALUE, Math.sqrt(squares));
    out.putFloat(norm);
    int levels = levels();
    double scale = norm > 0 ? levels / (double) norm : 0;
    Bytes.Writer codes = new Bytes.Writer(out, bits);
    for (int i = from; i < to; i++) {
      double exact = Math.min(levels, Math.abs(values[i]) * scale);
      // Up with the probability of the fraction, without a branch that cannot be predicted.
      int level = Math.min(levels, (int) (exact + random.uniform()));
      codes.put(level | Bytes.negative(values[i]) << (bits - 1));
    }
    codes.end();
  }

  @Override
  public void decode(Learned layout, ByteBuffer in, Draw draw, float[] into) {
    Bytes.checkLength(name(), in, bytes(layout));
    for (Slice s : layout.segments())
      for (int from = s.from(); from < s.to(); from += bucket)
        decode(in, from, Math.min(from + bucket, s.to()), into);
  }

  private void decode(ByteBuffer in, int from, int to, float[] into) {
    int levels = levels();
    double unit = Bytes.scale(name(), in) / (double) levels;
    Bytes.Reader codes = new Bytes.Reader(in, bits);
    for (int i = from; i < to; i++) {
      int code = codes.next();
      into[i] = (float) (unit * (code & levels)) * (1 - 2 * (code >>> (bits - 1)));
    }
    codes.end(name());
  }
}
