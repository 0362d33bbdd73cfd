package io.kudari.bench;

import io.kudari.engine.processor.NativeSetup;
import io.kudari.math.RandomStream;
import io.kudari.model.GradientFunction;
import io.kudari.model.MiniBatch;
import io.kudari.model.ModelSpec;

/** The child JVM of {@link StepBenchmark} that times one of the engines. */
final class EngineSteps {

  private static final float RATE = 0.01f;

  private EngineSteps() {}

  /**
   * Prints the time of a step.
   *
   * @param args engine, network
   */
  public static void main(String[] args) {
    System.out.println(NativeSetup.apply());
    ModelSpec model = StepBenchmark.ENGINES.get(args[0]).apply(BenchNetworks.ALL.get(args[1]));
    float[] parameters = model.initial(1);
    float[] sum = new float[parameters.length];
    MiniBatch batch = batch(model);
    try (GradientFunction function = model.open()) {
      StepBenchmark.time(
          () -> {
            double loss = function.gradient(parameters, batch, sum);
            if (!Double.isFinite(loss)) throw new IllegalStateException("loss " + loss);
            float factor = RATE / batch.count();
            for (int i = 0; i < sum.length; i++) parameters[i] -= factor * sum[i];
          });
    }
  }

  private static MiniBatch batch(ModelSpec model) {
    MiniBatch batch = MiniBatch.labelled(model.input(), StepBenchmark.BATCH);
    RandomStream random = new RandomStream(1, RandomStream.Purpose.TEST, 0, 0);
    float[] features = batch.features();
    for (int i = 0; i < features.length; i++) features[i] = random.uniform();
    for (int i = 0; i < batch.labels.length; i++) batch.labels[i] = random.below(model.outputs());
    batch.filled(StepBenchmark.BATCH, new MiniBatch.Draw(1, 0, 0));
    return batch;
  }
}
