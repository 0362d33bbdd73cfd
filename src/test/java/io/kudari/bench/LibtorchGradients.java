package io.kudari.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.kudari.engine.program.ProgramModel;
import io.kudari.model.GradientFunction;
import io.kudari.model.MiniBatch;
import io.kudari.model.NetworkSpec;

/** The child JVM of {@link EngineBenchmark} that times libtorch. */
final class LibtorchGradients {

  /** Largest distance of two gradients by the length of one, as rounding makes it. */
  private static final double TOLERANCE = 1e-4;

  private LibtorchGradients() {}

  /**
   * Compares a gradient with the program's, then prints the median processor time of one, as {@link
   * EngineGradients} does.
   *
   * @param args folder for libtorch's libraries, network, batch size, seconds
   */
  public static void main(String[] args) {
    LibtorchNetwork.load(args[0], 1);
    NetworkSpec spec = BenchNetworks.ALL.get(args[1]);
    int count = Integer.parseInt(args[2]);
    MiniBatch batch = EngineGradients.batch(new ProgramModel(spec), count);
    try (LibtorchNetwork network = new LibtorchNetwork(spec, spec.initial(1), 0, 1)) {
      Shape shape = new Shape(count, spec.input().size());
      NDArray features = network.memory().create(batch.features(), shape);
      NDArray labels = network.memory().create(longs(batch.labels), new Shape(count, 1));
      check(network.gradientVector(features, labels), gradient(spec, batch));
      EngineGradients.print(() -> network.gradient(features, labels), Double.parseDouble(args[3]));
    }
  }

  private static float[] gradient(NetworkSpec spec, MiniBatch batch) {
    float[] sum = new float[spec.layout().size()];
    try (GradientFunction program = new ProgramModel(spec).open()) {
      double loss = program.gradient(spec.initial(1), batch, sum);
      if (!Double.isFinite(loss)) throw new IllegalStateException("loss " + loss);
    }
    return sum;
  }

  private static void check(float[] found, float[] expected) {
    double distance = 0;
    double length = 0;
    for (int i = 0; i < expected.length; i++) {
      distance += Math.pow((double) found[i] - expected[i], 2);
      length += Math.pow(expected[i], 2);
    }
    double error = Math.sqrt(distance / length);
    System.err.println("distance to the program's gradient: " + error);
    if (!(error < TOLERANCE)) throw new IllegalStateException("gradients differ by " + error);
  }

  static long[] longs(int[] values) {
    long[] longs = new long[values.length];
    for (int i = 0; i < values.length; i++) longs[i] = values[i];
    return longs;
  }
}
