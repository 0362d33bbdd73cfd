package io.kudari.engine.dl4j;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What {@link Dl4jGradient} needs of Deeplearning4j's two kinds of network. */
sealed interface Dl4jNetwork {

  /** Allocates parameters and gradient, and fills the parameters by the network's own rules. */
  void init();

  /** The flat parameter vector. */
  INDArray parameters();

  /** The flat gradient of the last {@link #backpropagate}: a sum over the examples. */
  INDArray gradient();

  /** Forward and backward, in training mode. */
  void backpropagate(INDArray features);

  /** Inference. The caller closes the result. */
  INDArray outputs(INDArray features);

  /** All layers, in the order of their parameters. */
  Layer[] layers();

  /** The layer that holds the loss. */
  Layer outputLayer();

  /** Forgets the arrays of the last pass. */
  void clear();

  /** The loss that was put into the output layer. */
  default SumLoss loss() {
    var configuration = outputLayer().conf().getLayer();
    return (SumLoss)
        (configuration instanceof LossLayer l
            ? l.getLossFn()
            : ((BaseOutputLayer) configuration).getLossFn());
  }

  /** The dropouts of all layers. */
  default List<SeededDropout> dropouts() {
    List<SeededDropout> found = new ArrayList<>();
    for (Layer layer : layers()) {
      if (layer.conf().getLayer().getIDropout() instanceof SeededDropout d) found.add(d);
    }
    return found;
  }

  /**
   * {@link SumLoss} knows the targets; Deeplearning4j only checks that there are some. A new array
   * each time, because some of its layers free it.
   */
  private static INDArray noLabels() {
    return Nd4j.createUninitialized(DataType.FLOAT, 1, 1);
  }

  /** A stack of layers. */
  record Stack(MultiLayerNetwork network) implements Dl4jNetwork {
    @Override
    public void init() {
      network.init();
      network.initGradientsView();
    }

    @Override
    public INDArray parameters() {
      return network.params();
    }

    @Override
    public INDArray gradient() {
      return network.getGradientsViewArray();
    }

    @Override
    public void backpropagate(INDArray features) {
      network.setInput(features);
      network.setLabels(noLabels());
      network.computeGradientAndScore();
    }

    @Override
    public INDArray outputs(INDArray features) {
      return network.output(features, false);
    }

    @Override
    public Layer[] layers() {
      return network.getLayers();
    }

    @Override
    public Layer outputLayer() {
      return network.getOutputLayer();
    }

    @Override
    public void clear() {
      network.clear();
    }
  }

  /** A graph with one input and one output. */
  record Graph(ComputationGraph network) implements Dl4jNetwork {
    @Override
    public void init() {
      network.init();
      network.initGradientsView();
    }

    @Override
    public INDArray parameters() {
      return network.params();
    }

    @Override
    public INDArray gradient() {
      return network.getGradientsViewArray();
    }

    @Override
    public void backpropagate(INDArray features) {
      network.setInputs(features);
      network.setLabels(noLabels());
      network.computeGradientAndScore();
    }

    @Override
    public INDArray outputs(INDArray features) {
      return network.outputSingle(false, features);
    }

    @Override
    public Layer[] layers() {
      return network.getLayers();
    }

    @Override
    public Layer outputLayer() {
      return network.getOutputLayer(0);
    }

    @Override
    public void clear() {
      network.clear();
    }
  }
}
