package io.kudari.train.worker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.data.Fetching;
import io.kudari.data.Normalizer;
import io.kudari.data.SourceReader;
import io.kudari.data.SpilledExamples;
import io.kudari.data.StoreWriter;
import io.kudari.data.digits.DigitsSource;
import io.kudari.engine.program.ProgramModel;
import io.kudari.exchange.Exchanges;
import io.kudari.model.Activation;
import io.kudari.model.Evaluation;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.ModelSpec;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.Step;
import io.kudari.train.DataPlan;
import io.kudari.train.Round;
import io.kudari.train.Subset;
import io.kudari.train.plan.LocalSlots;
import io.kudari.train.plan.StepRange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LookaheadTest {

  private static final long SEED = 5;
  private static final int EXAMPLES = 600;
  private static final int BATCH = 120;
  private static final int WORKERS = 3;
  private static final Normalizer PIXELS = Normalizer.scale(255);
  private static final StepRange NONE = new StepRange(0, 0, 0, 0, false);

  @TempDir Path folder;

  /** Remembers what it is asked for, and reads nothing. */
  private static final class Asked implements Lookahead.Source {

    private final List<Set<Integer>> batches = new ArrayList<>();

    @Override
    public boolean isFetched() {
      return true;
    }

    @Override
    public Fetching ahead(int[] rows, int from, int to) {
      Set<Integer> batch = new HashSet<>();
      for (int i = from; i < to; i++) batch.add(rows[i]);
      batches.add(batch);
      return Fetching.NONE;
    }

    private List<Integer> sizes() {
      return batches.stream().map(Set::size).toList();
    }

    private int different() {
      Set<Integer> all = new HashSet<>();
      batches.forEach(all::addAll);
      return all.size();
    }
  }

  private static ModelSpec model() {
    Initializer he = Initializer.of(Initializer.Kind.HE_NORMAL);
    return new ProgramModel(
        new NetworkSpec(
            new Shape(1, 28, 28),
            List.of(new LayerSpec.Dense(10, he), new LayerSpec.Activate(Activation.SOFTMAX)),
            Loss.CROSS_ENTROPY));
  }

  private static DataPlan data() throws Exception {
    var sources = new DataPlan.Sources(new DigitsSource(EXAMPLES, 1), null, 0);
    return DataPlan.of(sources, new Configuration(), WORKERS, SEED);
  }

  private static WorkerData loaded(DataPlan data, StoreWriter.Room room) throws Exception {
    SourceReader reader = new SourceReader(new Configuration(), 1, room);
    return WorkerData.load(data.dealing(reader), 0, WORKERS);
  }

  private static StepRange step(int number) {
    return new StepRange(number, 0, number * BATCH, (number + 1) * BATCH, false);
  }

  private static WorkerRange range(DataPlan data, WorkerData loaded) {
    return new WorkerRange(model(), data.sampler(), SEED, loaded, Exchanges.USUAL);
  }

  private static float[] gradient(WorkerRange range, float[] parameters, StepRange step) {
    WorkerRange.Part part = range.gradient(parameters, PIXELS, step);
    float[] values = part.nodes().get(0).value().values().clone();
    range.release(part);
    return values;
  }

  @Test
  void aStepBeginsWithItsOwnExamplesThereAndThoseOfTheNextAskedForOnce() throws Exception {
    DataPlan data = data();
    Asked asked = new Asked();
    WorkerData loaded = loaded(data, StoreWriter.Room.ofHeap());
    float[] parameters = model().initial(SEED);
    try (WorkerRange range =
        new WorkerRange(model(), data.sampler(), SEED, loaded, Exchanges.USUAL, asked)) {
      range.announce(step(1));
      float[] unused = gradient(range, parameters, step(0));
      // Those of the next step before any of its own: nobody had told of it.
      assertEquals(List.of(40, 40, 40, 40, 40, 40), asked.sizes());
      assertEquals(2 * BATCH, asked.different());
      range.announce(step(2));
      unused = gradient(range, parameters, step(1));
      assertEquals(3 * WORKERS, asked.batches.size(), "its own were there");
      assertEquals(3 * BATCH, asked.different());
      range.prepare(PIXELS);
      range.announce(NONE);
      unused = gradient(range, parameters, step(2));
      assertEquals(3 * WORKERS, asked.batches.size(), "nothing comes after");
      // Another step than was announced, such as after a setting was changed.
      range.announce(step(3));
      unused = gradient(range, parameters, step(0));
      unused = gradient(range, parameters, step(4));
      assertEquals(4 * BATCH + BATCH, asked.different());
    }
  }

  @Test
  void aRoundAsksForEachWorkersNextStep() throws Exception {
    DataPlan data = data();
    Asked asked = new Asked();
    WorkerData loaded = loaded(data, StoreWriter.Room.ofHeap());
    try (WorkerRange range =
        new WorkerRange(model(), data.sampler(), SEED, loaded, Exchanges.USUAL, asked)) {
      List<Step> at = List.of(new Step(0, .1, .1, Double.NaN), new Step(1, .1, .1, Double.NaN));
      OptimizerSpec sgd = OptimizerSpec.parse(Map.of("name", "sgd", "learning-rate", 0.1));
      List<StepRange> steps = List.of(step(0), step(1));
      Round round = new Round(steps, at, sgd, LocalSlots.RESET, new float[0][], 0);
      var unused = range.round(model().initial(SEED), PIXELS, round);
      assertEquals(List.of(40, 40, 40, 40, 40, 40), asked.sizes(), "each once");
      assertEquals(2 * BATCH, asked.different());
    }
  }

  @Test
  void examplesThatAreFetchedGiveTheBitsOfTheHeap() throws Exception {
    DataPlan data = data();
    List<float[]> found = new ArrayList<>();
    List<double[]> sums = new ArrayList<>();
    for (boolean tight : List.of(false, true)) {
      StoreWriter.Room room = tight ? SpilledExamples.tightRoom(folder) : StoreWriter.Room.ofHeap();
      WorkerData loaded = loaded(data, room);
      assertEquals(tight, loaded.train().examples().isFetched());
      float[] parameters = model().initial(SEED);
      try (WorkerRange range = range(data, loaded)) {
        room.close();
        for (int s = 0; s < EXAMPLES / BATCH; s++) {
          range.announce(s + 1 < EXAMPLES / BATCH ? step(s + 1) : NONE);
          found.add(gradient(range, parameters, step(s)));
        }
        Evaluation all = range.evaluate(parameters, PIXELS, Subset.TRAIN).get(0).value();
        sums.add(all.toArray());
      }
    }
    for (int s = 0; s < found.size() / 2; s++)
      assertArrayEquals(found.get(s), found.get(s + found.size() / 2), "step " + s);
    assertArrayEquals(sums.get(0), sums.get(1));
  }

  /** What is read of a mapping whose file is empty ends the process. */
  @Test
  void aRangeThatIsClosedRefusesWhateverNeedsExamples() throws Exception {
    DataPlan data = data();
    StoreWriter.Room room = SpilledExamples.tightRoom(folder);
    WorkerData loaded = loaded(data, room);
    List<WorkerRange> ranges =
        IntStream.range(0, WORKERS).mapToObj(v -> range(data, loaded.of(v, v + 1))).toList();
    room.close();
    float[] parameters = model().initial(SEED);
    try (SpilledExamples files = SpilledExamples.in(folder)) {
      ranges.get(0).close();
      ranges.get(1).close();
      ranges.get(1).close();
      assertTrue(files.bytes() > 0);
      float[] unused = gradient(ranges.get(2), parameters, step(0));
      ranges.get(2).close();
      assertEquals(0, files.bytes());
    }
    WorkerRange closed = ranges.get(0);
    for (Runnable use :
        Arrays.<Runnable>asList(
            () -> closed.gradient(parameters, PIXELS, step(0)),
            () -> closed.prepare(PIXELS),
            () -> closed.evaluate(parameters, PIXELS, Subset.TRAIN),
            closed::statistics,
            closed::targetStatistics)) {
      var e = assertThrows(IllegalStateException.class, use::run);
      assertFalse(e.getMessage().isEmpty());
    }
    assertThrows(IllegalStateException.class, () -> range(data, loaded));
  }
}
