package io.kudari.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.kudari.data.Normalizer;
import io.kudari.data.digits.DigitsSource;
import io.kudari.engine.program.ProgramModel;
import io.kudari.exchange.Exchanges;
import io.kudari.model.Activation;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.ModelSpec;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.Step;
import io.kudari.spark.recovery.RunSpec;
import io.kudari.train.DataPlan;
import io.kudari.train.Round;
import io.kudari.train.plan.LocalSlots;
import io.kudari.train.plan.StepRange;
import io.kudari.train.worker.WorkerData;
import io.kudari.train.worker.WorkerRange;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.util.SerializableConfiguration;
import org.junit.jupiter.api.Test;

/** What tasks of local steps answer. */
class LocalRoundsTest {

  private static final long SEED = 20261128;
  private static final int ANSWERS = 500;

  private static final OptimizerSpec MOMENTUM =
      OptimizerSpec.parse(Map.of("name", "momentum", "learning-rate", 0.05));

  @Test
  void aLingeringAttemptOfAnEarlierRoundChangesNoAnswer() throws Exception {
    ModelSpec model = model();
    var sources = new DataPlan.Sources(new DigitsSource(8, 1), null, 0);
    DataPlan data = DataPlan.of(sources, new Configuration(), 2, SEED);
    var hadoop = new SerializableConfiguration(new Configuration());
    RunSpec run = new RunSpec(model, data, hadoop, SEED, Exchanges.USUAL);
    float[] parameters = model.initial(SEED);
    var early = new LocalRounds.Question(parameters, round(0), new float[2][0][]);
    AtomicBoolean done = new AtomicBoolean();
    ExecutorService other = Executors.newSingleThreadExecutor();
    WorkerData loaded = WorkerData.load(data, new Configuration(), 0, 2);
    try (WorkerRange range = run.open(loaded)) {
      float[][][] kept = answer(range, early).kept();
      var late = new LocalRounds.Question(parameters, round(1), kept);
      LocalRounds.Answer expected = answer(range, late);
      Future<?> lingering =
          other.submit(
              () -> {
                while (!done.get()) answer(range, early);
              });
      for (int k = 0; k < ANSWERS; k++) {
        LocalRounds.Answer found = answer(range, late);
        for (int v = 0; v < 2; v++)
          assertArrayEquals(expected.kept()[v], found.kept()[v], "answer " + k + ", seed " + SEED);
        assertArrayEquals(values(expected), values(found), "answer " + k + ", seed " + SEED);
      }
      done.set(true);
      lingering.get(60, TimeUnit.SECONDS);
    } finally {
      done.set(true);
      other.shutdown();
    }
  }

  private static LocalRounds.Answer answer(WorkerRange range, LocalRounds.Question asked) {
    return LocalRounds.answer(range, Normalizer.scale(255), asked);
  }

  private static float[] values(LocalRounds.Answer answer) {
    return answer.local().moved().nodes().get(0).value().values();
  }

  /** Of one step of all examples. */
  private static Round round(long step) {
    return new Round(
        List.of(new StepRange(step, 0, 0, 8, false)),
        List.of(new Step(step, 0.05, 0.05, Double.NaN)),
        MOMENTUM,
        LocalSlots.KEEP,
        new float[0][],
        0);
  }

  private static ModelSpec model() {
    Initializer he = Initializer.of(Initializer.Kind.HE_NORMAL);
    return new ProgramModel(
        new NetworkSpec(
            new Shape(1, 28, 28),
            List.of(new LayerSpec.Dense(10, he), new LayerSpec.Activate(Activation.SOFTMAX)),
            Loss.CROSS_ENTROPY));
  }
}
