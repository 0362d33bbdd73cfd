package io.kudari.train.algorithm;

import io.kudari.setting.Setting;
import io.kudari.setting.SettingException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Delay-compensated ASGD (Zheng, Meng, Wang, Chen, Yu, Ma, Liu, "Asynchronous stochastic gradient
 * descent with delay compensation", ICML 2017, Algorithm 2 and §5): a gradient g that was taken at
 * w₀ and is applied at w becomes
 *
 * <pre>g + λ g ⊙ g ⊙ (w − w₀),</pre>
 *
 * <p>a first-order guess of the gradient at w, with λ g ⊙ g in the place of the Hessian. The
 * adaptive form divides λ by √(m + 10⁻⁷), where m ← {@value #DECAY} m + {@value #REST} g ⊙ g from
 * 0. The paper has λ = 0.04, and 2 for the adaptive form.
 *
 * @param lambda λ, at least 0; 0 for no compensation
 * @param adaptive whether it is divided by the root of the mean square
 */
public record Compensation(double lambda, boolean adaptive) implements java.io.Serializable {

  /** A late gradient is applied as it is. */
  public static final Compensation NONE = new Compensation(0, false);

  static final float DECAY = 0.95f;
  static final float REST = 0.05f;

  private static final double EPSILON = 1e-7;

  private static final Setting<?> KIND =
      Setting.of(
          "compensation",
          "none",
          "none | dc-asgd",
          "whether a late gradient g is applied as it is, or as g + λ g² (w − w₀), where w₀ are the"
              + " parameters it was taken at");
  private static final Setting<Double> LAMBDA =
      Setting.number("lambda", null, "(0, 1e6]", "λ of `dc-asgd`").unset("0.04; 2 if `adaptive`");
  private static final Setting<Boolean> ADAPTIVE =
      Setting.flag(
              "adaptive",
              null,
              "whether λ of `dc-asgd` is divided by the root of a moving mean of g²")
          .unset("false");

  static final List<Setting<?>> SETTINGS = List.of(KIND, LAMBDA, ADAPTIVE);

  /** Of settings that are complete and checked. */
  static Compensation of(Map<String, Object> all) {
    boolean none = all.get(KIND.key()).equals("none");
    for (Setting<?> s : List.of(LAMBDA, ADAPTIVE))
      if (none && all.containsKey(s.key()))
        throw new SettingException(s.key(), s.key() + " needs compensation = dc-asgd");
    if (none) return NONE;
    boolean adaptive = (boolean) all.getOrDefault(ADAPTIVE.key(), false);
    return new Compensation((double) all.getOrDefault(LAMBDA.key(), adaptive ? 2 : 0.04), adaptive);
  }

  /** As a configuration writes them. */
  Map<String, Object> settings() {
    if (isNone()) return Map.of(KIND.key(), "none");
    Map<String, Object> all = new HashMap<>();
    all.put(KIND.key(), "dc-asgd");
    all.put(LAMBDA.key(), lambda);
    all.put(ADAPTIVE.key(), adaptive);
    return all;
  }

  boolean isNone() {
    return lambda == 0;
  }

  /**
   * Compensates a gradient.
   *
   * @param gradient g; changed
   * @param now w
   * @param offset where w begins in {@code now}
   * @param before w₀
   * @param square m, of length 0 unless adaptive; changed
   */
  void apply(float[] gradient, float[] now, int offset, float[] before, float[] square) {
    float constant = (float) lambda;
    for (int i = 0; i < gradient.length; i++) {
      float g = gradient[i];
      float factor = constant;
      if (adaptive) {
        square[i] = DECAY * square[i] + REST * g * g;
        factor = (float) (lambda / Math.sqrt(square[i] + EPSILON));
      }
      gradient[i] = g + factor * g * g * (now[offset + i] - before[i]);
    }
  }
}
