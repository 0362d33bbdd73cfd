package io.kudari.bench;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.kudari.math.Segment;
import io.kudari.model.Activation;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.NetworkSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * One of the {@link BenchNetworks} as users of libtorch compute it: eagerly, by its operators and
 * its autograd, here through DJL's bindings. It is set up as was found to be quickest: images and
 * filters have their channels last, gradients are new arrays that nobody zeroes, parameters are
 * updated in place, and nothing is copied to Java. Not thread-safe.
 */
final class LibtorchNetwork implements AutoCloseable {

  private static final Shape NONE = new Shape(0, 0);
  private static final Shape ONE = new Shape(1, 1);

  private final NetworkSpec network;
  private final List<io.kudari.model.Shape> shapes;
  private final NDManager memory;

  /** In the order of the layout. */
  private final List<PtNDArray> parameters = new ArrayList<>();

  private final List<PtNDArray> velocities = new ArrayList<>();
  private final PtNDArray momentum;
  private final PtNDArray seed;

  /**
   * A network with its start values.
   *
   * @param network of dense layers, convolutions, maxima and ReLU, with cross-entropy
   * @param start values of all parameters, in its layout
   * @param momentum of {@link #step}
   * @param factor by which the gradient of the sum of the losses is multiplied: for {@link #step},
   *     the learning rate divided by the examples
   */
  LibtorchNetwork(NetworkSpec network, float[] start, double momentum, double factor) {
    if (network.loss() != Loss.CROSS_ENTROPY) throw unknown(network.loss());
    this.network = network;
    this.shapes = network.shapes();
    this.memory = Engine.getInstance().newBaseManager();
    this.momentum = (PtNDArray) memory.create((float) momentum);
    // The loss is the negative of the likelihood.
    this.seed = (PtNDArray) memory.create((float) -factor);
    for (Segment segment : network.layout().segments()) {
      float[] values = Arrays.copyOfRange(start, segment.offset(), segment.end());
      parameters.add((PtNDArray) channelsLast(values, segment));
    }
    for (PtNDArray p : parameters) velocities.add((PtNDArray) p.zerosLike());
  }

  /**
   * Loads libtorch. To be called once, by the thread that computes.
   *
   * @param folder where DJL keeps the libraries that it takes out of its jars
   * @param threads of an operator
   */
  static void load(String folder, int threads) {
    System.setProperty("ENGINE_CACHE_DIR", folder);
    System.setProperty("DJL_CACHE_DIR", folder);
    System.setProperty("PYTORCH_FLAVOR", "cpu");
    // It shall neither download anything nor report that it is used.
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.err.println("libtorch " + Engine.getEngine("PyTorch").getVersion());
    JniUtils.setNumInteropThreads(1);
    JniUtils.setNumThreads(threads);
  }

  /** For arrays that live as long as this. */
  NDManager memory() {
    return memory;
  }

  /**
   * Computes the gradient of the sum of the losses, times the factor.
   *
   * @param features examples × the size of one
   * @param labels examples × 1, of 64 bits
   */
  void gradient(NDArray features, NDArray labels) {
    try (NDManager step = memory.newSubManager()) {
      List<PtNDArray> unused = backward(step, features, labels);
    }
  }

  /** The gradient as a vector in the network's layout. */
  float[] gradientVector(NDArray features, NDArray labels) {
    float[] vector = new float[network.layout().size()];
    try (NDManager step = memory.newSubManager()) {
      Iterator<PtNDArray> gradients = backward(step, features, labels).iterator();
      for (Segment segment : network.layout().segments()) {
        float[] values = inLayout(gradients.next(), segment).toFloatArray();
        System.arraycopy(values, 0, vector, segment.offset(), values.length);
      }
    }
    return vector;
  }

  /** Takes a step: v = momentum v + factor × gradient, p -= v. */
  void step(NDArray features, NDArray labels) {
    try (NDManager step = memory.newSubManager()) {
      List<PtNDArray> gradients = backward(step, features, labels);
      for (int i = 0; i < gradients.size(); i++) {
        PtNDArray velocity = velocities.get(i);
        JniUtils.muli(velocity, momentum);
        JniUtils.addi(velocity, gradients.get(i));
        JniUtils.subi(parameters.get(i), velocity);
      }
    }
  }

  /** The mean loss of a batch. */
  double loss(NDArray features, NDArray labels) {
    try (NDManager step = memory.newSubManager()) {
      float likelihood = likelihood(step, parameters, features, labels).toFloatArray()[0];
      return -likelihood / labels.size(0);
    }
  }

