package io.kudari.engine.dl4j;

import io.kudari.engine.program.ProgramSpec;
import io.kudari.math.Layout;
import io.kudari.math.Segment;
import io.kudari.model.Activation;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/**
 * A stack of Deeplearning4j's layers as a {@link ProgramSpec} over the same flat vector, where
 * every layer has an equal among {@link LayerSpec}s. Start values stay Deeplearning4j's, so the
 * initialisers of the translation mean nothing. Dropout masks are those of {@link SeededDropout} in
 * the same place.
 */
final class Dl4jTranslation {

  private static final Initializer NONE = Initializer.of(Initializer.Kind.ZERO);

  private final List<LayerSpec> layers = new ArrayList<>();
  private final List<Integer> streams = new ArrayList<>();
  private final Set<Integer> logarithms = new HashSet<>();
  private Shape input;
  private Shape shape;

  /** Whether the activations are vectors to Deeplearning4j, though their shape is an image's. */
  private boolean flattened;

  /** Of the layer being translated. */
  private int index;

  private Dl4jTranslation(Shape input) {
    this.input = input;
    this.shape = input;
  }

  /** Says what has no equal. */
  static final class Untranslatable extends Exception {
    private static final long serialVersionUID = 1;

    Untranslatable(String reason) {
      super(reason);
    }
  }

  /**
   * Translates a configuration that {@link Dl4jFile} has accepted.
   *
   * @param inputShape of one example as the network takes it
   * @param layout of its parameters
   * @throws Untranslatable naming the first layer that has no equal, and why
   */
  static ProgramSpec of(
      MultiLayerConfiguration stack, Loss loss, Shape input, long[] inputShape, Layout layout)
      throws Untranslatable {
    if (inputShape.length == 2) throw new Untranslatable("sequences");
    Dl4jTranslation translation =
        new Dl4jTranslation(inputShape.length == 1 ? Shape.flat(input.size()) : input);
    for (int i = 0; i < stack.getConfs().size(); i++) {
      translation.index = i;
      Layer layer = stack.getConf(i).getLayer();
      try {
        translation.preprocess(stack.getInputPreProcess(i));
        translation.add(layer);
      } catch (Untranslatable | IllegalArgumentException e) {
        String type = layer.getClass().getSimpleName();
        throw new Untranslatable("layer " + i + " (" + type + "): " + e.getMessage());
      }
    }
    return translation.finish(loss, layout);
  }

  private ProgramSpec finish(Loss loss, Layout layout) throws Untranslatable {
    NetworkSpec network;
    try {
      network = new NetworkSpec(input, layers, loss);
    } catch (IllegalArgumentException e) {
      throw new Untranslatable("it: " + e.getMessage());
    }
    List<Segment> ours = network.layout().segments();
    boolean same = ours.size() == layout.segments().size();
    for (int i = 0; same && i < ours.size(); i++) {
      Segment a = ours.get(i);
      Segment b = layout.segments().get(i);
      same = a.offset() == b.offset() && a.role() == b.role() && a.shape().equals(b.shape());
    }
    demand(same, "it: the parameters lie in another order");
    return new ProgramSpec(network, layout, streams, logarithms);
  }

  private void preprocess(InputPreProcessor processor) throws Untranslatable {
    if (processor == null) return;
    if (processor instanceof FeedForwardToCnnPreProcessor p) {
      Shape image = image(p.getNumChannels(), p.getInputHeight(), p.getInputWidth());
      if (layers.isEmpty() && shape.size() == image.size()) {
        input = image;
        shape = image;
      }
      demand(shape.equals(image), "vectors of " + shape + " become images of " + image);
      flattened = false;
    } else if (processor instanceof CnnToFeedForwardPreProcessor p) {
      Shape image = image(p.getNumChannels(), p.getInputHeight(), p.getInputWidth());
      demand(p.getFormat() == CNN2DFormat.NCHW, "its format is not NCHW");
      demand(shape.equals(image), "images of " + shape + " are flattened as " + image);
      flattened = true;
    } else {
      throw new Untranslatable(
          "its preprocessor " + processor.getClass().getSimpleName() + " has no equal");
    }
  }

  private static Shape image(long channels, long height, long width) {
    return new Shape(Math.toIntExact(channels), Math.toIntExact(height), Math.toIntExact(width));
  }

  private void add(Layer layer) throws Untranslatable {
    if (layer.getIDropout() instanceof SeededDropout d) {
      demand(
          layer instanceof DenseLayer
              || layer instanceof OutputLayer
              || layer instanceof ConvolutionLayer
              || layer instanceof DropoutLayer,
          "dropout belongs into a layer of its own here");
      append(new LayerSpec.Dropout(d.rate()));
    }
    Class<?> type = layer.getClass();
    if (type == DenseLayer.class) dense((DenseLayer) layer);
    else if (type == OutputLayer.class) output((OutputLayer) layer);
    else if (type == ConvolutionLayer.class) convolution((ConvolutionLayer) layer);
    else if (type == SubsamplingLayer.class) pooling((SubsamplingLayer) layer);
    else if (type == BatchNormalization.class) normalization((BatchNormalization) layer);
    else if (type == LossLayer.class) activate(((LossLayer) layer).getActivationFn());
    else if (type == ActivationLayer.class) activate(((ActivationLayer) layer).getActivationFn());
    else if (type != DropoutLayer.class) throw new Untranslatable("it is not compiled");
  }

