package io.kudari.engine.program;

import io.kudari.math.Segment;
import io.kudari.model.Activation;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns the layers of a network into operations.
 *
 * <ul>
 *   <li>The first operation reads the batch, and normalises it where it holds bytes.
 *   <li>Images are put into channels-last order where a layer needs their channels: rows of windows
 *       are then few long runs of memory. They are put back before a dense layer.
 *   <li>A rectifier before maximum pooling is moved behind it, where it has less to do: both orders
 *       give the same outputs and gradients.
 *   <li>A rectifier behind a dense layer is part of its operation.
 *   <li>Softmax before cross-entropy is left out: {@link OutputLoss} contains it.
 * </ul>
 */
final class Compiler {

  private final ProgramSpec spec;
  private final NetworkSpec network;
  private final MatrixProduct product;
  private final Map<String, Segment> segments = new HashMap<>();
  private final List<Operation> operations = new ArrayList<>();

  /** After the last layer that becomes an operation. */
  private final int last;

  private Shape shape;
  private boolean channelsLast;

  private Compiler(ProgramSpec spec, MatrixProduct product) {
    this.spec = spec;
    this.network = spec.network();
    this.product = product;
    this.shape = network.input();
    this.last = network.layers().size() - (network.loss() == Loss.CROSS_ENTROPY ? 1 : 0);
    List<Segment> own = network.layout().segments();
    for (int i = 0; i < own.size(); i++) {
      segments.put(own.get(i).name(), spec.layout().segments().get(i));
    }
  }

  /** The operations of a network, which share {@code product}. */
  static List<Operation> compile(ProgramSpec spec, MatrixProduct product) {
    Compiler compiler = new Compiler(spec, product);
    compiler.operations.add(new InputOperation(spec.network().input()));
    List<LayerSpec> layers = spec.network().layers();
    int end = compiler.last;
    for (int i = 0; i < end; i++) {
      boolean swapped = i + 1 < end && isRelu(layers.get(i)) && isMax(layers.get(i + 1));
      if (swapped) compiler.add(i + 1);
      compiler.add(i);
      if (swapped || compiler.rectifies(i)) i++;
    }
    compiler.chain();
    return List.copyOf(compiler.operations);
  }

  private void chain() {
    for (int i = 1; i < operations.size(); i++) {
      if (operations.get(i - 1) instanceof DenseOperation before
          && operations.get(i) instanceof DenseOperation after) before.precede(after);
    }
  }

  /** Whether a layer's operation contains the rectifier behind it. */
  private boolean rectifies(int index) {
    List<LayerSpec> layers = network.layers();
    boolean dense = layers.get(index) instanceof LayerSpec.Dense;
    return dense && index + 1 < last && isRelu(layers.get(index + 1));
  }

  private static boolean isRelu(LayerSpec layer) {
    return layer instanceof LayerSpec.Activate a && a.activation() == Activation.RELU;
  }

  private static boolean isMax(LayerSpec layer) {
    return layer instanceof LayerSpec.Pooling p && p.kind() == LayerSpec.Pooling.Kind.MAX;
  }

  private void add(int index) {
    LayerSpec layer = network.layers().get(index);
    boolean elementwise = layer instanceof LayerSpec.Activate || layer instanceof LayerSpec.Dropout;
    if (!elementwise) order(!(layer instanceof LayerSpec.Dense));
    Shape after = elementwise ? shape : network.shapes().get(index);
    operations.add(operation(index, layer, after));
    shape = after;
    if (layer instanceof LayerSpec.Dense) channelsLast = false;
  }

  /** Puts images into the wanted order. Where an axis has length 1, both orders are the same. */
  private void order(boolean wantLast) {
    int pixels = shape.height() * shape.width();
    if (wantLast != channelsLast && shape.channels() > 1 && pixels > 1) {
      operations.add(
          wantLast
              ? new ReorderOperation(shape.channels(), pixels)
              : new ReorderOperation(pixels, shape.channels()));
    }
    channelsLast = wantLast;
  }

  private Operation operation(int index, LayerSpec layer, Shape after) {
    if (layer instanceof LayerSpec.Dense) {
      return new DenseOperation(
          segment(index, "weight"), segment(index, "bias"), product, rectifies(index));
    }
    if (layer instanceof LayerSpec.Convolution c) {
      Segment weight = segment(index, "weight");
      Segment bias = segment(index, "bias");
      return LineConvolutionOperation.suits(c, shape)
          ? new LineConvolutionOperation(c, shape, after, weight, bias, product)
          : new ConvolutionOperation(c, shape, after, weight, bias, product);
    }
    if (layer instanceof LayerSpec.Pooling p) {
      return p.kind() == LayerSpec.Pooling.Kind.MAX
          ? new MaxPoolingOperation(p, shape, after)
          : new AveragePoolingOperation(p, shape, after);
    }
    if (layer instanceof LayerSpec.BatchNormalization b) {
      List<Segment> parts =
          List.of(
              segment(index, "scale"),
              segment(index, "shift"),
              segment(index, "mean"),
              segment(index, "variance"));
      return new BatchNormalizationOperation(
          b, parts, shape.height() * shape.width(), spec.logarithms().contains(index));
    }
    if (layer instanceof LayerSpec.Dropout d) {
      return new DropoutOperation(spec.streams().get(index), d.rate(), shape, channelsLast);
    }
    return new ActivationOperation(((LayerSpec.Activate) layer).activation(), shape.size());
  }

  private Segment segment(int layer, String part) {
    return segments.get(layer + "." + part);
  }
}
