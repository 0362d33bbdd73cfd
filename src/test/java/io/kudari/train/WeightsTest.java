package io.kudari.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.ClassWeighting;
import io.kudari.data.DataException;
import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.data.Task;
import io.kudari.data.format.CsvSource;
import io.kudari.engine.program.ProgramModel;
import io.kudari.event.Event;
import io.kudari.math.Slice;
import io.kudari.model.Activation;
import io.kudari.model.Figures;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.ModelSpec;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.schedule.ScheduleSpec;
import io.kudari.train.algorithm.ParameterAveraging;
import io.kudari.train.plan.Course;
import io.kudari.train.plan.EarlyStopping;
import io.kudari.train.plan.LocalSlots;
import io.kudari.train.plan.StepRange;
import io.kudari.train.worker.SerialWorkers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a column of weights does to losses, gradients and the parameters that come of them. */
class WeightsTest {

  private static final long SEED = 20261130;
  private static final Configuration HADOOP = new Configuration();

  private static final ModelSpec MODEL = new ProgramModel(network());

  @TempDir private Path dir;

  private int files;

  /** Of three columns, two classes and a weight for each line, or none. */
  private CsvSource table(int lines, IntFunction<String> weightOrNull, IntFunction<Integer> times)
      throws IOException {
    Random random = new Random(SEED);
    boolean weighted = weightOrNull.apply(0) != null;
    StringBuilder text = new StringBuilder(weighted ? "w,a,b,c,y\n" : "a,b,c,y\n");
    for (int i = 0; i < lines; i++) {
      double a = random.nextGaussian();
      double b = random.nextGaussian();
      double c = random.nextGaussian();
      String row = a + "," + b + "," + c + "," + (a * b + c > 0 ? "yes" : "no") + "\n";
      String weight = weighted ? weightOrNull.apply(i) + "," : "";
      text.append((weight + row).repeat(times.apply(i)));
    }
    Path file = Files.writeString(dir.resolve("table-" + files++ + ".csv"), text);
    return new CsvSource(file.toString(), true, ',', Task.CLASSIFICATION, List.of("y"), List.of())
        .weighted(weighted ? "w" : "");
  }

  private static NetworkSpec network() {
    Initializer he = Initializer.of(Initializer.Kind.HE_NORMAL);
    return new NetworkSpec(
        Shape.flat(3),
        List.of(
            new LayerSpec.Dense(8, he),
            new LayerSpec.Activate(Activation.TANH),
            new LayerSpec.Dense(2, he),
            new LayerSpec.Activate(Activation.SOFTMAX)),
        Loss.CROSS_ENTROPY);
  }

  private static NetworkSpec normalised() {
    Initializer he = Initializer.of(Initializer.Kind.HE_NORMAL);
    return new NetworkSpec(
        Shape.flat(3),
        List.of(
            new LayerSpec.Dense(8, he),
            new LayerSpec.BatchNormalization(0.9, 1e-5),
            new LayerSpec.Activate(Activation.TANH),
            new LayerSpec.Dense(2, he),
            new LayerSpec.Activate(Activation.SOFTMAX)),
        Loss.CROSS_ENTROPY);
  }

  private static TrainingPlan plan(String optimizer) {
    return Plans.of(
        SEED,
        3,
        16,
        false,
        new Normalization(Normalizer.Method.NONE, Normalizer.Per.ALL, 1),
        OptimizerSpec.parse(Map.of("name", optimizer)),
        TrainingPlan.Schedules.CONSTANT,
        BatchRule.NONE,
        16,
        null);
  }

  private static TrainingPlan averaging() {
    return Plans.of(
        SEED,
        3,
        16,
        false,
        new Normalization(Normalizer.Method.NONE, Normalizer.Per.ALL, 1),
        OptimizerSpec.parse(Map.of("name", "sgd", "learning-rate", 0.1)),
        TrainingPlan.Schedules.CONSTANT,
        BatchRule.NONE,
        16,
        null,
        new ParameterAveraging(ScheduleSpec.parse(1), LocalSlots.AVERAGE));
  }

  private static DataPlan data(CsvSource table, double validation, int workers) throws IOException {
    return data(table, validation, workers, ClassWeighting.NONE);
  }

