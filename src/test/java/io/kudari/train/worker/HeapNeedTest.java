package io.kudari.train.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.kudari.data.DataException;
import io.kudari.data.Normalization;
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
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.schedule.ScheduleSpec;
import io.kudari.train.AlgorithmSpec;
import io.kudari.train.DataPlan;
import io.kudari.train.Plans;
import io.kudari.train.Safety;
import io.kudari.train.TrainingPlan;
import io.kudari.train.algorithm.DelayedGradients;
import io.kudari.train.algorithm.ElasticAveraging;
import io.kudari.train.algorithm.GradientSharing;
import io.kudari.train.algorithm.ParameterAveraging;
import io.kudari.train.plan.LocalSlots;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

/**
 * The comparison, and vectors of workers and ranks; what a run needs is measured on the command, by
 * real processes.
 */
class HeapNeedTest {

  private static final ModelSpec MODEL = new ProgramModel(network());
  private static final long VECTOR = 4L * MODEL.layout().size();

  private static NetworkSpec network() {
    return new NetworkSpec(
        new Shape(1, 28, 28),
        List.of(
            new LayerSpec.Dense(10, Initializer.of(Initializer.Kind.HE_NORMAL)),
            new LayerSpec.Activate(Activation.SOFTMAX)),
        Loss.CROSS_ENTROPY);
  }

  /** By momentum, which has one slot. */
  private static TrainingPlan plan(AlgorithmSpec algorithm) {
    return Plans.of(
        1,
        1,
        8,
        false,
        new Normalization(Normalizer.Method.Z_SCORE, Normalizer.Per.FEATURE, 1),
        OptimizerSpec.parse(Map.of("name", "momentum", "learning-rate", 0.1)),
        TrainingPlan.Schedules.CONSTANT,
        BatchRule.NONE,
        8,
        null,
        algorithm);
  }

  private static long parameters(TrainingPlan plan, HeapNeed.Share share) throws IOException {
    DataPlan.Sources digits =
        new DataPlan.Sources(new DigitsSource(40, 1), new DigitsSource(10, 2), 0.2);
    DataPlan data = DataPlan.of(digits, new Configuration(), 8, 1);
    return HeapNeed.of(data, MODEL, plan, share).parameters();
  }

  @Test
  void whatWorkersKeepCountsForEachThatIsHosted() throws IOException {
    HeapNeed.Share share = new HeapNeed.Share(4, 2, 1, 2);
    ScheduleSpec two = ScheduleSpec.parse(2);
    long common = 3 * VECTOR;
    assertEquals(
        common + 4 * 2 * VECTOR,
        parameters(plan(new ElasticAveraging(two, 0.5)), share),
        "replicas and slots");
    assertEquals(
        common + 4 * VECTOR,
        parameters(plan(new ParameterAveraging(two, LocalSlots.KEEP)), share),
        "slots");
    assertEquals(
        common, parameters(plan(new ParameterAveraging(two, LocalSlots.AVERAGE)), share), "none");
  }

  @Test
  void codesOfOtherRanksAreDecodedIntoAVectorEach() throws IOException {
    TrainingPlan dense = plan(new GradientSharing());
    TrainingPlan coded = dense.by(Exchanges.parse(Map.of("name", "qsgd", "error-feedback", false)));
    for (int ranks : new int[] {1, 2, 4}) {
      HeapNeed.Share share = new HeapNeed.Share(8 / ranks, 1, 1, ranks);
      long slot = VECTOR / ranks;
      assertEquals(
          parameters(dense, share) - slot + VECTOR + (ranks - 1) * VECTOR,
          parameters(coded, share),
          ranks + " ranks");
    }
    HeapNeed.Share together = new HeapNeed.Share(8, 2, 2, 2);
    assertEquals(4 * VECTOR + 2 * VECTOR + 2 * VECTOR, parameters(coded, together));
  }

  /** Of 2 ranks, one here: parameters, gradients of 2 threads, and half of the state. */
  @Test
  void whatIsExchangedWhileTheNextIsComputedIsThereTwice() throws IOException {
    HeapNeed.Share share = new HeapNeed.Share(4, 2, 1, 2);
    HeapNeed.Share alone = new HeapNeed.Share(8, 2, 1, 1);
    TrainingPlan late = plan(new DelayedGradients(1));
    assertEquals(3 * VECTOR + 3 * VECTOR / 2 + 3 * VECTOR, parameters(late, share));
    assertEquals(3 * VECTOR + 3 * VECTOR, parameters(late, alone), "nothing is exchanged");
    TrainingPlan coded = late.by(Exchanges.parse(Map.of("name", "qsgd", "error-feedback", false)));
    assertEquals(
        3 * VECTOR + 3 * VECTOR + VECTOR + 3 * VECTOR,
        parameters(coded, share),
        "gradients, and what is decoded");
    TrainingPlan skipping = late.with(new Safety(Safety.Action.SKIP, 0.5, 0, 0));
    assertEquals(3 * VECTOR + 3 * VECTOR / 2, parameters(skipping, share), "not late");
  }

  @Test
  void exactlyAsMuchAsThereIsIsNotRefused() {
    HeapNeed need = new HeapNeed(3L << 30, 4, 5, 2);
    assertEquals((3L << 30) + 11, need.total());
    need.check("training", need.total(), "X");
    DataException e =
        assertThrows(DataException.class, () -> need.check("training", need.total() - 1, "X"));
    assertEquals(
        "training needs at least 3221225483 bytes of Java heap (examples 3221225472, indices of"
            + " them 4, batches 5, parameters and state 2), but there are 3221225482: raise X",
        e.getMessage());
  }
}
