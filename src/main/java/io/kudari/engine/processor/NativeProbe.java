package io.kudari.engine.processor;

import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Measures how fast the native library computes on one thread, in GFLOP/s: the best of several
 * runs, within about half a second each. A multiplication and an addition are two operations.
 */
public final class NativeProbe {

  private static final int RUNS = 12;
  private static final int SIDE = 768;

  private NativeProbe() {}

  /** Most bytes that native arrays may take in this process; 0 when there is no limit. */
  public static long maxBytes() {
    return Pointer.maxBytes();
  }

  /** Single-precision product of two square matrices. */
  public static double gemm() {
    NativeSetup.apply();
    try (INDArray a = filled('f', SIDE, SIDE);
        INDArray b = filled('f', SIDE, SIDE);
        INDArray c = filled('f', SIDE, SIDE)) {
      return best(2.0 * SIDE * SIDE * SIDE, () -> Nd4j.gemm(a, b, c, false, false, 1, 0));
    }
  }

  /** Forward pass of LeNet's second convolution: 128 × 20 × 12 × 12, 50 filters of 5 × 5. */
  public static double convolution() {
    return convolution(false);
  }

  /** Backward pass of the same convolution, with the gradients of input, weights and biases. */
  public static double convolutionBackward() {
    return convolution(true);
  }

  private static double convolution(boolean backward) {
    NativeSetup.apply();
    double forwardWork = 2.0 * 128 * 50 * 8 * 8 * 20 * 5 * 5;
    try (INDArray x = filled('c', 128, 20, 12, 12);
        INDArray w = filled('c', 50, 20, 5, 5);
        INDArray b = filled('c', 50);
        INDArray z = filled('c', 128, 50, 8, 8);
        INDArray dx = filled('c', 128, 20, 12, 12);
        INDArray dw = filled('c', 50, 20, 5, 5);
        INDArray db = filled('c', 50)) {
      DynamicCustomOp op =
          (backward
                  ? DynamicCustomOp.builder("conv2d_bp")
                      .addInputs(x, w, b, z)
                      .addOutputs(dx, dw, db)
                  : DynamicCustomOp.builder("conv2d").addInputs(x, w, b).addOutputs(z))
              // kernel, stride, padding, dilation; not "same"; channels first; weights out-first
              .addIntegerArguments(5, 5, 1, 1, 0, 0, 1, 1, 0, 0, 1)
              .build();
      return best(backward ? 2 * forwardWork : forwardWork, () -> Nd4j.exec(op));
    }
  }

  private static INDArray filled(char order, long... shape) {
    INDArray array = Nd4j.createUninitialized(DataType.FLOAT, shape, order);
    array.assign(0.5);
    return array;
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