  /** The gradients of all parameters. They are new arrays, which the step's manager closes. */
  private List<PtNDArray> backward(NDManager step, NDArray features, NDArray labels) {
    List<PtNDArray> leaves = new ArrayList<>();
    for (PtNDArray p : parameters) {
      // The same values without a gradient, so that autograd has nothing to add to.
      PtNDArray leaf = JniUtils.detachGradient(p);
      leaf.attach(step);
      JniUtils.attachGradient(leaf, true);
      leaves.add(leaf);
    }
    JniUtils.setGradMode(true);
    try {
      JniUtils.backward(likelihood(step, leaves, features, labels), seed, false, false);
    } finally {
      JniUtils.setGradMode(false);
    }
    return leaves.stream().map(JniUtils::getGradient).toList();
  }

  /** The sum over the examples of the logarithm of their label's probability. */
  private PtNDArray likelihood(
      NDManager step, List<PtNDArray> weights, NDArray features, NDArray labels) {
    Iterator<PtNDArray> next = weights.iterator();
    // Results belong to the manager of what they are computed from.
    PtNDArray at = (PtNDArray) features.reshape(-1, network.input().size());
    at.attach(step);
    if (image(0)) {
      var in = network.input();
      at = (PtNDArray) at.reshape(-1, in.height(), in.width(), in.channels());
      at = (PtNDArray) at.transpose(0, 3, 1, 2);
    }
    for (int i = 0; i < network.layers().size(); i++) at = forward(i, at, next);
    return JniUtils.sum(JniUtils.gather(at, (PtNDArray) labels, 1));
  }

  private PtNDArray forward(int index, PtNDArray in, Iterator<PtNDArray> next) {
    LayerSpec layer = network.layers().get(index);
    if (layer instanceof LayerSpec.Dense) {
      PtNDArray rows = in;
      if (image(index)) {
        rows = (PtNDArray) in.transpose(0, 2, 3, 1).reshape(-1, before(index).size());
      }
      return JniUtils.linear(rows, next.next(), next.next());
    }
    if (layer instanceof LayerSpec.Convolution c) {
      PtNDArray bias = next.next();
      Shape padding = new Shape(c.padding(), c.padding());
      return JniUtils.convolution(in, next.next(), bias, square(c.stride()), padding, ONE, 1);
    }
    if (layer instanceof LayerSpec.Pooling p && p.kind() == LayerSpec.Pooling.Kind.MAX) {
      return JniUtils.maxPool(in, square(p.size()), square(p.stride()), NONE, false);
    }
    if (layer instanceof LayerSpec.Activate a && a.activation() == Activation.RELU) {
      return JniUtils.relu(in);
    }
    if (layer instanceof LayerSpec.Activate a && a.activation() == Activation.SOFTMAX) {
      return JniUtils.logSoftmax(in, 1, DataType.FLOAT32);
    }
    throw unknown(layer);
  }

  private static Shape square(int side) {
    return new Shape(side, side);
  }

  /** The activations that a layer takes. */
  private io.kudari.model.Shape before(int layer) {
    return layer == 0 ? network.input() : shapes.get(layer - 1);
  }

  /** Whether a layer takes images, with their channels last, and no rows. */
  private boolean image(int layer) {
    io.kudari.model.Shape in = before(layer);
    boolean rows = layer == 0 && network.layers().get(0) instanceof LayerSpec.Dense;
    return in.height() * in.width() > 1 && !rows;
  }

  /** Whether these are the weights of a dense layer that takes images. */
  private boolean behindImages(Segment segment) {
    return segment.shape().size() == 2 && image(layer(segment));
  }

  /** Values in the layout's order as an array that operators take. */
  private NDArray channelsLast(float[] values, Segment segment) {
    long[] shape = segment.shape().stream().mapToLong(Integer::longValue).toArray();
    NDArray array = memory.create(values, new Shape(shape));
    if (shape.length == 4) {
      NDArray last = array.transpose(0, 2, 3, 1).reshape(-1);
      return last.reshape(shape[0], shape[2], shape[3], shape[1]).transpose(0, 3, 1, 2);
    }
    if (!behindImages(segment)) return array;
    var in = before(layer(segment));
    NDArray images = array.reshape(-1, in.channels(), in.height(), in.width());
    return images.transpose(0, 2, 3, 1).reshape(shape);
  }

  /** Undoes {@link #channelsLast}. */
  private NDArray inLayout(NDArray array, Segment segment) {
    if (!behindImages(segment)) return array;
    var in = before(layer(segment));
    return array.reshape(-1, in.height(), in.width(), in.channels()).transpose(0, 3, 1, 2);
  }

  private static int layer(Segment segment) {
    return Integer.parseInt(segment.name().substring(0, segment.name().indexOf('.')));
  }

  private static IllegalArgumentException unknown(Object part) {
    return new IllegalArgumentException("not written for libtorch: " + part);
  }

  @Override
  public void close() {
    memory.close();
  }
}
