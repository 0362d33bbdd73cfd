package io.kudari.engine.dl4j;

import io.kudari.model.Activation;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import java.util.List;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/**
 * A {@link NetworkSpec} in Deeplearning4j's terms. The flat parameter vector of the network that
 * Deeplearning4j builds from it has the layout of {@link NetworkSpec#layout()}, element by element.
 *
 * <p>An activation that follows a dense layer or a convolution becomes part of it; the last dense
 * layer, its activation and the loss become the output layer.
 */
final class NetworkConfiguration {

  private final NetworkSpec spec;
  private final NeuralNetConfiguration.ListBuilder list;
  private final boolean exported;
  private int index;

  /** Whether the activations at this point are [n, c, h, w] (else [n, units]). */
  private boolean spatial;

  private NetworkConfiguration(
      NetworkSpec spec, NeuralNetConfiguration.Builder rules, boolean exported) {
    this.spec = spec;
    this.exported = exported;
    this.spatial = takesImages(spec);
    this.list = rules.weightInit(WeightInit.ZERO).list();
  }

  private static NeuralNetConfiguration.Builder untrained(DataType type) {
    return new NeuralNetConfiguration.Builder().seed(0).dataType(type).updater(new NoOp());
  }

  /**
   * Translates a network for computing with it here: losses are {@link SumLoss}, dropout is {@link
   * SeededDropout}.
   *
   * @param type of parameters and activations
   */
  static MultiLayerConfiguration of(NetworkSpec spec, DataType type) {
    return new NetworkConfiguration(spec, untrained(type), false).build();
  }

  /** Translates a network for others: everything in it is Deeplearning4j's own. */
  static MultiLayerConfiguration exported(NetworkSpec spec) {
    return exported(spec, untrained(DataType.FLOAT));
  }

  /** As the other, with what Deeplearning4j itself trains all layers by. */
  static MultiLayerConfiguration exported(NetworkSpec spec, NeuralNetConfiguration.Builder rules) {
    return new NetworkConfiguration(spec, rules, true).build();
  }

  /**
   * Whether the network takes its input as [n, c, h, w] rather than [n, units]: when a layer that
   * looks at channels comes before the first dense one.
   */
  static boolean takesImages(NetworkSpec spec) {
    for (LayerSpec layer : spec.layers()) {
      if (layer instanceof LayerSpec.Dense) return false;
      if (layer instanceof LayerSpec.Convolution || layer instanceof LayerSpec.Pooling) return true;
      if (layer instanceof LayerSpec.BatchNormalization) return !spec.input().isFlat();
    }
    return false;
  }

  private MultiLayerConfiguration build() {
    List<LayerSpec> layers = spec.layers();
    int output = layers.get(layers.size() - 1) instanceof LayerSpec.Dense ? 1 : 2;
    int i = 0;
    while (i < layers.size() - output) {
      boolean fused = fuses(layers.get(i)) && layers.get(i + 1) instanceof LayerSpec.Activate;
      add(i, fused ? activation(layers.get(i + 1)) : new ActivationIdentity());
      i += fused ? 2 : 1;
    }
    Shape in = before(i);
    flatten(in);
    IActivation last =
        output == 2 ? activation(layers.get(layers.size() - 1)) : new ActivationIdentity();
    append(
        new OutputLayer.Builder(loss())
            .nIn(in.size())
            .nOut(spec.outputs())
            .activation(last)
            .build());
    return list.build();
  }

  private static boolean fuses(LayerSpec layer) {
    return layer instanceof LayerSpec.Dense || layer instanceof LayerSpec.Convolution;
  }

  private void add(int i, IActivation activation) {
    LayerSpec layer = spec.layers().get(i);
    Shape in = before(i);
    if (layer instanceof LayerSpec.Dense d) {
      flatten(in);
      append(
          new DenseLayer.Builder().nIn(in.size()).nOut(d.units()).activation(activation).build());
    } else if (layer instanceof LayerSpec.Convolution c) {
      unflatten(in);
      append(
          new ConvolutionLayer.Builder(c.kernel(), c.kernel())
              .nIn(in.channels())
              .nOut(c.filters())
              .stride(c.stride(), c.stride())
              .padding(c.padding(), c.padding())
              .convolutionMode(ConvolutionMode.Truncate)
              .activation(activation)
              .build());
    } else if (layer instanceof LayerSpec.Pooling p) {
      unflatten(in);
      append(pooling(p));
    } else if (layer instanceof LayerSpec.BatchNormalization b) {
      append(
          new BatchNormalization.Builder()
              .nIn(in.channels())
              .nOut(in.channels())
              .decay(b.decay())
              .eps(b.epsilon())
              .useLogStd(false)
              .build());
    } else if (layer instanceof LayerSpec.Dropout d) {
      append(new DropoutLayer(dropout(i, d.rate())));
    } else if (layer instanceof LayerSpec.Activate) {
      append(new ActivationLayer(activation(layer)));
    }
  }

  private static Layer pooling(LayerSpec.Pooling p) {
    return new SubsamplingLayer.Builder(
            p.kind() == LayerSpec.Pooling.Kind.MAX
                ? SubsamplingLayer.PoolingType.MAX
                : SubsamplingLayer.PoolingType.AVG)
        .kernelSize(p.size(), p.size())
        .stride(p.stride(), p.stride())
        .convolutionMode(ConvolutionMode.Truncate)
        .build();
  }

  private ILossFunction loss() {
    if (!exported) return new SumLoss(spec.loss());
    return spec.loss() == Loss.CROSS_ENTROPY ? new LossMCXENT() : new LossMSE();
  }

  /** Deeplearning4j's own takes the probability of keeping. */
  private IDropout dropout(int layer, double rate) {
    return exported ? new Dropout(1 - rate) : new SeededDropout(layer, rate);
  }

  private Shape before(int layer) {
    return layer == 0 ? spec.input() : spec.shapes().get(layer - 1);
  }

  private void append(Layer layer) {
    list.layer(index++, layer);
  }

  /** Channels, then rows, then columns: the order of {@link Shape}. */
  private void flatten(Shape in) {
    if (spatial) {
      preprocess(new CnnToFeedForwardPreProcessor(in.height(), in.width(), in.channels()));
    }
    spatial = false;
  }

  private void unflatten(Shape in) {
    if (!spatial) {
      preprocess(new FeedForwardToCnnPreProcessor(in.height(), in.width(), in.channels()));
    }
    spatial = true;
  }

  private void preprocess(InputPreProcessor preprocessor) {
    list.inputPreProcessor(index, preprocessor);
  }

  private static IActivation activation(LayerSpec layer) {
    Activation activation = ((LayerSpec.Activate) layer).activation();
    return switch (activation) {
      case IDENTITY -> new ActivationIdentity();
      case SIGMOID -> new ActivationSigmoid();
      case TANH -> new ActivationTanH();
      case RELU -> new ActivationReLU();
      case LEAKY_RELU -> new ActivationLReLU(0.01);
      case SOFTMAX -> new ActivationSoftmax();
    };
  }
}
