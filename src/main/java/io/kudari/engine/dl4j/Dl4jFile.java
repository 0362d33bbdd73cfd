package io.kudari.engine.dl4j;

import io.kudari.model.Loss;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bytedeco.javacpp.Pointer;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.lossfunctions.impl.LossNegativeLogLikelihood;

/**
 * A configuration that Deeplearning4j wrote, checked and made to compute plain sums: its loss is
 * replaced by {@link SumLoss}, its dropout by {@link SeededDropout}.
 *
 * <p>Updaters (and with them learning rates) are ignored: the optimizer is this project's. All else
 * that would be silently left out or would not be reproducible is refused: regularisation,
 * clipping, constraints, weight noise, random activations, layers that are not listed here.
 */
final class Dl4jFile {

  /** Layers whose gradients are known to be plain sums over examples, a pure function of them. */
  private static final Set<String> LAYERS =
      Set.of(
          "ActivationLayer",
          "BatchNormalization",
          "Convolution1DLayer",
          "ConvolutionLayer",
          "Cropping2D",
          "Deconvolution2D",
          "DenseLayer",
          "DepthwiseConvolution2D",
          "DropoutLayer",
          "GlobalPoolingLayer",
          "LastTimeStep",
          "LocalResponseNormalization",
          "LossLayer",
          "LSTM",
          "OutputLayer",
          "PReLULayer",
          "SeparableConvolution2D",
          "SimpleRnn",
          "Subsampling1DLayer",
          "SubsamplingLayer",
          "Upsampling2D",
          "ZeroPaddingLayer");

  private final String source;
  private final MultiLayerConfiguration stack;
  private final ComputationGraphConfiguration graph;
  private final List<NeuralNetConfiguration> layers;
  private final Loss loss;

  private Dl4jFile(
      String source,
      MultiLayerConfiguration stack,
      ComputationGraphConfiguration graph,
      List<NeuralNetConfiguration> layers) {
    this.source = source;
    this.stack = stack;
    this.graph = graph;
    this.layers = layers;
    demand(source, !layers.isEmpty(), "it has no layers");
    for (int i = 0; i < layers.size(); i++) {
      NeuralNetConfiguration layer = layers.get(i);
      boolean there = layer != null && layer.getLayer() != null;
      demand(source, there, "its layer " + i + " is null");
      check(i, layer.getLayer());
    }
    this.loss = replaceLoss();
  }

  /**
   * Reads a configuration.
   *
   * @param source names the text in errors
   * @throws IllegalArgumentException if it is neither kind of configuration or can't be trained
   *     here
   */
  static Dl4jFile parse(String json, String source) {
    MultiLayerConfiguration stack = null;
    ComputationGraphConfiguration graph = null;
    Dl4jClasses.check(json, source);
    try {
      if (isGraph(json)) graph = ComputationGraphConfiguration.fromJson(json);
      else stack = MultiLayerConfiguration.fromJson(json);
    } catch (RuntimeException | StackOverflowError e) {
      throw new IllegalArgumentException(
          source + ": not a Deeplearning4j configuration: " + firstLine(e), e);
    }
    if (stack == null && graph == null) {
      throw new IllegalArgumentException(source + ": not a Deeplearning4j configuration");
    }
    return stack != null ? ofStack(stack, source) : ofGraph(graph, source);
  }

  private static Dl4jFile ofStack(MultiLayerConfiguration stack, String source) {
    demand(source, stack.getConfs() != null, "it has no layers");
    demand(source, stack.getDataType() == DataType.FLOAT, "its data type must be FLOAT");
    demand(
        source,
        stack.getBackpropType() == BackpropType.Standard,
        "truncated backpropagation through time is not supported");
    return new Dl4jFile(source, stack, null, stack.getConfs());
  }

  private static Dl4jFile ofGraph(ComputationGraphConfiguration graph, String source) {
    demand(source, isOne(graph.getNetworkInputs()), "it must have one input");
    demand(source, isOne(graph.getNetworkOutputs()), "it must have one output");
    demand(source, graph.getVertices() != null, "it has no layers");
    demand(source, graph.getDefaultConfiguration() != null, "its default configuration is null");
    demand(source, graph.getDataType() == DataType.FLOAT, "its data type must be FLOAT");
    demand(
        source,
        graph.getBackpropType() == BackpropType.Standard,
        "truncated backpropagation through time is not supported");
    List<NeuralNetConfiguration> layers = new ArrayList<>();
    for (GraphVertex vertex : graph.getVertices().values()) {
      if (vertex instanceof LayerVertex l) layers.add(l.getLayerConf());
    }
    return new Dl4jFile(source, null, graph, layers);
  }

  private static boolean isOne(List<String> names) {
    return names != null && names.size() == 1 && names.get(0) != null;
  }

  Loss loss() {
    return loss;
  }

  /** The layers, or null if it is a graph. */
  MultiLayerConfiguration stackOrNull() {
    return stack;
  }

  private static boolean isGraph(String json) {
    return json.contains("\"networkOutputs\"");
  }

