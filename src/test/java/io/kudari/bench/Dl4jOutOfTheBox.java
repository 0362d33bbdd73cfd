package io.kudari.bench;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * The child JVM of {@link StepBenchmark} that times Deeplearning4j as its users run it: {@code fit}
 * on a network written with its own builders, nothing of this project.
 */
final class Dl4jOutOfTheBox {

  private Dl4jOutOfTheBox() {}

  /**
   * Prints the time of a step.
   *
   * @param args not used, network
   */
  public static void main(String[] args) {
    boolean lenet = args[1].equals("LeNet");
    // "MLP 784-UNITS-UNITS-10"
    int units = lenet ? 0 : Integer.parseInt(args[1].split("-")[1]);
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .weightInit(WeightInit.RELU)
            .updater(new Sgd(0.01))
            .list();
    if (lenet) {
      list.layer(
              new ConvolutionLayer.Builder(5, 5).nOut(20).activation(Activation.IDENTITY).build())
          .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
          .layer(
              new ConvolutionLayer.Builder(5, 5).nOut(50).activation(Activation.IDENTITY).build())
          .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
          .layer(new DenseLayer.Builder().nOut(500).activation(Activation.RELU).build());
    } else {
      list.layer(new DenseLayer.Builder().nOut(units).activation(Activation.RELU).build())
          .layer(new DenseLayer.Builder().nOut(units).activation(Activation.RELU).build());
    }
    list.layer(
            new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                .nOut(10)
                .activation(Activation.SOFTMAX)
                .build())
        .setInputType(InputType.convolutionalFlat(28, 28, 1));
    MultiLayerNetwork network = new MultiLayerNetwork(list.build());
    network.init();
    INDArray x = Nd4j.rand(DataType.FLOAT, StepBenchmark.BATCH, 784);
    INDArray y = Nd4j.zeros(DataType.FLOAT, StepBenchmark.BATCH, 10);
    for (int i = 0; i < StepBenchmark.BATCH; i++) y.putScalar(i, i % 10, 1);
    StepBenchmark.time(() -> network.fit(x, y));
  }
}
