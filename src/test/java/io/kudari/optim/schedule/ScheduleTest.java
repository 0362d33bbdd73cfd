package io.kudari.optim.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kudari.setting.SettingException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The tables in the documentation of the schedules. */
class ScheduleTest {

  private static Map<String, Object> map(Object... pairs) {
    Map<String, Object> map = new HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) map.put((String) pairs[i], pairs[i + 1]);
    return map;
  }

  /** Base 1, two steps an epoch, six steps in all. */
  private static void table(Map<String, Object> schedule, double... values) {
    assertArrayEquals(values, first(ScheduleSpec.parse(schedule).resolve(1, 2, 6)), 5e-5);
  }

  private static double[] first(Schedule s) {
    return LongStream.range(0, 6).mapToDouble(s::at).toArray();
  }

  @Test
  void aNumberIsAConstant() {
    Schedule s = ScheduleSpec.parse(0.25).resolve(1, 2, 6);
    assertArrayEquals(new double[] {0.25, 0.25, 0.25, 0.25, 0.25, 0.25}, first(s));
    table(map("kind", "constant"), 1, 1, 1, 1, 1, 1);
    assertEquals(1, ScheduleSpec.CONSTANT.resolve(1, 2, 6).at(1_000_000));
  }

  @Test
  void stepsFall() {
    table(map("kind", "step", "factor", 0.5, "every-steps", 2), 1, 1, 0.5, 0.5, 0.25, 0.25);
    table(map("kind", "step", "factor", 0.5, "every-epochs", 1), 1, 1, 0.5, 0.5, 0.25, 0.25);
  }

  @Test
  void piecesAreSharesOfTheBase() {
    List<Double> factors = List.of(0.1, 0.3);
    double[] table = {1, 1, 0.1, 0.1, 0.3, 0.3};
    table(map("kind", "piecewise", "at-steps", List.of(2, 4), "factors", factors), table);
    table(map("kind", "piecewise", "at-epochs", List.of(1, 2), "factors", factors), table);
  }

  @Test
  void exponentialInverseTimeAndPolynomialFollowTheirFormulas() {
    table(
        map("kind", "exponential", "decay", 0.25, "steps", 2),
        1,
        0.5,
        0.25,
        0.125,
        0.0625,
        0.03125);
    table(
        map("kind", "inverse-time", "decay", 1, "steps", 1),
        1,
        1 / 2.0,
        1 / 3.0,
        1 / 4.0,
        1 / 5.0,
        1 / 6.0);
    table(map("kind", "polynomial", "power", 2, "steps", 4), 1, 0.5625, 0.25, 0.0625, 0, 0);
  }

  @Test
  void cosinesFallAndBeginAnew() {
    table(map("kind", "cosine", "epochs", 2), 1, 0.8536, 0.5, 0.1464, 0, 0);
    table(
        map("kind", "cosine", "steps", 2, "restarts", true, "growth", 2),
        1,
        0.5,
        1,
        0.8536,
        0.5,
        0.1464);
    table(map("kind", "cosine", "steps", 2, "end", 0.5), 1, 0.75, 0.5, 0.5, 0.5, 0.5);
  }

  @Test
  void oneCycleRisesAndFalls() {
    table(
        map("kind", "one-cycle", "steps", 4, "peak", 0.5, "start", 0.2, "end", 0),
        0.2,
        0.6,
        1,
        0.5,
        0,
        0);
  }

  @Test
  void warmUpStandsInFrontOfAnySchedule() {
    table(map("warmup", map("steps", 4)), 0.25, 0.5, 0.75, 1, 1, 1);
    table(
        map("warmup", map("kind", "gradual", "epochs", 2, "from", 0.2)), 0.2, 0.4, 0.6, 0.8, 1, 1);
    Map<String, Object> step = map("kind", "step", "factor", 0.5, "every-steps", 2);
    step.put("warmup", map("steps", 2));
    table(step, 0.5, 1, 1, 1, 0.5, 0.5);
    step.put("warmup", map("steps", 2, "shift", false));
    table(step, 0.5, 1, 0.5, 0.5, 0.25, 0.25);
    // The cosine spans what the warm-up leaves of the run.
    table(map("kind", "cosine", "warmup", map("steps", 2)), 0.5, 1, 1, 0.8536, 0.5, 0.1464);
  }

  @Test
  void aWarmUpCanBeStretched() {
    ScheduleSpec spec = ScheduleSpec.parse(map("warmup", map("steps", 2)));
    assertEquals(ScheduleSpec.parse(map("warmup", map("steps", 4))), spec.stretchWarmup(2));
    assertEquals(ScheduleSpec.CONSTANT, ScheduleSpec.CONSTANT.stretchWarmup(2));
  }

  @Test
  void aGrowingBatchIsAScheduleOfCountsWithALimit() {
    Schedule s =
        ScheduleSpec.parse(map("kind", "step", "factor", 2, "every-steps", 1, "max", 300))
            .resolve(64, 1, 6);
    int[] sizes = LongStream.range(0, 5).mapToInt(s::count).toArray();
    assertArrayEquals(new int[] {64, 128, 256, 300, 300}, sizes);
    assertEquals(1, ScheduleSpec.parse(0.2).resolve(1, 1, 1).count(0));
  }

  @Test
  void aPlateauReducesTheRateAndIsRestored() {
    ScheduleSpec spec = ScheduleSpec.parse(map("kind", "plateau", "patience", 1, "min", 0.05));
    Schedule s = spec.resolve(1, 2, 6);
    Schedule restored = spec.resolve(1, 2, 6);
    double[] losses = {5, 4, 4, 4, 4, Double.NaN, 4, 4};
    double[] rates = {1, 1, 1, 0.1, 0.1, 0.05, 0.05, 0.05};
    for (int epoch = 0; epoch < losses.length; epoch++) {
      restored.restore(s.state());
      s.observe(losses[epoch]);
      restored.observe(losses[epoch]);
      assertEquals(rates[epoch], s.at(0), 1e-12, "epoch " + epoch);
      assertEquals(s.at(0), restored.at(0));
      assertArrayEquals(s.state(), restored.state());
    }
  }

  @Test
  void aPlateauCoolsDown() {
    Schedule s =
        ScheduleSpec.parse(map("kind", "plateau", "patience", 0, "cooldown", 2)).resolve(1, 1, 9);
    double[] rates = {1, 0.1, 0.1, 0.1, 0.01};
    for (double rate : rates) {
      s.observe(3);
      assertEquals(rate, s.at(0), 1e-12);
    }
  }

  private static void refused(String key, Object schedule) {
    assertEquals(
        key, assertThrows(SettingException.class, () -> ScheduleSpec.parse(schedule)).key());
  }

  @Test
  void mistakesAreRefusedWithTheirKey() {
    refused("kind", map("kind", "cosin"));
    refused("kind", "fast");
    refused("every-steps", map("kind", "step"));
    refused("every-epochs", map("kind", "step", "every-steps", 1, "every-epochs", 1));
    refused("factors", map("kind", "piecewise", "at-steps", List.of(1, 2), "factors", List.of(1)));
    refused(
        "at-steps", map("kind", "piecewise", "at-steps", List.of(2, 2), "factors", List.of(1, 1)));
    refused("steps", map("kind", "cosine", "steps", 0));
    refused("min", map("min", 2, "max", 1));
    refused("warmup.steps", map("warmup", map("kind", "linear")));
    refused("warmup.from", map("warmup", map("kind", "linear", "steps", 1, "from", 0.1)));
    refused("warmup.kind", map("warmup", map("kind", "liner", "steps", 1)));
    refused("warmup", map("warmup", 5));
  }
}