  private static DataPlan data(
      CsvSource table, double validation, int workers, ClassWeighting classes) throws IOException {
    DataPlan.Rules rules = new DataPlan.Rules(DataPlan.Rules.PLAUSIBLE, true, false);
    return DataPlan.of(
        new DataPlan.Sources(table, table, validation, rules).with(classes), HADOOP, workers, SEED);
  }

  /** What a run ends with and tells. */
  private record Run(float[] parameters, List<Double> losses, Figures test) {}

  private static Run train(ModelSpec model, DataPlan data, TrainingPlan plan) throws IOException {
    List<Double> losses = new ArrayList<>();
    List<Figures> test = new ArrayList<>();
    try (SerialWorkers workers = new SerialWorkers(model, data, HADOOP, SEED, () -> false)) {
      var result =
          Loops.fresh(
                  model,
                  data,
                  plan,
                  workers,
                  event -> {
                    if (event instanceof Event.StepDone e) losses.add(e.loss());
                    if (event instanceof Event.EpochDone e) losses.add(e.trainLoss());
                    if (event instanceof Event.Finished e) test.add(e.test());
                  })
              .run("serial");
      return new Run(result.parameters(), losses, test.get(0));
    }
  }

  private static Run train(CsvSource table, TrainingPlan plan) throws IOException {
    return train(MODEL, data(table, 0.2, 3), plan);
  }

  @Test
  void weightsOfOneGiveTheBitsOfNoWeights() throws IOException {
    for (TrainingPlan plan : List.of(plan("adam"), averaging(), plan("l-bfgs"))) {
      Run without = train(table(120, i -> null, i -> 1), plan);
      Run with = train(table(120, i -> i % 2 == 0 ? "1" : "1.0", i -> 1), plan);
      assertArrayEquals(without.parameters, with.parameters);
      assertEquals(without.losses, with.losses);
      assertEquals(without.test.loss(), with.test.loss());
    }
  }

  /** The sum of the gradients of all examples at the start values. */
  private static Workers.Sum sum(CsvSource table) throws IOException {
    return sum(table, ClassWeighting.NONE);
  }

  private static Workers.Sum sum(CsvSource table, ClassWeighting classes) throws IOException {
    DataPlan data = data(table, 0, 2, classes);
    float[] start = MODEL.initial(SEED);
    try (SerialWorkers workers = new SerialWorkers(MODEL, data, HADOOP, SEED, () -> false)) {
      StepRange all = new StepRange(0, 0, 0, data.sampler().examples(), false);
      return workers.gradient(start, Normalizer.none(), all);
    }
  }

  private static float[] mean(Workers.Sum sum) {
    float[] mean = new float[MODEL.layout().size()];
    sum.mean(MODEL.layout()).copy(new Slice(0, mean.length), mean);
    return mean;
  }

  @Test
  void aRowOfWeightTwoIsTheRowTwiceAndOneOfWeightZeroIsNone() throws IOException {
    Workers.Sum weighted = sum(table(60, i -> String.valueOf(i % 3), i -> 1));
    Workers.Sum repeated = sum(table(60, i -> null, i -> i % 3));
    assertEquals(repeated.count(), weighted.weight());
    assertEquals(repeated.meanLoss(), weighted.meanLoss(), 1e-12);
    assertArrayEquals(mean(repeated), mean(weighted), 1e-6f);
    assertTrue(weighted.count() > repeated.count() - 20);
  }

  @Test
  void aCommonFactorOfAllWeightsChangesNothingButRounding() throws IOException {
    Workers.Sum small = sum(table(60, i -> String.valueOf(0.25 * (i % 4)), i -> 1));
    Workers.Sum large = sum(table(60, i -> String.valueOf(7.5 * (i % 4)), i -> 1));
    assertEquals(small.meanLoss(), large.meanLoss(), 1e-7);
    assertArrayEquals(mean(small), mean(large), 1e-6f);
  }

  /** With one plain step a round, the mean of workers is the step of their mean gradient. */
  @Test
  void localStepsAreAveragedByWeight() throws IOException {
    CsvSource table = table(120, i -> String.valueOf(1 + i % 5), i -> 1);
    Run sharing =
        train(
            table,
            Plans.of(
                SEED,
                3,
                16,
                false,
                new Normalization(Normalizer.Method.NONE, Normalizer.Per.ALL, 1),
                OptimizerSpec.parse(Map.of("name", "sgd", "learning-rate", 0.1)),
                TrainingPlan.Schedules.CONSTANT,
                BatchRule.NONE,
                16,
                null));
    Run averaged = train(table, averaging());
    assertArrayEquals(sharing.parameters, averaged.parameters, 2e-6f);
    assertFalse(Arrays.equals(MODEL.initial(SEED), averaged.parameters));
  }

