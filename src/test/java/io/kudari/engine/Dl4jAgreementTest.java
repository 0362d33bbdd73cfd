package io.kudari.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.engine.dl4j.Dl4jModel;
import io.kudari.engine.dl4j.Nd4jSetup;
import io.kudari.model.Activation;
import io.kudari.model.GradientFunction;
import io.kudari.model.MiniBatch;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks written by hand with Deeplearning4j's builders, losses and label arrays. */
class Dl4jAgreementTest {

  private static final int EXAMPLES = 7;

  @BeforeAll
  static void setUp() {
    Nd4jSetup.apply();
  }

  @Test
  void aDenseNetworkAgreesWithDl4jsOwnGradient() {
    NetworkSpec spec =
        Networks.classifier(
            Shape.flat(6),
            Networks.dense(5),
            Networks.RELU,
            Networks.dense(4),
            Networks.activate(Activation.SIGMOID),
            Networks.dense(3),
            Networks.SOFTMAX);
    check(
        spec,
        list()
            .layer(dense(5, org.nd4j.linalg.activations.Activation.RELU))
            .layer(dense(4, org.nd4j.linalg.activations.Activation.SIGMOID))
            .layer(output(LossFunction.MCXENT, org.nd4j.linalg.activations.Activation.SOFTMAX, 3))
            .setInputType(InputType.feedForward(6)));
  }

  @Test
  void aRegressionAgreesWithDl4jsOwnGradient() {
    NetworkSpec spec =
        Networks.regression(Shape.flat(6), Networks.dense(5), Networks.TANH, Networks.dense(4));
    check(
        spec,
        list()
            .layer(dense(5, org.nd4j.linalg.activations.Activation.TANH))
            .layer(output(LossFunction.MSE, org.nd4j.linalg.activations.Activation.IDENTITY, 4))
            .setInputType(InputType.feedForward(6)));
  }

  @Test
  void aConvolutionalNetworkWithBatchNormalizationAgreesWithDl4jsOwnGradient() {
    NetworkSpec spec =
        Networks.classifier(
            new Shape(2, 9, 8),
            Networks.convolution(4, 3, 1, 1),
            Networks.batchNormalization(),
            Networks.activate(Activation.LEAKY_RELU),
            Networks.maxPooling(2),
            Networks.convolution(3, 2, 1, 0),
            Networks.RELU,
            Networks.dense(5),
            Networks.batchNormalization(),
            Networks.TANH,
            Networks.dense(3),
            Networks.SOFTMAX);
    check(
        spec,
        list()
            .layer(convolution(4, 3, 1, org.nd4j.linalg.activations.Activation.IDENTITY))
            .layer(batchNormalization())
            .layer(new ActivationLayer(org.nd4j.linalg.activations.Activation.LEAKYRELU))
            .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
            .layer(convolution(3, 2, 0, org.nd4j.linalg.activations.Activation.RELU))
            .layer(dense(5, org.nd4j.linalg.activations.Activation.IDENTITY))
            .layer(batchNormalization())
            .layer(new ActivationLayer(org.nd4j.linalg.activations.Activation.TANH))
            .layer(output(LossFunction.MCXENT, org.nd4j.linalg.activations.Activation.SOFTMAX, 3))
            .setInputType(InputType.convolutional(9, 8, 2)));
  }

  private static void check(NetworkSpec spec, NeuralNetConfiguration.ListBuilder list) {
    Dl4jModel model = new Dl4jModel(spec);
    float[] parameters = Networks.parameters(model, 21);
    MiniBatch batch = Networks.batch(model, EXAMPLES, 22);
    MultiLayerNetwork theirs = new MultiLayerNetwork(list.build());
    theirs.init();
    theirs.setParams(Nd4j.createFromArray(parameters).reshape(1, -1));
    INDArray x = Nd4j.createFromArray(batch.features()).reshape(inputShape(spec));
    theirs.setInput(x);
    theirs.setLabels(labels(batch, spec.outputs()));
    theirs.computeGradientAndScore();
    float[] expected = theirs.gradient().gradient().toFloatVector();
    float[] sum = new float[parameters.length];
    float[] outputs = new float[EXAMPLES * spec.outputs()];
    try (GradientFunction ours = model.open()) {
      double loss = ours.gradient(parameters, batch, sum);
      assertEquals(theirs.score() * EXAMPLES, loss, 1e-5 * Math.abs(loss));
      ours.outputs(parameters, batch, outputs);
    }
    assertArrayEquals(theirs.output(x).ravel().toFloatVector(), outputs, 1e-5f);
    model.layout().segments().stream()
        .filter(s -> s.role() != io.kudari.math.Role.STATISTIC)
        .forEach(
            s -> {
              for (int i = s.offset(); i < s.end(); i++) {
                float tolerance = 2e-6f + 2e-5f * Math.abs(expected[i]);
                assertEquals(expected[i], sum[i], tolerance, s.name() + " " + i);
              }
            });
  }

  private static long[] inputShape(NetworkSpec spec) {
    Shape in = spec.input();
    return in.isFlat()
        ? new long[] {EXAMPLES, in.size()}
        : new long[] {EXAMPLES, in.channels(), in.height(), in.width()};
  }

  private static INDArray labels(MiniBatch batch, int outputs) {
    if (batch.labels == null) return Nd4j.createFromArray(batch.targets).reshape(-1, outputs);
    INDArray labels = Nd4j.zeros(EXAMPLES, outputs);
    for (int e = 0; e < EXAMPLES; e++) labels.putScalar(e, batch.labels[e], 1);
    return labels;
  }

  private static NeuralNetConfiguration.ListBuilder list() {
    return new NeuralNetConfiguration.Builder().list();
  }

  private static DenseLayer dense(int units, org.nd4j.linalg.activations.Activation activation) {
    return new DenseLayer.Builder().nOut(units).activation(activation).build();
  }

  private static ConvolutionLayer convolution(
      int filters, int kernel, int padding, org.nd4j.linalg.activations.Activation activation) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .nOut(filters)
        .padding(padding, padding)
        .activation(activation)
        .build();
  }

  private static BatchNormalization batchNormalization() {
    return new BatchNormalization.Builder().decay(0.9).eps(1e-3).useLogStd(false).build();
  }

  private static OutputLayer output(
      LossFunction loss, org.nd4j.linalg.activations.Activation activation, int units) {
    return new OutputLayer.Builder(loss).nOut(units).activation(activation).build();
  }
}
