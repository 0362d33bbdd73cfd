package io.kudari.exchange.codec;

import io.kudari.math.Floats;
import io.kudari.math.RandomStream;
import io.kudari.math.Slice;
import io.kudari.setting.Range;
import io.kudari.setting.Setting;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * Stochastic rounding to s = 2^(bits − 1) − 1 levels of each bucket's norm: v becomes ‖bucket‖₂ ·
 * sign(v) · ξ / s, where ξ is |v| / ‖bucket‖₂ · s rounded up with the probability of its fraction,
 * else down (Alistarh, Grubic, Li, Tomioka, Vojnovic, "QSGD: communication-efficient SGD via
 * gradient quantization and encoding", NIPS 2017, §3.1). Unbiased; the variance of a bucket of n
 * values is at most min(n / s², √n / s) ‖bucket‖₂².
 *
 * <p>Bytes of each bucket of n values, which never crosses a segment's end: its norm as a float, n
 * codes, and zeros to the byte's end. A {@link Codes#FIXED} code has so many bits, of which the
 * highest is the sign and the others the level. By {@link Codes#ELIAS} it is the level + 1 in its
 * {@link Elias} code, and but for level 0 a bit for the sign (§3.2, appendix A.3): the lower levels
 * are, the fewer bits.
 *
 * @param bits of a value, within 2..8; by {@link Codes#ELIAS} they say the levels alone
 * @param bucket most values of a bucket
 * @param codes how levels are written
 */
public record Qsgd(int bits, int bucket, Codes codes) implements VectorCodec {

  /** How levels are written. */
  public enum Codes {
    FIXED,
    ELIAS
  }

  static final Setting<Integer> BITS =
      Setting.whole(
          "bits", 4, 2, 8, "of a value, the sign included: 2^(bits − 1) − 1 levels above 0");
  static final Setting<Integer> BUCKET =
      Setting.whole("bucket", 512, 1, 1 << 20, "values that share a norm");

  static final Setting<Codes> CODES =
      Setting.choice(
          "codes",
          Codes.FIXED,
          Codes.class,
          "`fixed`: `bits` for each value; or `elias`: the fewer the smaller its level, one for"
              + " level 0, and at the most twice as many");

  static final Codecs.Kind KIND =
      new Codecs.Kind(
          "qsgd",
          "`bits` a value: stochastic rounding to levels of the norm of its `bucket`; unbiased"
              + " (Alistarh et al. 2017)",
          List.of(BITS, BUCKET, CODES),
          false,
          true,
          all ->
              new Qsgd(
                  (int) all.get(BITS.key()),
                  (int) all.get(BUCKET.key()),
                  (Codes) all.get(CODES.key())));

  /** Codes of a fixed length. */
  public Qsgd(int bits, int bucket) {
    this(bits, bucket, Codes.FIXED);
  }

  @Override
  public String name() {
    return KIND.name();
  }

  @Override
  public Map<String, Object> settings() {
    return Map.of(BITS.key(), bits, BUCKET.key(), bucket, CODES.key(), Range.id(codes));
  }

  private int levels() {
    return (1 << (bits - 1)) - 1;
  }

  private LevelCode code() {
    return switch (codes) {
      case FIXED -> new LevelCode.Fixed(bits);
      case ELIAS -> LevelCode.Variable.upTo(levels());
    };
  }

  @Override
  public int bytes(Learned layout) {
    int most = code().mostBits();
    long bytes = 0;
    for (Slice s : layout.segments()) {
      int whole = s.size() / bucket;
      int rest = s.size() % bucket;
      bytes += (long) whole * (Float.BYTES + Bytes.packed(bucket, most));
      if (rest > 0) bytes += Float.BYTES + Bytes.packed(rest, most);
    }
    return Bytes.length(bytes);
  }

  @Override
  public void encode(Learned layout, float[] values, Draw draw, ByteBuffer out) {
    RandomStream random = draw.stream();
    LevelCode code = code();
    for (Slice s : layout.segments())
      for (int from = s.from(); from < s.to(); from += bucket)
        encode(values, from, Math.min(from + bucket, s.to()), random, code, out);
  }

  private void encode(
      float[] values, int from, int to, RandomStream random, LevelCode code, ByteBuffer out) {
    double squares = Floats.sumOfSquares(values, from, to);
    float norm = (float) Math.min(Float.MAX_VALUE, Math.sqrt(squares));
    out.putFloat(norm);
    int levels = levels();
    double scale = norm > 0 ? levels / (double) norm : 0;
    Bytes.Writer writer = new Bytes.Writer(out);
    for (int i = from; i < to; i++) {
      double exact = Math.min(levels, Math.abs(values[i]) * scale);
      // Up with the probability of the fraction, without a branch that cannot be predicted.
      int level = Math.min(levels, (int) (exact + random.uniform()));
      code.put(level, Bytes.negative(values[i]), writer);
    }
    writer.end();
  }

  @Override
  public void decode(Learned layout, ByteBuffer in, Draw draw, float[] into) {
    if (codes == Codes.FIXED) Bytes.checkLength(name(), in, bytes(layout));
    LevelCode code = code();
    for (Slice s : layout.segments())
      for (int from = s.from(); from < s.to(); from += bucket)
        decode(in, from, Math.min(from + bucket, s.to()), code, into);
    Bytes.checkLength(name(), in, 0);
  }

  private void decode(ByteBuffer in, int from, int to, LevelCode code, float[] into) {
    double unit = Bytes.scale(name(), in) / (double) levels();
    Bytes.Reader reader = new Bytes.Reader(name(), in);
    for (int i = from; i < to; i++) {
      int level = code.next(reader);
      into[i] = (float) (unit * (level >>> 1)) * (1 - 2 * (level & 1));
    }
    reader.end();
  }
}