  /** Examples that weigh nothing are in the batch's statistics like all others. */
  @Test
  void runningStatisticsDoNotKnowOfWeights() throws IOException {
    ModelSpec model = new ProgramModel(normalised());
    DataPlan weighted = data(table(60, i -> String.valueOf(i % 3), i -> 1), 0, 2);
    DataPlan zero = data(table(60, i -> i < 59 ? "0" : "1", i -> 1), 0, 1);
    for (DataPlan data : List.of(weighted, zero)) {
      float[] start = model.initial(SEED);
      try (SerialWorkers workers = new SerialWorkers(model, data, HADOOP, SEED, () -> false)) {
        StepRange range = new StepRange(0, 0, 0, 20, false);
        Workers.Sum sum = workers.gradient(start, Normalizer.none(), range);
        float[] mean = start.clone();
        RunningStatistics.assign(model.layout(), workers.slice(), mean, sum.mean(model.layout()));
        float[] expected = start.clone();
        RunningStatistics.assign(model.layout(), workers.slice(), expected, sum.perExample());
        assertArrayEquals(expected, mean);
        assertFalse(Arrays.equals(start, mean));
      }
    }
  }

  @Test
  void theLossOfATestSetIsByWeightAndItsAccuracyCounts() throws IOException {
    CsvSource half = table(80, i -> i < 40 ? "0" : "3", i -> 1);
    Run run = train(half, plan("adam"));
    Figures.OfClasses test = (Figures.OfClasses) run.test;
    assertEquals(80, test.examples());
    assertEquals(0, test.accuracy() * 80 % 1, 1e-9);
    CsvSource last = table(80, i -> null, i -> i < 40 ? 0 : 1);
    DataPlan of = data(last, 0, 3);
    try (SerialWorkers workers = new SerialWorkers(MODEL, of, HADOOP, SEED, () -> false)) {
      Figures found = Figures.of(workers.evaluate(run.parameters, Normalizer.none(), Subset.TEST));
      assertEquals(found.loss(), test.loss(), 1e-9);
    }
  }

  @Test
  void trainingExamplesThatAllWeighNothingAreRefusedInOneLine() throws IOException {
    CsvSource table = table(20, i -> "0", i -> 1);
    DataException e = assertThrows(DataException.class, () -> train(table, plan("adam")));
    assertEquals(
        table.file() + ": all 16 training examples have weight 0: there is nothing to learn from",
        e.getMessage());
  }

  /** Batches of 16 of which most weigh nothing: some steps have nothing to learn from. */
  @Test
  void aStepWhoseExamplesAllWeighNothingHasNoGradient() throws IOException {
    Run run = train(table(120, i -> i == 7 ? "1" : "0", i -> 1), plan("adam"));
    assertTrue(run.losses.contains(0.0));
    for (double loss : run.losses) assertTrue(Double.isFinite(loss));
    for (float value : run.parameters) assertTrue(Float.isFinite(value));
  }

  @Test
  void aTargetOfValidationExamplesThatAllWeighNothingIsRefusedInOneLine() throws IOException {
    CsvSource table = table(120, i -> i == 7 ? "1" : "0", i -> 1);
    Course.Target target = new Course.Target(EarlyStopping.Metric.LOSS, 0.1);
    Course course = new Course(Course.UNBOUNDED, Course.Looks.EPOCHS, target);
    DataException e =
        assertThrows(DataException.class, () -> train(table, plan("adam").with(course)));
    assertEquals(
        table.file()
            + ": all 24 validation examples have weight 0, but train.target goes by their loss",
        e.getMessage());
  }

  @Test
  void aWeightBelongsToTheExampleAndSoToTheFingerprint() throws IOException {
    String plain = table(30, i -> null, i -> 1).describe(HADOOP).fingerprint();
    assertEquals(plain, table(30, i -> "1", i -> 1).describe(HADOOP).fingerprint());
    String other = table(30, i -> i == 0 ? "2" : "1", i -> 1).describe(HADOOP).fingerprint();
    assertFalse(plain.equals(other));
  }