  /**
   * Checks that its parameters and their gradient have room outside the Java heap, before
   * Deeplearning4j takes it: native memory that is not there ends the process.
   *
   * @param most bytes that ND4J may take
   * @throws IllegalArgumentException when they have not
   */
  private void checkSize(long most) {
    double parameters = 0;
    for (NeuralNetConfiguration layer : layers) {
      var initializer = layer.getLayer().initializer();
      // Of 64 bits, which sizes of 32 bits can overflow: then it is negative.
      long own = initializer == null ? 0 : initializer.numParams(layer);
      parameters += own < 0 ? Long.MAX_VALUE : own;
    }
    demand(
        source,
        parameters <= Integer.MAX_VALUE,
        "it has %.0f parameters, and %d are the most".formatted(parameters, Integer.MAX_VALUE));
    double bytes = 2 * Float.BYTES * parameters;
    demand(
        source,
        bytes <= most,
        ("%.0f parameters and their gradient need %.0f bytes outside the Java heap, which may be as"
                + " large as the heap, %d bytes: raise KUDARI_MEMORY (with spark-submit:"
                + " --driver-memory)")
            .formatted(parameters, bytes, most));
  }

  /** A network without parameters yet, whose own start values come from the seed. */
  Dl4jNetwork network(long seed) {
    checkSize(Pointer.maxBytes());
    for (NeuralNetConfiguration layer : layers) layer.setSeed(seed);
    if (graph != null) {
      graph.getDefaultConfiguration().setSeed(seed);
      return new Dl4jNetwork.Graph(new ComputationGraph(graph));
    }
    return new Dl4jNetwork.Stack(new MultiLayerNetwork(stack));
  }

  private void check(int index, Layer layer) {
    String type = layer.getClass().getSimpleName();
    String where = source + ": layer " + index + " (" + type + ")";
    demand(where, LAYERS.contains(type), "this kind of layer is not supported");
    demand(
        where,
        layer.getConstraints() == null || layer.getConstraints().isEmpty(),
        "constraints are not supported");
    if (layer.getIDropout() != null) layer.setIDropout(seeded(where, index, layer));
    Layer inner = layer instanceof LastTimeStep wrapper ? wrapper.getUnderlying() : layer;
    demand(where, inner != null, "it wraps no layer");
    demand(
        where,
        inner == layer || inner.getIDropout() == null,
        "dropout inside a wrapper is not supported");
    if (inner instanceof BaseLayer base) {
      demand(
          where,
          isEmpty(base.getRegularization()) && isEmpty(base.getRegularizationBias()),
          "regularisation belongs into the optimizer's settings, remove it here");
      demand(
          where,
          base.getGradientNormalization() == null
              || base.getGradientNormalization() == GradientNormalization.None,
          "clipping belongs into the optimizer's settings, remove gradientNormalization here");
      demand(where, base.getWeightNoise() == null, "weight noise is not supported");
      demand(
          where,
          !(base.getActivationFn() instanceof ActivationRReLU),
          "the random activation RReLU is not supported");
    }
  }

  private static boolean isEmpty(List<?> list) {
    return list == null || list.isEmpty();
  }

  /** DL4J gives the probability of keeping, and takes 0 for no dropout. */
  private static SeededDropout seeded(String where, int index, Layer layer) {
    demand(
        where,
        layer.getIDropout() instanceof Dropout d && d.getPSchedule() == null,
        "only dropout with a fixed probability is supported, not "
            + layer.getIDropout().getClass().getSimpleName());
    return new SeededDropout(index, 1 - ((Dropout) layer.getIDropout()).getP());
  }

  private Loss replaceLoss() {
    String name = graph == null ? null : graph.getNetworkOutputs().get(0);
    Layer output =
        graph == null
            ? layers.get(layers.size() - 1).getLayer()
            : graph.getVertices().get(name) instanceof LayerVertex l
                ? l.getLayerConf().getLayer()
                : null;
    if (output instanceof LossLayer l) {
      Loss known = loss(l.getLossFn(), l.getActivationFn());
      l.setLossFn(new SumLoss(known));
      return known;
    }
    if (output instanceof BaseOutputLayer o) {
      Loss known = loss(o.getLossFn(), o.getActivationFn());
      o.setLossFn(new SumLoss(known));
      return known;
    }
    throw new IllegalArgumentException(
        source + ": its output must be an output layer or a loss layer");
  }

  private Loss loss(ILossFunction function, IActivation activation) {
    demand(source, function != null, "its output has no loss");
    Class<?> type = function.getClass();
    if (type == LossMCXENT.class || type == LossNegativeLogLikelihood.class) {
      demand(
          source,
          ((LossMCXENT) function).getWeights() == null,
          "a loss with weights is not supported");
      demand(source, activation instanceof ActivationSoftmax, "cross-entropy needs softmax");
      return Loss.CROSS_ENTROPY;
    }
    demand(
        source,
        type == LossMSE.class,
        "the loss must be MCXENT, NEGATIVELOGLIKELIHOOD or MSE, not " + type.getSimpleName());
    demand(
        source, ((LossMSE) function).getWeights() == null, "a loss with weights is not supported");
    return Loss.MEAN_SQUARED_ERROR;
  }

  private static void demand(String where, boolean holds, String rule) {
    if (!holds) throw new IllegalArgumentException(where + ": " + rule);
  }

  /** What went wrong, without names of the library's classes. */
  static String firstLine(Throwable e) {
    for (Throwable t = e; t != null; t = t.getCause())
      if (t instanceof NullPointerException) return "something that it needs is null";
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return message.lines().findFirst().orElse("").replaceFirst("^([a-z0-9]+\\.)+\\w+: ", "");
  }
}
