package io.kudari.exchange;

import io.kudari.math.Floats;
import io.kudari.setting.Setting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a worker does to its gradient before a sparse code: it is clipped, and momentum is taken of
 * it, so that what waits in a residual has been through the momentum already (Lin, Han, Mao, Wang,
 * Dally, "Deep gradient compression", ICLR 2018): u ← μ u + g, v ← v + u, what the code takes of v
 * is sent, and where something is sent u becomes 0 as well. The optimizer is then to have no
 * momentum of its own.
 *
 * @param momentum μ, in [0, 1); 0 for none
 * @param masking whether u becomes 0 where something is sent
 * @param clip longest L2 norm of a worker's vector; infinite for any
 */
record Correction(double momentum, boolean masking, double clip) implements java.io.Serializable {

  static final Correction NONE = new Correction(0, true, Double.POSITIVE_INFINITY);

  private static final Setting<Double> MOMENTUM =
      Setting.number(
          "momentum",
          0.0,
          "[0, 1)",
          "of each worker before its code, for an optimizer without; needs `error-feedback`");
  private static final Setting<Boolean> MASKING =
      Setting.flag(
          "factor-masking", true, "whether a worker's `momentum` ends where a value is sent");
  private static final Setting<Double> CLIP =
      Setting.number(
              "clip",
              null,
              "(0, 3e38]",
              "longest L2 norm of a worker's vector, a sum over its examples, before its code")
          .unset("no limit");

  static final List<Setting<?>> SETTINGS = List.of(MOMENTUM, MASKING, CLIP);

  /** Of settings that are complete and checked; there may be none. */
  static Correction of(Map<String, Object> all) {
    if (!all.containsKey(MOMENTUM.key())) return NONE;
    Object clip = all.get(CLIP.key());
    return new Correction(
        (double) all.get(MOMENTUM.key()),
        (boolean) all.get(MASKING.key()),
        clip == null ? NONE.clip : (double) clip);
  }

  /** As a configuration writes them. */
  Map<String, Object> settings() {
    Map<String, Object> all = new HashMap<>();
    all.put(MOMENTUM.key(), momentum);
    all.put(MASKING.key(), masking);
    if (clip < NONE.clip) all.put(CLIP.key(), clip);
    return all;
  }

  boolean hasMomentum() {
    return momentum > 0;
  }

  /** Shortens a vector that is too long. */
  void clip(float[] values) {
    if (clip == NONE.clip) return;
    double norm = Math.sqrt(Floats.sumOfSquares(values, 0, values.length));
    if (!(norm > clip)) return;
    float factor = (float) (clip / norm);
    for (int i = 0; i < values.length; i++) values[i] *= factor;
  }

  /** u ← μ u + g, into another array. */
  void accumulate(float[] before, float[] gradient, float[] into) {
    float factor = (float) momentum;
    for (int i = 0; i < into.length; i++) into[i] = factor * before[i] + gradient[i];
  }

  /** Ends the momentum of what is sent. */
  void mask(float[] sent, float[] momenta) {
    if (!masking) return;
    for (int i = 0; i < momenta.length; i++) if (sent[i] != 0) momenta[i] = 0;
  }
}
