package io.kudari.model;

import io.kudari.math.Layout;
import io.kudari.math.RandomStream;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import java.util.ArrayList;
import java.util.List;

/**
 * A feed-forward network: a list of layers between an input shape and a loss.
 *
 * <p>Segments are named {@code <layer index>.<part>}. Their order within a layer is
 * Deeplearning4j's: a dense layer has weight, bias; a convolution bias, weight; batch normalisation
 * scale, shift, mean, variance.
 *
 * @param input shape of one example
 * @param layers in order; the last one with parameters is dense, and with cross-entropy the last
 *     layer is softmax
 * @param loss what is minimised
 */
public record NetworkSpec(Shape input, List<LayerSpec> layers, Loss loss)
    implements java.io.Serializable {

  public NetworkSpec {
    layers = List.copyOf(layers);
    check(input, layers, loss);
  }

  /** Shape of the activations after each layer: as many as there are layers. */
  public List<Shape> shapes() {
    return shapes(input, layers);
  }

  /** Number of outputs of one example. */
  public int outputs() {
    List<Shape> shapes = shapes();
    return shapes.get(shapes.size() - 1).size();
  }

  /**
   * The first layers alone, whose outputs are this network's activations behind them. Its
   * parameters are the first {@code layout().size()} of this network's, its loss squares.
   *
   * @param count of layers; the last of them with parameters must be dense
   * @throws IllegalArgumentException when it is not
   */
  public NetworkSpec first(int count) {
    return new NetworkSpec(input, layers.subList(0, count), Loss.MEAN_SQUARED_ERROR);
  }

  /** Sizes of one example's activations; layers with weights keep theirs. */
  public ModelSpec.Activations activations() {
    List<Shape> shapes = shapes();
    long widest = 0;
    long kept = 0;
    for (int i = 0; i < layers.size(); i++) {
      long size = shapes.get(i).size();
      widest = Math.max(widest, size);
      if (!parts(layers.get(i), i == 0 ? input : shapes.get(i - 1)).isEmpty()) kept += size;
    }
    return new ModelSpec.Activations(widest, kept);
  }

  /** Where each parameter lies in the flat vector. */
  public Layout layout() {
    List<Segment> segments = new ArrayList<>();
    Shape in = input;
    List<Shape> shapes = shapes();
    for (int i = 0; i < layers.size(); i++) {
      for (Part part : parts(layers.get(i), in)) {
        int offset = segments.isEmpty() ? 0 : segments.get(segments.size() - 1).end();
        segments.add(new Segment(i + "." + part.name(), offset, part.shape(), part.role()));
      }
      in = shapes.get(i);
    }
    return new Layout(segments);
  }

  /**
   * Start values: each layer draws from its own stream, so that one layer's rule does not move
   * another's numbers.
   */
  public float[] initial(long seed) {
    Layout layout = layout();
    float[] parameters = new float[layout.size()];
    int segment = 0;
    Shape in = input;
    List<Shape> shapes = shapes();
    for (int i = 0; i < layers.size(); i++) {
      for (Part part : parts(layers.get(i), in)) {
        RandomStream random = new RandomStream(seed, RandomStream.Purpose.INITIAL, i, 0);
        part.start().fill(parameters, layout.segments().get(segment++), random);
      }
      in = shapes.get(i);
    }
    return parameters;
  }

  /** One array of a layer. */
  private record Part(String name, List<Integer> shape, Role role, Initializer start) {}

  private static final Initializer ZERO = new Initializer(Initializer.Kind.ZERO, 0);
  private static final Initializer ONE = new Initializer(Initializer.Kind.CONSTANT, 1);

  private static List<Part> parts(LayerSpec layer, Shape in) {
    if (layer instanceof LayerSpec.Dense d) {
      return List.of(
          new Part("weight", List.of(d.units(), in.size()), Role.WEIGHT, d.initializer()),
          new Part("bias", List.of(d.units()), Role.BIAS, ZERO));
    }
    if (layer instanceof LayerSpec.Convolution c) {
      List<Integer> shape = List.of(c.filters(), in.channels(), c.kernel(), c.kernel());
      return List.of(
          new Part("bias", List.of(c.filters()), Role.BIAS, ZERO),
          new Part("weight", shape, Role.WEIGHT, c.initializer()));
    }
    if (layer instanceof LayerSpec.BatchNormalization) {
      List<Integer> shape = List.of(in.channels());
      return List.of(
          new Part("scale", shape, Role.SCALE, ONE),
          new Part("shift", shape, Role.BIAS, ZERO),
          new Part("mean", shape, Role.STATISTIC, ZERO),
          new Part("variance", shape, Role.STATISTIC, ONE));
    }
    return List.of();
  }

  private static List<Shape> shapes(Shape input, List<LayerSpec> layers) {
    List<Shape> shapes = new ArrayList<>();
    Shape at = input;
    for (int i = 0; i < layers.size(); i++) {
      try {
        at = layers.get(i).after(at);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("layer " + i + ": " + e.getMessage(), e);
      }
      shapes.add(at);
    }
    return shapes;
  }

  private static void check(Shape input, List<LayerSpec> layers, Loss loss) {
    if (layers.isEmpty()) throw new IllegalArgumentException("a network needs at least one layer");
    shapes(input, layers);
    LayerSpec last = layers.get(layers.size() - 1);
    boolean softmax = isSoftmax(last);
    if (layers.subList(0, layers.size() - 1).stream().anyMatch(NetworkSpec::isSoftmax)) {
      throw new IllegalArgumentException("softmax can only be the last layer");
    }
    if (loss == Loss.CROSS_ENTROPY && !softmax) {
      throw new IllegalArgumentException("cross-entropy needs softmax as the last layer");
    }
    LayerSpec output =
        last instanceof LayerSpec.Activate && layers.size() > 1
            ? layers.get(layers.size() - 2)
            : last;
    if (!(output instanceof LayerSpec.Dense)) {
      throw new IllegalArgumentException(
          "the last layer before the output activation must be dense");
    }
  }

  private static boolean isSoftmax(LayerSpec layer) {
    return layer instanceof LayerSpec.Activate a && a.activation() == Activation.SOFTMAX;
  }
}
