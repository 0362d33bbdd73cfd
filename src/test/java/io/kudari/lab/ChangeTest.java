package io.kudari.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ChangeTest {

  private static final Change IDX =
      new Change("--data mnist-idx=x", "", "data.train", "{ format = idx, images = a }", true);

  @Test
  void otherDataHaveAsManyExamples() {
    Trial trial =
        Trial.of(
            Map.of(
                "data.train.format", "digits",
                "data.train.examples", "2000",
                "data.train.seed", "3",
                "data.test.examples", "9"));
    assertEquals(
        Map.of(
            "data.train", "{ format = idx, images = a }",
            "data.train.examples", "2000",
            "data.test.examples", "9"),
        IDX.apply(trial).settings());
  }

  @Test
  void otherDataOfWhatATrialHasNotLeaveItAsItIs() {
    Trial trial = Trial.of(Map.of("data.test.format", "digits", "data.trainer", "1"));
    assertSame(trial, IDX.apply(trial));
  }

  @Test
  void aSettingTakesThePlaceOfItsSection() {
    Trial trial = Trial.of(Map.of("optimizer.name", "sgd", "optimizer.learning-rate", "1"));
    Change set = new Change("--set a.optimizer={}", "a", "optimizer", "{}", false);
    assertEquals(Map.of("optimizer", "{}"), set.apply(trial).settings());
  }
}
