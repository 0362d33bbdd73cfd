package io.kudari.lab.weights;

import io.kudari.math.Segment;
import io.kudari.model.Activation;
import io.kudari.model.GradientFunction;
import io.kudari.model.LayerSpec;
import io.kudari.model.MiniBatch;
import io.kudari.model.NetworkSpec;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** Back-propagation through a {@link Chain} in double precision, of single examples. */
final class OwnBackPropagation implements GradientFunction {

  private final List<Segment> segments;
  private final Activation activation;
  private final DoubleUnaryOperator slope;
  private final int layers;

  /**
   * Of a chain.
   *
   * @param sigmoid its derivative, of its output
   * @param relu likewise
   */
  OwnBackPropagation(NetworkSpec chain, DoubleUnaryOperator sigmoid, DoubleUnaryOperator relu) {
    segments = chain.layout().segments();
    layers = chain.layers().size() / 2;
    activation = ((LayerSpec.Activate) chain.layers().get(1)).activation();
    slope =
        switch (activation) {
          case SIGMOID -> sigmoid;
          case RELU -> relu;
          case TANH -> y -> 1 - y * y;
          default -> throw new IllegalArgumentException("not " + activation);
        };
  }

  private double value(double z) {
    return switch (activation) {
      case SIGMOID -> 1 / (1 + Math.exp(-z));
      case RELU -> Math.max(0, z);
      default -> Math.tanh(z);
    };
  }

  private double[][] forward(float[] parameters, MiniBatch batch) {
    double[][] y = new double[layers + 1][Chain.UNITS];
    for (int k = 0; k < Chain.UNITS; k++) y[0][k] = batch.features()[k];
    for (int l = 0; l < layers; l++) {
      int at = segments.get(2 * l).offset();
      for (int j = 0; j < Chain.UNITS; j++) {
        double z = 0;
        for (int k = 0; k < Chain.UNITS; k++)
          z += (double) parameters[at + j * Chain.UNITS + k] * y[l][k];
        y[l + 1][j] = value(z);
      }
    }
    return y;
  }

  /** Of biases only. */
  @Override
  public double gradient(float[] parameters, MiniBatch batch, float[] sum) {
    double[][] y = forward(parameters, batch);
    double[] error = new double[Chain.UNITS];
    for (int k = 0; k < error.length; k++)
      error[k] = 2 * (y[layers][k] - batch.targets[k]) / Chain.UNITS;
    for (int l = layers - 1; l >= 0; l--) {
      int weights = segments.get(2 * l).offset();
      int biases = segments.get(2 * l + 1).offset();
      double[] back = new double[Chain.UNITS];
      for (int j = 0; j < Chain.UNITS; j++) {
        double delta = error[j] * slope.applyAsDouble(y[l + 1][j]);
        sum[biases + j] = (float) delta;
        for (int k = 0; k < Chain.UNITS; k++)
          back[k] += parameters[weights + j * Chain.UNITS + k] * delta;
      }
      error = back;
    }
    return Double.NaN;
  }

  @Override
  public void outputs(float[] parameters, MiniBatch batch, float[] outputs) {
    double[] y = forward(parameters, batch)[layers];
    for (int k = 0; k < y.length; k++) outputs[k] = (float) y[k];
  }

  @Override
  public void close() {}
}
