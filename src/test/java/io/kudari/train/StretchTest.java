package io.kudari.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.data.Sampler;
import io.kudari.math.Layout;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.math.Slice;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.schedule.ScheduleSpec;
import io.kudari.state.StateWriter;
import io.kudari.train.algorithm.ParameterAveraging;
import io.kudari.train.plan.BatchSchedule;
import io.kudari.train.plan.LocalSlots;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StretchTest {

  private static final ScheduleSpec CONSTANT = ScheduleSpec.CONSTANT;

  private static final Layout LAYOUT =
      new Layout(List.of(new Segment("w", 0, List.of(3), Role.WEIGHT)));

  /** 100 examples in batches of 10: 10 steps an epoch. */
  private static final Sampler SAMPLER = new Sampler(1, 2, 100);

  @ParameterizedTest
  @ValueSource(strings = {"cosine", "polynomial", "one-cycle"})
  void aScheduleOverTheWholeRunIsTold(String kind) {
    ScheduleSpec over = ScheduleSpec.parse(Map.of("kind", kind));
    List<String> lines = lines(schedules(over, CONSTANT, CONSTANT), BatchRule.NONE);
    assertEquals(1, lines.size(), lines.toString());
    assertTrue(
        lines
            .get(0)
            .startsWith(
                "schedule.learning-rate ("
                    + kind
                    + ") depends on train.epochs, which is 10 now instead of 5: the learning rate"
                    + " goes from "),
        lines.get(0));
  }

  @Test
  void theValuesAreThoseOfTheLastStepAndOfTheNext() {
    ScheduleSpec over = ScheduleSpec.parse(Map.of("kind", "polynomial", "value", 1.0));
    assertEquals(
        List.of(
            "schedule.learning-rate (polynomial) depends on train.epochs, which is 10 now instead"
                + " of 5: the learning rate goes from 0.0200 in step 50 to 0.500 in step 51"),
        lines(schedules(over, CONSTANT, CONSTANT), BatchRule.NONE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "constant",
        "step",
        "piecewise",
        "exponential",
        "inverse-time",
        "plateau",
        "cosine-of-epochs"
      })
  void aScheduleOfItsOwnLengthIsNot(String kind) {
    Map<String, Object> settings =
        switch (kind) {
          case "step" -> Map.of("kind", kind, "every-epochs", 2);
          case "piecewise" ->
              Map.of("kind", kind, "at-epochs", List.of(2), "factors", List.of(0.1));
          case "cosine-of-epochs" -> Map.of("kind", "cosine", "epochs", 20);
          default -> Map.of("kind", kind);
        };
    ScheduleSpec spec = ScheduleSpec.parse(settings);
    assertEquals(List.of(), lines(schedules(spec, CONSTANT, CONSTANT), BatchRule.NONE));
  }

  @Test
  void momentumBatchAndAdaScaleAreTold() {
    ScheduleSpec line = ScheduleSpec.parse(Map.of("kind", "polynomial", "value", 0.8));
    List<String> momentum = lines(schedules(CONSTANT, line, CONSTANT), BatchRule.NONE);
    assertEquals(1, momentum.size(), momentum.toString());
    assertTrue(
        momentum.get(0).endsWith("the momentum goes from 0.0160 in step 50 to 0.400 in step 51"),
        momentum.get(0));
    ScheduleSpec batch = ScheduleSpec.parse(Map.of("kind", "polynomial", "end", 0.5));
    List<String> batches = lines(schedules(CONSTANT, CONSTANT, batch), BatchRule.NONE);
    assertEquals(1, batches.size(), batches.toString());
    assertTrue(
        batches.get(0).endsWith("the batch goes from 6 in epoch 5 to 8 in epoch 6"),
        batches.get(0));
    ScheduleSpec cosine = ScheduleSpec.parse(Map.of("kind", "cosine"));
    List<String> adaptive = lines(schedules(cosine, CONSTANT, CONSTANT), BatchRule.ADASCALE);
    assertEquals(1, adaptive.size(), adaptive.toString());
  }

  @Test
  void localStepsAreTold() {
    TrainingPlan.Schedules none = TrainingPlan.Schedules.CONSTANT;
    ScheduleSpec growing =
        ScheduleSpec.parse(Map.of("kind", "polynomial", "value", 10.0, "end", 3.0));
    ParameterAveraging averaging = new ParameterAveraging(growing, LocalSlots.AVERAGE);
    TrainingPlan before = plan(5, none, BatchRule.NONE).by(averaging);
    TrainingPlan now = plan(10, none, BatchRule.NONE).by(averaging);
    List<String> lines = Stretch.lines(before, now, state(before), SAMPLER, LAYOUT);
    assertEquals(
        List.of(
            "train.algorithm.local-steps (polynomial) depends on train.epochs, which is 10 now"
                + " instead of 5: the local steps go from 26 in epoch 5 to 20 in epoch 6"),
        lines);
  }

  @Test
  void nothingIsToldOfARunThatDoesNotGrowOrHasNotBegun() {
    TrainingPlan.Schedules cosine =
        schedules(ScheduleSpec.parse(Map.of("kind", "cosine")), CONSTANT, CONSTANT);
    TrainingPlan plan = plan(5, cosine, BatchRule.NONE);
    assertEquals(List.of(), Stretch.lines(plan, plan, state(plan), SAMPLER, LAYOUT));
  }

  private static List<String> lines(TrainingPlan.Schedules schedules, BatchRule rule) {
    TrainingPlan before = plan(5, schedules, rule);
    return Stretch.lines(before, plan(10, schedules, rule), state(before), SAMPLER, LAYOUT);
  }

  private static TrainingPlan.Schedules schedules(
      ScheduleSpec rate, ScheduleSpec momentum, ScheduleSpec batch) {
    return new TrainingPlan.Schedules(rate, momentum, batch);
  }

  private static TrainingPlan plan(int epochs, TrainingPlan.Schedules schedules, BatchRule rule) {
    return Plans.of(
        1,
        epochs,
        10,
        false,
        new Normalization(Normalizer.Method.NONE, Normalizer.Per.ALL, 1),
        OptimizerSpec.parse(Map.of("name", "momentum", "learning-rate", 0.1)),
        schedules,
        rule,
        10,
        null);
  }

  /** At the end of five epochs. */
  private static TrainState state(TrainingPlan plan) {
    BatchSchedule clock = plan.batches(100, 1);
    StateWriter writer = new StateWriter(new Slice(0, 3));
    StateWriter algorithm = writer.within("algorithm");
    algorithm.save(Rates.of(plan, clock, 1));
    for (AlgorithmSpec.OwnSchedule own : plan.algorithm().schedules())
      algorithm.numbers(own.key(), own.resolve(5).state());
    // AdaScale's progress is the last of what it remembers.
    double[] gain = writer.state().numbers().get("algorithm/rates/gain");
    if (plan.rule() == BatchRule.ADASCALE) gain[gain.length - 1] = 50;
    return new TrainState(
        new Slice(0, 3), clock.steps(5), 5, 0, 0, 1, new float[3], writer.state());
  }
}
