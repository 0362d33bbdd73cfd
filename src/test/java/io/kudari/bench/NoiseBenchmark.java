package io.kudari.bench;

import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.data.digits.DigitsSource;
import io.kudari.engine.program.ProgramModel;
import io.kudari.event.Event;
import io.kudari.model.ModelSpec;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.spark.OneAttempt;
import io.kudari.spark.SparkStart;
import io.kudari.train.DataPlan;
import io.kudari.train.Loops;
import io.kudari.train.Plans;
import io.kudari.train.TrainingLoop;
import io.kudari.train.TrainingPlan;
import io.kudari.train.Workers;
import io.kudari.train.worker.SerialWorkers;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * What measuring the noise scale costs: steps in which it is measured against those right before
 * and after them in the same run, so that whatever else the machine does matters little. Once one
 * thread does the work of all workers, in time of the processor; then the threads of a rank, and
 * ranks, share it, in the time of a step as events tell it. Run by {@code scripts/bench-noise}.
 *
 * <p>The share printed is of a mean step: the median of what a measured step takes longer than the
 * mean of its neighbours, over the steps from one measurement to the next, over the median step.
 */
public final class NoiseBenchmark implements Consumer<Event>, BooleanSupplier {

  private static final int WORKERS = 2;
  private static final int BATCH = 128;
  private static final int WARM_UP = 400;

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final long steps;
  private final List<Double> millis = new ArrayList<>();
  private final List<Integer> measured = new ArrayList<>();
  private final Place place;
  private long before;
  private boolean scalar;
  private volatile boolean stop;

  /**
   * Where a run computes.
   *
   * @param ranks 0 for one thread of this program
   * @param threads of each rank
   */
  private record Place(String name, int ranks, int threads) {}

  private static final List<Place> PLACES =
      List.of(
          new Place("serial", 0, 1),
          new Place("1 rank x 2 threads", 1, 2),
          new Place("2 ranks x 1 thread", 2, 1));

  private NoiseBenchmark(long steps, Place place) {
    this.steps = steps;
    this.place = place;
  }

  /**
   * Measures.
   *
   * @param args steps of each run, models
   */
  public static void main(String[] args) throws Exception {
    for (int i = 1; i < args.length; i++) {
      for (Place place : PLACES) {
        NoiseBenchmark bench = new NoiseBenchmark(Long.parseLong(args[0]), place);
        bench.run(args[i]);
        bench.print(args[i]);
      }
    }
  }

  private void run(String name) throws Exception {
    ModelSpec model = new ProgramModel(BenchNetworks.ALL.get(TrainingCase.MODELS.get(name)));
    DataPlan data =
        DataPlan.of(
            new DataPlan.Sources(
                new DigitsSource(TrainingCase.EXAMPLES, TrainingCase.SEED), null, 0),
            new Configuration(),
            WORKERS,
            TrainingCase.SEED);
    if (place.ranks() == 0) alone(model, data);
    else onRanks(model, data);
  }

  private void alone(ModelSpec model, DataPlan data) throws Exception {
    try (Workers workers =
        new SerialWorkers(model, data, new Configuration(), TrainingCase.SEED, this)) {
      TrainingLoop.Result unused = Loops.fresh(model, data, plan(), workers, this).run("bench");
    }
  }

  private void onRanks(ModelSpec model, DataPlan data) throws Exception {
    try (JavaSparkContext spark =
        SparkStart.start("bench", "local[" + place.ranks() + "]", Map.of())) {
      TrainingLoop.Result unused =
          OneAttempt.run(spark, model, data, plan(), place.ranks(), place.threads(), this, this);
    }
  }

  private static TrainingPlan plan() {
    return Plans.of(
        TrainingCase.SEED,
        1_000_000,
        WORKERS * BATCH,
        true,
        new Normalization(Normalizer.Method.SCALE, Normalizer.Per.ALL, 255),
        OptimizerSpec.parse(
            Map.of("name", "momentum", "learning-rate", TrainingCase.RATE, "momentum", 0.9)),
        TrainingPlan.Schedules.CONSTANT,
        BatchRule.NONE,
        WORKERS * BATCH,
        null);
  }

  @Override
  public void accept(Event event) {
    scalar |= event instanceof Event.Scalar;
    if (!(event instanceof Event.StepDone step)) return;
    long took =
        place.ranks() == 0 ? threads.getCurrentThreadCpuTime() - before : step.times().total();
    if (step.step() > WARM_UP) {
      if (scalar) measured.add(millis.size());
      millis.add(took / 1e6);
    }
    scalar = false;
    before = threads.getCurrentThreadCpuTime();
    stop = step.step() >= WARM_UP + steps;
  }

  @Override
  public boolean getAsBoolean() {
    return stop;
  }

  private void print(String name) {
    List<Double> longer = new ArrayList<>();
    for (int at : measured) {
      if (at < 2 || at + 2 >= millis.size()) continue;
      double beside = 0;
      for (int d : new int[] {-2, -1, 1, 2}) beside += millis.get(at + d) / 4;
      longer.add(millis.get(at) - beside);
    }
    double step = Series.median(millis);
    double every = (double) millis.size() / measured.size();
    double more = Series.median(longer);
    System.out.printf(
        "%-8s %-20s step %.2f ms, measured every %.0f steps +%.3f ms: %.2f%% of a step"
            + " (%d measured)%n",
        name, place.name(), step, every, more, 100 * more / every / step, longer.size());
  }
}
