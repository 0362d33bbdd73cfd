package io.kudari.exchange;

import io.kudari.collective.Precision;
import io.kudari.exchange.codec.Learned;
import io.kudari.math.Layout;
import io.kudari.setting.Setting;
import io.kudari.setting.SettingException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * As {@link Dense}, with the workers' vectors and all their partial sums in 16 bits each, by every
 * strategy. The updated parameters are sent in 32 bits, as the weights of mixed precision are kept
 * in them (Micikevicius et al., "Mixed precision training", ICLR 2018, of half precision; Kalamkar
 * et al., "A study of BFLOAT16 for deep learning training", 2019, of the upper half of 32 bits).
 * Gradients are not scaled for it, and only here rounded: they are computed in 32 bits.
 *
 * <p>Without error feedback by default, for so little is lost: of a value at most 2⁻¹¹ by half
 * precision and 2⁻⁸ by the other, as often up as down. What is at most 2⁻²⁵ vanishes in half
 * precision, in every step, unless feedback adds it up.
 *
 * @param precision which 16 bits
 * @param feedback whether what a worker's vector loses is added to its next one
 */
record Rounded(Precision precision, boolean feedback) implements GradientExchange {

  private static final Setting<Boolean> FEEDBACK =
      Setting.flag(
          "error-feedback",
          false,
          "whether what rounding a worker's vector has lost is added to its next vector");

  static final Exchanges.Kind FP16 =
      kind(
          Precision.FP16,
          "16 bits a value, 11 of them significant, at most 65,504: more is a divergence. Sums"
              + " are rounded at every node of the tree");
  static final Exchanges.Kind BF16 =
      kind(Precision.BF16, "the same with 8 significant bits and the range of 32");

  private static Exchanges.Kind kind(Precision precision, String doc) {
    return new Exchanges.Kind(
        nameOf(precision), doc, List.of(FEEDBACK), given -> parse(precision, given));
  }

  /**
   * @throws SettingException when a setting is unknown
   */
  private static Rounded parse(Precision precision, Map<String, ?> given) {
    Map<String, Object> all = Setting.complete(nameOf(precision), List.of(FEEDBACK), given);
    return new Rounded(precision, (boolean) all.get(FEEDBACK.key()));
  }

  private static String nameOf(Precision precision) {
    return precision.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String name() {
    return nameOf(precision);
  }

  @Override
  public Map<String, Object> settings() {
    return Map.of(FEEDBACK.key(), feedback);
  }

  @Override
  public boolean isLossy() {
    return true;
  }

  @Override
  public long bytesOfWorker(Layout layout) {
    return feedback ? (long) Float.BYTES * new Learned(layout).size() : 0;
  }

  /** There as 16 bits a value, back as 32. */
  @Override
  public double summedBytes(Layout layout) {
    return (Short.BYTES + Float.BYTES) / 2.0 * layout.size();
  }

  @Override
  public String limit() {
    return precision == Precision.FP16
        ? "; train.exchange = fp16 cannot hold more than 65,504 in a sum, bf16 can"
        : "";
  }

  @Override
  public Codec codec(Layout layout, long seed) {
    return new RoundingCodec(precision, feedback, new Learned(layout));
  }

  @Override
  public Exchange open(TeamMember member, Codec codec) {
    return Dense.ofComplete(member, precision);
  }
}
