package io.kudari.engine.program;

import io.kudari.math.Segment;
import io.kudari.model.GradientFunction;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.MiniBatch;
import io.kudari.model.ModelSpec;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * A network as a fixed sequence of operations on buffers that grow with the largest batch seen and
 * are then used again: after the first pass over a batch of some size, smaller and equal ones
 * allocate next to nothing.
 *
 * <p>Outside the heap lie copies of what matrix products work on: weights (large ones by pieces),
 * inputs and derivatives of every layer with weights, for the largest batch seen. They are freed by
 * {@link #close}.
 */
public final class Program implements GradientFunction {

  private static final IntConsumer NOBODY = from -> {};

  private static final float[] NOTHING = {};

  private final NetworkSpec network;
  private final int size;
  private final int outputs;
  private final MatrixProduct product = new MatrixProduct();
  private final List<Operation> operations;

  /** Index of the first operation with parameters: nothing before it needs a gradient. */
  private final int first;

  private final Pass pass = new Pass();
  private double[] last = {};
  private double[] derivative = {};
  private float[] gradient = {};
  private boolean closed;

  /** Compiles a network. The caller closes it. */
  public Program(ProgramSpec spec) {
    this.network = spec.network();
    this.size = spec.layout().size();
    this.outputs = network.outputs();
    this.operations = Compiler.compile(spec, product);
    int at = 0;
    while (operations.get(at).segments().isEmpty()) at++;
    this.first = at;
  }

  /**
   * What dense layers keep outside the heap for each example: their inputs, while training also the
   * derivatives, and the product of the widest. Windows of convolutions are taken a few images at a
   * time.
   */
  public static ModelSpec.Outside outside(NetworkSpec network) {
    List<Shape> shapes = network.shapes();
    long inputs = 0;
    long units = 0;
    long widest = 0;
    for (int i = 0; i < shapes.size(); i++) {
      if (!(network.layers().get(i) instanceof LayerSpec.Dense dense)) continue;
      inputs += Operand.stride((i == 0 ? network.input() : shapes.get(i - 1)).size());
      units += Operand.stride(dense.units());
      widest = Math.max(widest, dense.units());
    }
    long evaluated = (inputs + widest) * Float.BYTES;
    return new ModelSpec.Outside(0, evaluated + units * Float.BYTES, evaluated, true);
  }

  @Override
  public double gradient(float[] parameters, MiniBatch batch, float[] sum) {
    return gradient(parameters, batch, sum, NOBODY);
  }

  @Override
  public double gradient(float[] parameters, MiniBatch batch, float[] sum, IntConsumer finalFrom) {
    OutputLoss.check(network.loss(), batch);
    if (sum.length != size) throw wrongSize("gradient", sum.length);
    prepare(parameters, batch, sum);
    float[] out = forward();
    int values = batch.count() * outputs;
    if (gradient.length < values) {
      last = new double[values];
      derivative = new double[values];
      gradient = new float[values];
    }
    for (int i = 0; i < values; i++) last[i] = out[i];
    double loss =
        network.loss() == Loss.CROSS_ENTROPY
            ? OutputLoss.crossEntropy(last, batch, outputs, derivative)
            : OutputLoss.meanSquaredError(last, batch, outputs, derivative);
    for (int i = 0; i < values; i++) gradient[i] = (float) derivative[i];
    backward(finalFrom);
    return loss;
  }

  @Override
  public void outputs(float[] parameters, MiniBatch batch, float[] out) {
    prepare(parameters, batch, null);
    if (batch.count() == 0) return;
    float[] values = forward();
    if (network.loss() == Loss.CROSS_ENTROPY) {
      ActivationOperation.softmax(values, out, batch.count(), outputs);
    } else {
      System.arraycopy(values, 0, out, 0, batch.count() * outputs);
    }
  }

  private void prepare(float[] parameters, MiniBatch batch, float[] sum) {
    if (closed) throw new IllegalStateException("this program is closed");
    if (parameters.length != size) throw wrongSize("parameter", parameters.length);
    if (batch.shape().size() != network.input().size()) {
      throw new IllegalArgumentException(
          "the model takes examples of shape " + network.input() + ", not " + batch.shape());
    }
    pass.parameters = parameters;
    pass.sum = sum;
    pass.count = batch.count();
    pass.batch = batch;
    pass.training = sum != null;
  }

  private IllegalArgumentException wrongSize(String vector, int length) {
    return new IllegalArgumentException(
        "the model's " + vector + " vector has " + size + " elements, not " + length);
  }

  private float[] forward() {
    float[] at = NOTHING;
    for (Operation operation : operations) at = operation.forward(pass, at);
    return at;
  }

  private void backward(IntConsumer finalFrom) {
    pass.finalFrom = finalFrom;
    float[] at = gradient;
    for (int i = operations.size() - 1; i >= first; i--) {
      Operation operation = operations.get(i);
      at = operation.backward(pass, at, i > first);
      int from = size;
      List<Segment> segments = operation.segments();
      for (int s = 0; s < segments.size(); s++) from = Math.min(from, segments.get(s).offset());
      if (from < size) finalFrom.accept(from);
    }
  }

  @Override
  public void close() {
    closed = true;
    product.close();
  }
}