  @Test
  void weightsOfClassesAreTimesThoseOfExamples() throws IOException {
    Map<String, Double> named = Map.of("yes", 3.0, "no", 0.5);
    Workers.Sum classes = sum(table(60, i -> null, i -> 1), new ClassWeighting(false, named));
    CsvSource plain = table(60, i -> null, i -> 1);
    List<String> lines = Files.readAllLines(Path.of(plain.file()));
    IntFunction<String> ofClass = i -> lines.get(i + 1).endsWith("yes") ? "3" : "0.5";
    Workers.Sum columns = sum(table(60, ofClass, i -> 1));
    assertEquals(columns.weight(), classes.weight(), 1e-9);
    assertEquals(columns.meanLoss(), classes.meanLoss(), 1e-9);
    assertArrayEquals(mean(columns), mean(classes), 1e-6f);

    IntFunction<String> both = i -> String.valueOf(i % 4 * Double.parseDouble(ofClass.apply(i)));
    Workers.Sum product = sum(table(60, both, i -> 1));
    Workers.Sum composed =
        sum(table(60, i -> String.valueOf(i % 4), i -> 1), new ClassWeighting(false, named));
    assertEquals(product.meanLoss(), composed.meanLoss(), 1e-9);
    assertArrayEquals(mean(product), mean(composed), 1e-6f);
  }

  @Test
  void balancedClassesWeighAlikeWhateverTheirSizes() throws IOException {
    List<String> names = List.of("a", "b", "c");
    float[] found = ClassWeighting.BALANCED.of(names, new long[] {60, 30, 10}).of();
    assertArrayEquals(new float[] {100 / 180f, 100 / 90f, 100 / 30f}, found);

    CsvSource table = table(90, i -> null, i -> 1);
    long[] counts = new long[2];
    DataPlan data = data(table, 0.2, 3, ClassWeighting.BALANCED);
    try (SerialWorkers workers = new SerialWorkers(MODEL, data, HADOOP, SEED, () -> false)) {
      StepRange all = new StepRange(0, 0, 0, data.sampler().examples(), false);
      Workers.Sum sum = workers.gradient(MODEL.initial(SEED), Normalizer.none(), all);
      assertEquals(sum.count(), sum.weight(), 1e-4, "the mean weight is 1");
      counts[0] = sum.count();
    }
    assertEquals(72, counts[0]);
  }

  /** Of the training part, of which the validation has taken a share of each class. */
  @Test
  void balancedClassesOfEqualSizesHaveTheBitsOfNoWeights() throws IOException {
    StringBuilder text = new StringBuilder("a,b,c,y\n");
    Random random = new Random(SEED);
    for (int i = 0; i < 80; i++)
      text.append(
              random.nextGaussian()
                  + ","
                  + random.nextGaussian()
                  + ",1,"
                  + (i % 2 == 0 ? "x" : "z\n"))
          .append(i % 2 == 0 ? "\n" : "");
    Path file = Files.writeString(dir.resolve("even.csv"), text);
    CsvSource even =
        new CsvSource(file.toString(), true, ',', Task.CLASSIFICATION, List.of("y"), List.of());
    Run none = train(MODEL, data(even, 0.2, 3, ClassWeighting.NONE), plan("adam"));
    Run balanced = train(MODEL, data(even, 0.2, 3, ClassWeighting.BALANCED), plan("adam"));
    assertArrayEquals(none.parameters, balanced.parameters);
    assertEquals(none.losses, balanced.losses);
  }

  @Test
  void aClassThatIsNotThereAndClassesThatAllWeighNothingAreRefused() throws IOException {
    CsvSource table = table(20, i -> null, i -> 1);
    ClassWeighting unknown = new ClassWeighting(false, Map.of("maybe", 2.0));
    var e = assertThrows(DataException.class, () -> data(table, 0, 1, unknown));
    assertTrue(
        e.getMessage().startsWith("train.class-weights: no class maybe among "), e.getMessage());
    ClassWeighting nothing = new ClassWeighting(false, Map.of("yes", 0.0, "no", 0.0));
    var zero = assertThrows(DataException.class, () -> data(table, 0, 1, nothing));
    assertTrue(zero.getMessage().contains("nothing to learn from"), zero.getMessage());
  }
}