  private void append(LayerSpec layer) {
    shape = layer.after(shape);
    layers.add(layer);
    streams.add(index);
  }

  private void dense(DenseLayer d) throws Untranslatable {
    demand(d.hasBias(), "it has no bias");
    demand(!d.hasLayerNorm(), "layer normalisation is not compiled");
    weighted(d, new LayerSpec.Dense(Math.toIntExact(d.getNOut()), NONE));
  }

  private void output(OutputLayer o) throws Untranslatable {
    demand(o.hasBias(), "it has no bias");
    weighted(o, new LayerSpec.Dense(Math.toIntExact(o.getNOut()), NONE));
  }

  private void weighted(BaseLayer layer, LayerSpec spec) throws Untranslatable {
    append(spec);
    if (spec instanceof LayerSpec.Dense) flattened = false;
    if (!(layer.getActivationFn() instanceof ActivationIdentity)) activate(layer.getActivationFn());
  }

  private void convolution(ConvolutionLayer c) throws Untranslatable {
    demand(c.hasBias(), "it has no bias");
    demand(c.getCnn2dDataFormat() == CNN2DFormat.NCHW, "its format is not NCHW");
    int kernel = square(c.getKernelSize(), "kernel");
    int stride = square(c.getStride(), "stride");
    demand(square(c.getDilation(), "dilation") == 1, "dilation is not compiled");
    int padding = padding(c.getConvolutionMode(), kernel, stride, c.getPadding());
    weighted(
        c, new LayerSpec.Convolution(Math.toIntExact(c.getNOut()), kernel, stride, padding, NONE));
  }

  private void pooling(SubsamplingLayer p) throws Untranslatable {
    demand(p.getCnn2dDataFormat() == CNN2DFormat.NCHW, "its format is not NCHW");
    int size = square(p.getKernelSize(), "kernel");
    int stride = square(p.getStride(), "stride");
    demand(square(p.getDilation(), "dilation") == 1, "dilation is not compiled");
    int padding = padding(p.getConvolutionMode(), size, stride, p.getPadding());
    demand(padding == 0, "pooling with padding is not compiled");
    PoolingType type = p.getPoolingType();
    demand(
        type == PoolingType.MAX || type == PoolingType.AVG, "pooling " + type + " is not compiled");
    append(
        new LayerSpec.Pooling(
            type == PoolingType.MAX ? LayerSpec.Pooling.Kind.MAX : LayerSpec.Pooling.Kind.AVERAGE,
            size,
            stride));
  }

  private static int square(int[] sides, String name) throws Untranslatable {
    demand(sides.length == 2 && sides[0] == sides[1], "its " + name + " is not square");
    return sides[0];
  }

  /** Zeros on every side; with mode Same, what makes the output as large as input / stride. */
  private int padding(ConvolutionMode mode, int kernel, int stride, int[] explicit)
      throws Untranslatable {
    if (mode != ConvolutionMode.Same) {
      demand(
          mode == ConvolutionMode.Truncate || mode == ConvolutionMode.Strict,
          "convolution mode " + mode + " is not compiled");
      return square(explicit, "padding");
    }
    int vertical = both(shape.height(), kernel, stride);
    int horizontal = both(shape.width(), kernel, stride);
    demand(
        vertical == horizontal && vertical % 2 == 0,
        "convolution mode Same pads its sides differently here");
    return vertical / 2;
  }

  /** Zeros on two opposite sides together. */
  private static int both(int length, int kernel, int stride) {
    int windows = (length + stride - 1) / stride;
    return Math.max(0, (windows - 1) * stride + kernel - length);
  }

  private void normalization(BatchNormalization b) throws Untranslatable {
    demand(!b.isLockGammaBeta(), "locked scale and shift are not compiled");
    demand(b.isMinibatch(), "statistics of full batches are not compiled");
    demand(b.getCnn2DFormat() == CNN2DFormat.NCHW, "its format is not NCHW");
    demand(!flattened, "it normalises the features of a flattened image");
    if (b.isUseLogStd()) logarithms.add(layers.size());
    append(new LayerSpec.BatchNormalization(b.getDecay(), b.getEps()));
  }

  private void activate(IActivation function) throws Untranslatable {
    append(new LayerSpec.Activate(activation(function)));
  }

  private static Activation activation(IActivation function) throws Untranslatable {
    Class<?> type = function.getClass();
    if (type == ActivationIdentity.class) return Activation.IDENTITY;
    if (type == ActivationSigmoid.class) return Activation.SIGMOID;
    if (type == ActivationTanH.class) return Activation.TANH;
    if (type == ActivationSoftmax.class) return Activation.SOFTMAX;
    if (function instanceof ActivationReLU r && isPlain(r)) return Activation.RELU;
    if (function instanceof ActivationLReLU l && l.getAlpha() == 0.01) return Activation.LEAKY_RELU;
    throw new Untranslatable("its activation " + function + " is not compiled");
  }

  private static boolean isPlain(ActivationReLU r) {
    return r.getMax() == null && isZero(r.getThreshold()) && isZero(r.getNegativeSlope());
  }

  private static boolean isZero(Double value) {
    return value == null || value == 0;
  }

  private static void demand(boolean holds, String rule) throws Untranslatable {
    if (!holds) throw new Untranslatable(rule);
  }
}
