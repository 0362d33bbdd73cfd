package io.kudari.optim.schedule;

import io.kudari.optim.BatchRule;
import io.kudari.setting.Setting;
import io.kudari.setting.SettingException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A schedule as configured: its kind, settings and warm-up, with defaults filled in. Immutable,
 * equal by value, serialisable. Lengths are given in steps or in epochs.
 *
 * @param kind one of {@link #kinds}
 * @param settings Double, Boolean or list of Doubles by key
 * @param warmup {@code kind} (linear or gradual) and its settings, or empty
 */
public record ScheduleSpec(String kind, Map<String, Object> settings, Map<String, Object> warmup)
    implements java.io.Serializable {

  /** The base value, always. */
  public static final ScheduleSpec CONSTANT = new ScheduleSpec("constant", Map.of(), Map.of());

  /**
   * Checks and completes.
   *
   * @throws SettingException if a name is unknown, a value out of its range or a length missing or
   *     given twice; keys of the warm-up begin with {@code warmup.}
   */
  public ScheduleSpec {
    settings = sorted(Setting.complete(kind, ScheduleKinds.settings(kind), settings));
    warmup = warmup.isEmpty() ? Map.of() : sorted(completeWarmup(warmup));
    check(kind, settings);
  }

  /** Whether it goes by the validation loss, without which it is constant. */
  public boolean followsValidation() {
    return kind.equals("plateau");
  }

  /**
   * The schedule that a configuration says: a number is a constant, a map has {@code kind},
   * settings and, if wanted, a map {@code warmup}.
   *
   * @throws SettingException as the constructor
   */
  public static ScheduleSpec parse(Object value) {
    if (value instanceof Number) {
      return new ScheduleSpec("constant", Map.of("value", value), Map.of());
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw new SettingException(
          "kind", "a schedule is a number or a section with a kind, not " + value);
    }
    Map<String, Object> settings = strings(map);
    Object kind = settings.remove("kind");
    Object warmup = settings.remove("warmup");
    if (warmup != null && !(warmup instanceof Map<?, ?>)) {
      throw new SettingException("warmup", "warmup is a section with a kind, not " + warmup);
    }
    return new ScheduleSpec(
        kind == null ? "constant" : kind.toString(),
        settings,
        warmup == null ? Map.of() : strings((Map<?, ?>) warmup));
  }

  /** What {@link #parse} reads as this. */
  public Map<String, Object> section() {
    Map<String, Object> section = new TreeMap<>(settings);
    section.put("kind", kind);
    if (!warmup.isEmpty()) section.put("warmup", warmup);
    return section;
  }

  /** The names of all kinds. */
  public static List<String> kinds() {
    return ScheduleKinds.NAMES;
  }

  /** The names of the kinds of warm-up. */
  public static List<String> warmups() {
    return ScheduleKinds.WARMUPS;
  }

  /** A kind's formula in one line. */
  public static String formula(String kind) {
    return ScheduleKinds.formula(kind);
  }

  /** The settings of a kind. */
  public static List<Setting<?>> settingsOf(String kind) {
    return ScheduleKinds.settings(kind);
  }

  /** The settings of a kind of warm-up. */
  public static List<Setting<?>> warmupSettingsOf(String kind) {
    return ScheduleKinds.warmup(kind);
  }

  /** The same with a warm-up k times as long, for {@link BatchRule#LEGW}; without one, the same. */
  public ScheduleSpec stretchWarmup(double k) {
    Map<String, Object> longer = new TreeMap<>(warmup);
    for (String key : List.of("steps", "epochs")) {
      longer.computeIfPresent(key, (name, length) -> (double) length * k);
    }
    return new ScheduleSpec(kind, settings, longer);
  }

  /**
   * The function.
   *
   * @param base the value it starts from unless {@code value} is set
   * @param stepsPerEpoch at least 1
   * @param totalSteps of the whole run, at least 1
   */
  public Schedule resolve(double base, long stepsPerEpoch, long totalSteps) {
    double b = settings.containsKey("value") ? number("value") : base;
    double warm = warmup.isEmpty() ? 0 : length(warmup, "", (double) stepsPerEpoch, 0);
    boolean shift = warm > 0 && (boolean) warmup.get("shift");
    long whole = Math.max(1, totalSteps - (shift ? Math.round(warm) : 0));
    Schedule plain = plain(b, (double) stepsPerEpoch, (double) whole);
    if (warm == 0 && !settings.containsKey("min") && !settings.containsKey("max")) return plain;
    double min = settings.containsKey("min") ? number("min") : Double.NEGATIVE_INFINITY;
    double max = settings.containsKey("max") ? number("max") : Double.POSITIVE_INFINITY;
    return new Warmed(plain, warm, shift, (Double) warmup.get("from"), min, max);
  }

  private Schedule plain(double b, double epoch, double whole) {
    return switch (kind) {
      case "step" -> Schedules.step(b, number("factor"), length(settings, "every-", epoch, 0));
      case "piecewise" -> Schedules.piecewise(b, boundaries(epoch), numbers("factors"));
      case "exponential" ->
          Schedules.exponential(b, number("decay"), length(settings, "", epoch, epoch));
      case "inverse-time" ->
          Schedules.inverseTime(b, number("decay"), length(settings, "", epoch, epoch));
      case "polynomial" ->
          Schedules.polynomial(
              b, number("power"), number("end"), length(settings, "", epoch, whole));
      case "cosine" -> {
        double length = length(settings, "", epoch, whole);
        yield (boolean) settings.get("restarts")
            ? Schedules.restarts(b, number("end"), length, number("growth"))
            : Schedules.cosine(b, number("end"), length);
      }
      case "one-cycle" -> {
        double length = length(settings, "", epoch, whole);
        yield Schedules.oneCycle(b, number("start"), number("peak"), number("end"), length);
      }
      case "plateau" ->
          new Plateau(
              b, number("factor"), number("patience"), number("threshold"), number("cooldown"));
      default -> step -> b;
    };
  }

  /** A schedule behind a warm-up and between bounds. The bounds do not hold during warm-up. */
  private record Warmed(
      Schedule behind, double length, boolean shift, Double from, double min, double max)
      implements Schedule {
    @Override
    public double at(long step) {
      long inner = shift ? Math.max(0, step - Math.round(length)) : step;
      double value = Math.min(max, Math.max(min, behind.at(inner)));
      if (step >= length) return value;
      return value
          * (from == null
              ? Math.min(1, Schedules.linearWarmup(step, length))
              : Schedules.gradualWarmup(step, from, length));
    }

    @Override
    public void observe(double validationLoss) {
      behind.observe(validationLoss);
    }

    @Override
    public double[] state() {
      return behind.state();
    }

    @Override
    public void restore(double[] state) {
      behind.restore(state);
    }
  }

  private List<Double> boundaries(double epoch) {
    if (settings.containsKey("at-steps")) return numbers("at-steps");
    return numbers("at-epochs").stream().map(e -> e * epoch).toList();
  }

  private static double length(
      Map<String, Object> map, String prefix, double epoch, double otherwise) {
    if (map.get(prefix + "steps") instanceof Double steps) return steps;
    if (map.get(prefix + "epochs") instanceof Double epochs) return epochs * epoch;
    return otherwise;
  }

  private double number(String key) {
    return (double) settings.get(key);
  }

  @SuppressWarnings("unchecked")
  private List<Double> numbers(String key) {
    return (List<Double>) settings.get(key);
  }

  private static void check(String kind, Map<String, Object> s) {
    once(s, "", "steps", "epochs", false, "");
    once(s, "", "every-steps", "every-epochs", kind.equals("step"), "");
    boolean piecewise = kind.equals("piecewise");
    once(s, "", "at-steps", "at-epochs", piecewise, "");
    if (piecewise) checkPieces(s);
    if (s.get("min") instanceof Double min && s.get("max") instanceof Double max && min > max) {
      throw new SettingException("min", "min must be at most max, not " + min + " > " + max);
    }
  }

  @SuppressWarnings("unchecked")
  private static void checkPieces(Map<String, Object> s) {
    String key = s.containsKey("at-steps") ? "at-steps" : "at-epochs";
    List<Double> at = (List<Double>) s.get(key);
    List<Double> factors = (List<Double>) s.get("factors");
    if (factors == null || factors.size() != at.size()) {
      throw new SettingException("factors", "factors must have one number for each of " + key);
    }
    for (int i = 1; i < at.size(); i++) {
      if (at.get(i) <= at.get(i - 1)) {
        throw new SettingException(key, key + " must increase, not " + at);
      }
    }
  }

  private static Map<String, Object> completeWarmup(Map<String, Object> given) {
    Map<String, Object> rest = new HashMap<>(given);
    Object named = rest.remove("kind");
    String kind = named == null ? "linear" : named.toString();
    List<Setting<?>> known = ScheduleKinds.warmup(kind);
    Map<String, Object> all;
    try {
      all = Setting.complete(kind + " warm-up", known, rest);
    } catch (SettingException e) {
      throw new SettingException("warmup." + e.key(), "warmup: " + e.getMessage());
    }
    once(all, "warmup.", "steps", "epochs", true, "warmup: ");
    all.put("kind", kind);
    return all;
  }

  private static void once(
      Map<String, Object> s, String path, String a, String b, boolean needed, String before) {
    if (s.containsKey(a) && s.containsKey(b)) {
      throw new SettingException(path + b, before + "give " + a + " or " + b + ", not both");
    }
    if (needed && !s.containsKey(a) && !s.containsKey(b)) {
      throw new SettingException(path + a, before + a + " or " + b + " is missing");
    }
  }

  private static Map<String, Object> strings(Map<?, ?> map) {
    Map<String, Object> copy = new HashMap<>();
    map.forEach((key, value) -> copy.put(String.valueOf(key), value));
    return copy;
  }

  private static Map<String, Object> sorted(Map<String, Object> map) {
    return Collections.unmodifiableMap(new TreeMap<>(map));
  }
}
