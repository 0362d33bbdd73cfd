package io.kudari.bench;

import io.kudari.engine.dl4j.Dl4jModel;
import io.kudari.engine.program.ProgramModel;
import io.kudari.math.RandomStream;
import io.kudari.model.GradientFunction;
import io.kudari.model.MiniBatch;
import io.kudari.model.ModelSpec;
import io.kudari.model.NetworkSpec;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The child JVM of {@link EngineBenchmark} that times one of the engines. */
final class EngineGradients {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private EngineGradients() {}

  /**
   * Prints the median processor time of a gradient, in milliseconds: this thread's, so that time in
   * which another process had the processor does not count.
   *
   * @param args engine, network, batch size, seconds
   */
  public static void main(String[] args) {
    NetworkSpec network = BenchNetworks.ALL.get(args[1]);
    ModelSpec model = args[0].equals("dl4j") ? new Dl4jModel(network) : new ProgramModel(network);
    float[] parameters = model.initial(1);
    float[] sum = new float[parameters.length];
    MiniBatch batch = batch(model, Integer.parseInt(args[2]));
    try (GradientFunction function = model.open()) {
      Runnable gradient =
          () -> {
            double loss = function.gradient(parameters, batch, sum);
            if (!Double.isFinite(loss)) throw new IllegalStateException("loss " + loss);
          };
      print(gradient, Double.parseDouble(args[3]));
    }
  }

  /** Prints the median processor time, after as long again to warm up. */
  static void print(Runnable gradient, double seconds) {
    long nanos = (long) (seconds * 1e9);
    System.err.println("while warming up: " + median(gradient, nanos));
    System.out.println(median(gradient, nanos));
  }

  private static double median(Runnable gradient, long nanos) {
    List<Double> times = new ArrayList<>();
    long end = System.nanoTime() + nanos;
    while (times.size() < 20 || System.nanoTime() < end) {
      long start = THREADS.getCurrentThreadCpuTime();
      gradient.run();
      times.add((THREADS.getCurrentThreadCpuTime() - start) / 1e6);
    }
    Collections.sort(times);
    return times.get(times.size() / 2);
  }

  /** Random examples, always the same. */
  static MiniBatch batch(ModelSpec model, int count) {
    MiniBatch batch = MiniBatch.labelled(model.input(), count);
    RandomStream random = new RandomStream(1, RandomStream.Purpose.TEST, 0, 0);
    float[] features = batch.features();
    for (int i = 0; i < features.length; i++) features[i] = random.uniform();
    for (int i = 0; i < batch.labels.length; i++) batch.labels[i] = random.below(model.outputs());
    batch.filled(count, new MiniBatch.Draw(1, 0, 0));
    return batch;
  }
}
