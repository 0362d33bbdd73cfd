package io.kudari.engine.program;

import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * Measures how fast programs compute on one thread, in GFLOP/s: the best of several runs, within
 * about half a second each. A multiplication and an addition are two operations.
 */
public final class NativeProbe {

  private static final int RUNS = 12;
  private static final int SIDE = 768;
  private static final int EXAMPLES = 128;
  private static final Shape IN = new Shape(20, 12, 12);
  private static final Shape OUT = new Shape(50, 8, 8);
  private static final int KERNEL = 5;
  private static final double WORK = 2.0 * EXAMPLES * OUT.size() * IN.channels() * KERNEL * KERNEL;

  private static final Segment WEIGHT =
      new Segment("weight", 0, List.of(OUT.channels(), IN.channels(), KERNEL, KERNEL), Role.WEIGHT);

  private static final Segment BIAS =
      new Segment("bias", WEIGHT.end(), List.of(OUT.channels()), Role.BIAS);

  private NativeProbe() {}

  /** Single-precision product of two square matrices. */
  public static double gemm() {
    try (MatrixProduct product = new MatrixProduct()) {
      Operand a = product.operand();
      Operand b = product.operand();
      a.copy(filled(SIDE * SIDE), 0, SIDE, SIDE);
      b.copy(filled(SIDE * SIDE), 0, SIDE, SIDE);
      return best(
          2.0 * SIDE * SIDE * SIDE,
          () -> product.multiply(false, false, SIDE, SIDE, SIDE, a, b, 0, product.shared()));
    }
  }

  /** Forward pass of LeNet's second convolution: 128 × 20 × 12 × 12, 50 filters of 5 × 5. */
  public static double convolution() {
    try (MatrixProduct product = new MatrixProduct()) {
      ConvolutionOperation layer = layer(product);
      Pass pass = pass();
      float[] images = filled(EXAMPLES * IN.size());
      return best(WORK, () -> layer.forward(pass, images));
    }
  }

  /** Backward pass of the same convolution, with the gradients of input, weights and biases. */
  public static double convolutionBackward() {
    try (MatrixProduct product = new MatrixProduct()) {
      ConvolutionOperation layer = layer(product);
      Pass pass = pass();
      layer.forward(pass, filled(EXAMPLES * IN.size()));
      float[] derivative = filled(EXAMPLES * OUT.size());
      return best(2 * WORK, () -> layer.backward(pass, derivative, true));
    }
  }

  private static ConvolutionOperation layer(MatrixProduct product) {
    Initializer none = Initializer.of(Initializer.Kind.ZERO);
    var spec = new LayerSpec.Convolution(OUT.channels(), KERNEL, 1, 0, none);
    return new ConvolutionOperation(spec, IN, OUT, WEIGHT, BIAS, product);
  }

  private static Pass pass() {
    Pass pass = new Pass();
    pass.parameters = filled(BIAS.end());
    pass.sum = new float[BIAS.end()];
    pass.count = EXAMPLES;
    return pass;
  }

  private static float[] filled(int length) {
    float[] values = new float[length];
    Arrays.fill(values, 0.5f);
    return values;
  }

  private static double best(double work, Runnable run) {
    double best = 0;
    for (int i = 0; i < RUNS; i++) {
      long start = System.nanoTime();
      run.run();
      best = Math.max(best, work / (System.nanoTime() - start));
    }
    return best;
  }
}
