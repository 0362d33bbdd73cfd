package io.kudari.optim.schedule;

import io.kudari.setting.Setting;
import java.util.ArrayList;
import java.util.List;

/** The settings of each kind of schedule and of warm-up. */
final class ScheduleKinds {

  private ScheduleKinds() {}

  static final List<String> NAMES =
      List.of(
          "constant",
          "step",
          "piecewise",
          "exponential",
          "inverse-time",
          "polynomial",
          "cosine",
          "one-cycle",
          "plateau");

  static final List<String> WARMUPS = List.of("linear", "gradual");

  private static final Setting<?> END =
      Setting.of("end", 0.0, "[0, inf)", "last value, as a share of the base");

  /** The formula of a kind, with b the base, t the step and L the length. */
  static String formula(String kind) {
    return switch (kind) {
      case "constant" -> "b";
      case "step" -> "b factor^floor(t / every)";
      case "piecewise" -> "b factors[i] from at[i] on, b before";
      case "exponential" -> "b decay^(t / L)";
      case "inverse-time" -> "b / (1 + decay t / L)";
      case "polynomial" -> "b (end + (1 - end) (1 - min(t, L) / L)^power)";
      case "cosine" -> "b (end + (1 - end) (1 + cos(pi t / L)) / 2), begun anew if restarts";
      case "one-cycle" -> "half a cosine from b start to b at peak L, another to b end at L";
      case "plateau" -> "b factor^(times the validation loss stopped falling)";
      default -> throw Setting.unknown("schedule", "kind", kind, NAMES);
    };
  }

  static List<Setting<?>> settings(String kind) {
    List<Setting<?>> all = new ArrayList<>();
    switch (kind) {
      case "constant" -> {}
      case "step" -> {
        all.add(Setting.of("factor", 0.1, "(0, inf)", "multiplies the value each time"));
        length(all, "every-", "between two changes; needed");
      }
      case "piecewise" -> {
        all.add(Setting.of("at-steps", null, "list", "where the value changes, or at-epochs"));
        all.add(Setting.of("at-epochs", null, "list", "where the value changes, or at-steps"));
        all.add(Setting.of("factors", null, "list", "shares of the base from there on; needed"));
      }
      case "exponential" -> {
        all.add(Setting.of("decay", 0.96, "(0, inf)", "factor over the length"));
        length(all, "", "L; default: one epoch");
      }
      case "inverse-time" -> {
        all.add(Setting.of("decay", 1.0, "[0, inf)", "see the formula"));
        length(all, "", "L; default: one epoch");
      }
      case "polynomial" -> {
        all.add(Setting.of("power", 1.0, "(0, inf)", "1 is a straight line; LARS used 2"));
        all.add(END);
        length(all, "", "L; default: the whole run");
      }
      case "cosine" -> {
        all.add(END);
        all.add(Setting.of("restarts", false, "true | false", "begin anew after each cycle of L"));
        all.add(Setting.of("growth", 1.0, "[1, inf)", "of the cycles' length, if restarts"));
        length(all, "", "L; default: the whole run");
      }
      case "one-cycle" -> {
        all.add(Setting.of("start", 0.04, "[0, inf)", "first value, as a share of the base"));
        all.add(Setting.of("peak", 0.3, "(0, 1)", "share of L where the base is reached"));
        all.add(Setting.of("end", 4e-6, "[0, inf)", "last value, as a share of the base"));
        length(all, "", "L; default: the whole run");
      }
      case "plateau" -> {
        all.add(Setting.of("factor", 0.1, "(0, 1)", "multiplies the value each time"));
        all.add(Setting.of("patience", 10.0, "whole [0, 1e9]", "epochs without a better loss"));
        all.add(Setting.of("threshold", 1e-4, "[0, 1)", "relative gain that counts as better"));
        all.add(Setting.of("cooldown", 0.0, "whole [0, 1e9]", "epochs not counted afterwards"));
      }
      default -> throw Setting.unknown("schedule", "kind", kind, NAMES);
    }
    all.add(Setting.of("value", null, "(0, inf)", "the base; default: the optimizer's setting"));
    all.add(Setting.of("min", null, "[0, inf)", "no value is below"));
    all.add(Setting.of("max", null, "(0, inf)", "no value is above"));
    return all;
  }

  static List<Setting<?>> warmup(String kind) {
    if (!WARMUPS.contains(kind)) throw Setting.unknown("warm-up", "warmup.kind", kind, WARMUPS);
    List<Setting<?>> all = new ArrayList<>();
    length(all, "", "of the warm-up; needed");
    if (kind.equals("gradual")) {
      all.add(Setting.of("from", 0.1, "[0, 1]", "first value, as a share of the base"));
    }
    all.add(
        Setting.of(
            "shift",
            true,
            "true | false",
            "the schedule begins after the warm-up; false: it runs meanwhile (Goyal et al.)"));
    return all;
  }

  private static void length(List<Setting<?>> all, String prefix, String doc) {
    all.add(Setting.of(prefix + "steps", null, "(0, inf)", doc));
    all.add(Setting.of(prefix + "epochs", null, "(0, inf)", "the same in epochs"));
  }
}
