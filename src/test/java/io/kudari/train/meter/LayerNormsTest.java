package io.kudari.train.meter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.config.Experiment;
import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.data.digits.DigitsSource;
import io.kudari.engine.program.ProgramModel;
import io.kudari.event.Event;
import io.kudari.exchange.GradientExchange;
import io.kudari.math.Segment;
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
import io.kudari.train.DataPlan;
import io.kudari.train.Loops;
import io.kudari.train.Plans;
import io.kudari.train.TrainingPlan;
import io.kudari.train.algorithm.ParameterAveraging;
import io.kudari.train.plan.LocalSlots;
import io.kudari.train.worker.SerialWorkers;
import java.io.File;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;

class LayerNormsTest {

  private static final long SEED = 5;
  private static final double RATE = 0.25;

  /** The second layer's 64 x 70 weights are more than a block. */
  private static final ModelSpec MODEL =
      new ProgramModel(
          new NetworkSpec(
              new Shape(1, 28, 28),
              List.of(
                  new LayerSpec.Dense(64, Initializer.of(Initializer.Kind.HE_NORMAL)),
                  new LayerSpec.Activate(Activation.RELU),
                  new LayerSpec.Dense(70, Initializer.of(Initializer.Kind.HE_NORMAL)),
                  new LayerSpec.BatchNormalization(0.9, 1e-5, 0),
                  new LayerSpec.Activate(Activation.RELU),
                  new LayerSpec.Dense(10, Initializer.of(Initializer.Kind.HE_NORMAL)),
                  new LayerSpec.Activate(Activation.SOFTMAX)),
              Loss.CROSS_ENTROPY));

  /** One step of plain descent moves each layer by the rate times its gradient. */
  @Test
  void normsAreThoseOfWhatAStepMovesAndOfWhereItEnds() throws Exception {
    Map<String, Double> told = new HashMap<>();
    float[] before = MODEL.initial(SEED);
    List<Event.Scalar> all = new ArrayList<>();
    float[] after = train(60, plan(60), all);
    for (Event.Scalar s : all) told.put(s.tag(), s.value());
    int learned = 0;
    for (Segment s : MODEL.layout().segments()) {
      if (!s.role().isLearned()) continue;
      learned++;
      double moved = 0;
      double size = 0;
      for (int i = s.offset(); i < s.end(); i++) {
        moved += Math.pow((before[i] - after[i]) / RATE, 2);
        size += (double) after[i] * after[i];
      }
      double gradient = Math.sqrt(moved);
      assertEquals(gradient, told.get("gradient-norm/" + s.name()), 1e-4 * gradient + 1e-6);
      assertEquals(Math.sqrt(size), told.get("parameter-norm/" + s.name()), 1e-9, s.name());
    }
    assertEquals(2 * learned, told.size(), "nothing is told of running statistics");
  }

  @Test
  void aRoundOfStepsIsMeasuredWhenATwentiethIsAmongThem() throws Exception {
    assertEquals(List.of(1L, 21L, 41L), measured(plan(6)));
    var sevens = new ParameterAveraging(ScheduleSpec.parse(7), LocalSlots.AVERAGE);
    assertEquals(List.of(7L, 21L, 42L), measured(plan(6).by(sevens)));
  }

  @Test
  void withoutAMeanThereIsNothingToTell() throws Exception {
    GradientExchange none =
        Experiment.read(new File("conf/digits.conf"), List.of("train.exchange=none"))
            .plan()
            .exchange();
    assertEquals(List.of(), measured(plan(6).by(none)));
  }

  /** The numbers of the steps, of fifty, that tell their norms. */
  private static List<Long> measured(TrainingPlan plan) throws Exception {
    List<Event.Scalar> told = new ArrayList<>();
    float[] unused = train(300, plan, told);
    return told.stream().map(Event.Scalar::step).distinct().toList();
  }

  private static float[] train(int examples, TrainingPlan plan, List<Event.Scalar> told)
      throws Exception {
    DataPlan data =
        DataPlan.of(
            new DataPlan.Sources(new DigitsSource(examples, SEED), null, 0),
            new Configuration(),
            3,
            SEED);
    try (SerialWorkers workers =
        new SerialWorkers(MODEL, data, new Configuration(), SEED, () -> false)) {
      return Loops.fresh(
              MODEL,
              data,
              plan,
              workers,
              event -> {
                if (event instanceof Event.Scalar s && s.tag().contains("-norm/")) told.add(s);
              })
          .run("serial")
          .parameters();
    }
  }

  private static TrainingPlan plan(int batch) {
    return Plans.of(
            SEED,
            1,
            batch,
            true,
            new Normalization(Normalizer.Method.SCALE, Normalizer.Per.ALL, 255),
            OptimizerSpec.parse(Map.of("name", "sgd", "learning-rate", RATE)),
            TrainingPlan.Schedules.CONSTANT,
            BatchRule.NONE,
            batch,
            null)
        .with(Meters.ALL);
  }
}
