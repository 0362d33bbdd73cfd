package io.kudari.train.worker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kudari.math.Layout;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.Step;
import io.kudari.optim.noise.ShardNorms;
import io.kudari.train.GradientSum;
import io.kudari.train.Round;
import io.kudari.train.plan.LocalSlots;
import io.kudari.train.plan.StepRange;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReplicasTest {

  private static final Layout LAYOUT = Layout.flat(5);

  private static final OptimizerSpec MOMENTUM =
      OptimizerSpec.parse(Map.of("name", "momentum", "learning-rate", 0.1));

  /** The second of two workers has no example in its first two rounds, as of a batch of 1. */
  @Test
  void whatAnElasticWorkerKeepsBeforeItsFirstStepGoesOnAsIfThereHadBeenNoEnd() {
    for (int saved = 0; saved <= 4; saved++) {
      Replicas through = new Replicas(LAYOUT, 1, 2);
      Replicas resumed = new Replicas(LAYOUT, 1, 2);
      for (int step = 0; step < 5; step++) {
        if (step == saved) resumed.keep(through.kept(), MOMENTUM, true);
        float[] expected = round(through, 0.5, step);
        if (step >= saved) assertArrayEquals(expected, round(resumed, 0.5, step), "step " + step);
      }
    }
  }

  @Test
  void aReplicaDiffersFromTheCentreBeforeItsWorkersFirstStep() {
    Replicas replicas = new Replicas(LAYOUT, 1, 2);
    var unused = round(replicas, 0.5, 0);
    float[][] second = replicas.kept()[1];
    assertEquals(1, second.length, "no slots");
    assertArrayEquals(centre(0), second[0]);
    assertFalse(Arrays.equals(centre(1), second[0]));
  }

  @Test
  void withoutElasticityTheFirstIsASlot() {
    Replicas through = new Replicas(LAYOUT, 1, 2);
    for (int step = 0; step < 3; step++) {
      var unused = round(through, 0, step);
    }
    Replicas resumed = new Replicas(LAYOUT, 1, 2);
    resumed.keep(through.kept(), MOMENTUM, false);
    assertArrayEquals(round(through, 0, 3), round(resumed, 0, 3));
  }

  @Test
  void vectorsOfAnotherLengthAreRefusedInALine() {
    float[][][] kept = {{new float[4]}, {}};
    var e =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Replicas(LAYOUT, 1, 2).keep(kept, MOMENTUM, true));
    assertEquals("a worker keeps vectors of 5 values, the state has one of 4", e.getMessage());
  }

  /** Both workers' ways in a round of one step, one behind the other. */
  private static float[] round(Replicas replicas, double elasticity, int step) {
    List<StepRange> steps = List.of(new StepRange(step, 1, step, step + 1, false));
    List<Step> at = List.of(Step.of(step, 0.1));
    Round round = new Round(steps, at, MOMENTUM, LocalSlots.KEEP, new float[0][], elasticity);
    float[] ways = new float[2 * LAYOUT.size()];
    for (int worker = 0; worker < 2; worker++) {
      int count = worker == 1 && step < 2 ? 0 : 1;
      float[] into = new float[LAYOUT.size()];
      GradientSum sum =
          replicas.steps(
              worker,
              centre(step),
              round,
              (parameters, range, values) -> gradient(parameters, count, values),
              into);
      if (elasticity > 0 && sum.count() > 0) replicas.comeBack(elasticity, sum);
      System.arraycopy(into, 0, ways, worker * into.length, into.length);
    }
    return ways;
  }

  /** It moves between rounds. */
  private static float[] centre(int step) {
    float[] centre = new float[LAYOUT.size()];
    for (int i = 0; i < centre.length; i++) centre[i] = step + i / 4f;
    return centre;
  }

  /** Of half the sum of squares. */
  private static GradientSum gradient(float[] parameters, int count, float[] values) {
    for (int i = 0; i < values.length; i++) values[i] = count * parameters[i];
    return new GradientSum(values, 0, count, ShardNorms.NONE, GradientSum.NONE);
  }
}
