package io.kudari.engine.program;

import io.kudari.model.Activation;

/** An activation function. Its derivative is computed from its outputs. */
final class ActivationOperation implements Operation {

  private static final float LEAK = 0.01f;

  private final Activation activation;
  private final int size;
  private float[] out = {};

  ActivationOperation(Activation activation, int size) {
    this.activation = activation;
    this.size = size;
  }

  @Override
  public float[] forward(Pass pass, float[] in) {
    int n = pass.count * size;
    out = Kernels.sized(out, n);
    switch (activation) {
      case IDENTITY -> System.arraycopy(in, 0, out, 0, n);
      case RELU -> relu(in, out, n);
      case LEAKY_RELU -> leakyRelu(in, out, n);
      case SIGMOID -> sigmoid(in, out, n);
      case TANH -> tanh(in, out, n);
      case SOFTMAX -> softmax(in, out, pass.count, size);
    }
    return out;
  }

  @Override
  public float[] backward(Pass pass, float[] gradient, boolean wanted) {
    int n = pass.count * size;
    switch (activation) {
      case IDENTITY -> {}
      case RELU -> Kernels.keepPositive(out, gradient, n);
      case LEAKY_RELU -> leakyReluBackward(out, gradient, n);
      case SIGMOID -> sigmoidBackward(out, gradient, n);
      case TANH -> tanhBackward(out, gradient, n);
      case SOFTMAX -> softmaxBackward(out, gradient, pass.count, size);
    }
    return gradient;
  }

  private static void relu(float[] in, float[] out, int n) {
    for (int i = 0; i < n; i++) out[i] = Math.max(0, in[i]);
  }

  private static void leakyRelu(float[] in, float[] out, int n) {
    for (int i = 0; i < n; i++) out[i] = Math.max(in[i], LEAK * in[i]);
  }

  private static void leakyReluBackward(float[] out, float[] gradient, int n) {
    for (int i = 0; i < n; i++) gradient[i] *= out[i] < 0 ? LEAK : 1;
  }

  private static void sigmoid(float[] in, float[] out, int n) {
    for (int i = 0; i < n; i++) out[i] = (float) (1 / (1 + Exponential.exp(-in[i])));
  }

  private static void sigmoidBackward(float[] out, float[] gradient, int n) {
    for (int i = 0; i < n; i++) gradient[i] *= out[i] * (1 - out[i]);
  }

  private static void tanh(float[] in, float[] out, int n) {
    for (int i = 0; i < n; i++) out[i] = Exponential.tanh(in[i]);
  }

  private static void tanhBackward(float[] out, float[] gradient, int n) {
    for (int i = 0; i < n; i++) gradient[i] *= 1 - out[i] * out[i];
  }

  /** The largest value is taken off first, so that nothing overflows. */
  static void softmax(float[] in, float[] out, int rows, int columns) {
    double[] powers = new double[columns];
    for (int at = 0; at < rows * columns; at += columns) {
      float largest = in[at];
      for (int c = 1; c < columns; c++) largest = Math.max(largest, in[at + c]);
      double total = 0;
      for (int c = 0; c < columns; c++) {
        powers[c] = Exponential.exp((double) in[at + c] - largest);
        total += powers[c];
      }
      for (int c = 0; c < columns; c++) out[at + c] = (float) (powers[c] / total);
    }
  }

  private static void softmaxBackward(float[] out, float[] gradient, int rows, int columns) {
    for (int at = 0; at < rows * columns; at += columns) {
      double dot = 0;
      for (int c = 0; c < columns; c++) dot += (double) out[at + c] * gradient[at + c];
      for (int c = 0; c < columns; c++) {
        gradient[at + c] = (float) (out[at + c] * (gradient[at + c] - dot));
      }
    }
  }
}
