package io.kudari.bench;

import io.kudari.data.Normalization;
import io.kudari.data.Normalizer;
import io.kudari.data.digits.DigitsSource;
import io.kudari.engine.program.ProgramModel;
import io.kudari.event.Event;
import io.kudari.model.ModelSpec;
import io.kudari.optim.BatchRule;
import io.kudari.optim.OptimizerSpec;
import io.kudari.train.DataPlan;
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

/**
 * What measuring the noise scale costs: steps in which it is measured against those right before
 * and after them in the same run, in time of the processor, so that whatever else the machine does
 * matters little. One thread does the work of all workers. Run by {@code scripts/bench-noise}.
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
  private long before;
  private boolean scalar;
  private volatile boolean stop;

  private NoiseBenchmark(long steps) {
    this.steps = steps;
  }

  /**
   * Measures.
   *
   * @param args steps of each run, models
   */
  public static void main(String[] args) throws Exception {
    for (int i = 1; i < args.length; i++) {
      NoiseBenchmark bench = new NoiseBenchmark(Long.parseLong(args[0]));
      bench.run(args[i]);
      bench.print(args[i]);
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
    try (Workers workers =
        new SerialWorkers(model, data, new Configuration(), TrainingCase.SEED, this)) {
      TrainingLoop.Result unused =
          new TrainingLoop(model, data, plan(), workers, this).run("bench");
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
    long now = threads.getCurrentThreadCpuTime();
    if (step.step() > WARM_UP) {
      if (scalar) measured.add(millis.size());
      millis.add((now - before) / 1e6);
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
        "%-16s step %.2f ms, measured every %.0f steps +%.3f ms: %.2f%% of a step (%d measured)%n",
        name, step, every, more, 100 * more / every / step, longer.size());
  }
}
