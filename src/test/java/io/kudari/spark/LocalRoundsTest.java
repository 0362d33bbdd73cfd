package io.kudari.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.kudari.data.DigitsSource;
import io.kudari.data.Normalizer;
import io.kudari.engine.ProgramModel;
import io.kudari.model.Activation;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.Step;
import io.kudari.train.DataPlan;
import io.kudari.train.LocalSlots;
import io.kudari.train.Round;
import io.kudari.train.StepRange;
import io.kudari.train.WorkerData;
import io.kudari.train.WorkerRange;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class LocalRoundsTest {

  private static final int ROUNDS = 300;
  private static final Configuration HADOOP = new Configuration();

  /** With speculation, a task that is not needed any more may still be at the range of another. */
  @Test
  void tasksThatShareARangeOfWorkersDoNotDisturbEachOther() throws Exception {
    var sources = new DataPlan.Sources(new DigitsSource(24, 1), null, 0);
    DataPlan data = DataPlan.of(sources, HADOOP, 2, 1);
    ProgramModel model = model();
    WorkerData examples = WorkerData.load(data, HADOOP, 0, 2);
    try (WorkerRange range = new WorkerRange(model, data.sampler(), 1, examples)) {
      float[] parameters = new float[model.layout().size()];
      LocalRounds.Question zero = question(parameters, filled(parameters.length, 0));
      LocalRounds.Question one = question(parameters, filled(parameters.length, 1));
      List<float[]> expected = List.of(kept(range, zero), kept(range, one));
      var unused =
          Ranks.together(
              2,
              task -> {
                for (int i = 0; i < ROUNDS; i++)
                  assertArrayEquals(
                      expected.get(task), kept(range, task == 0 ? zero : one), "round " + i);
                return null;
              });
    }
  }

  private static float[] kept(WorkerRange range, LocalRounds.Question asked) {
    return LocalRounds.answer(range, Normalizer.none(), asked).kept()[0][0];
  }

  private static LocalRounds.Question question(float[] parameters, float[] slot) {
    OptimizerSpec momentum = OptimizerSpec.parse(Map.of("name", "momentum", "learning-rate", 0.1));
    Round round =
        new Round(
            List.of(new StepRange(0, 0, 0, 8, false)),
            List.of(Step.of(0, 0.1)),
            momentum,
            LocalSlots.KEEP,
            new float[0][]);
    return new LocalRounds.Question(parameters, round, new float[][][] {{slot}, {slot}});
  }

  private static float[] filled(int length, float value) {
    float[] all = new float[length];
    Arrays.fill(all, value);
    return all;
  }

  private static ProgramModel model() {
    return new ProgramModel(
        new NetworkSpec(
            new Shape(1, 28, 28),
            List.of(
                new LayerSpec.Dense(10, Initializer.of(Initializer.Kind.HE_NORMAL)),
                new LayerSpec.Activate(Activation.SOFTMAX)),
            Loss.CROSS_ENTROPY));
  }
}
