package io.kudari.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.engine.Engine;
import io.kudari.engine.Networks;
import io.kudari.engine.program.Program;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.model.GradientFunction;
import io.kudari.model.MiniBatch;
import io.kudari.model.Shape;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Files of Deeplearning4j on both engines. */
class Dl4jTranslationTest {

  private static final double TOLERANCE = 1e-5;
  private static final Shape IMAGE = new Shape(2, 9, 9);

  @BeforeAll
  static void setUp() {
    Nd4jSetup.apply();
  }

  private static DenseLayer.Builder dense(int units) {
    return new DenseLayer.Builder().nOut(units).activation(Activation.TANH);
  }

  private static ConvolutionLayer.Builder convolution(int kernel) {
    return new ConvolutionLayer.Builder(kernel, kernel).nOut(3).activation(Activation.SIGMOID);
  }

  private static SubsamplingLayer.Builder pooling(int size) {
    return new SubsamplingLayer.Builder().kernelSize(size, size).stride(2, 2);
  }

  private static Layer output() {
    return new OutputLayer.Builder(LossFunction.NEGATIVELOGLIKELIHOOD)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static NeuralNetConfiguration.ListBuilder list(Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .updater(new Adam(0.1))
            .activation(Activation.CUBE)
            .weightInit(WeightInit.XAVIER)
            .list();
    for (Layer layer : layers) list.layer(layer);
    return list;
  }

  private static String image(Layer... layers) {
    return list(layers).setInputType(InputType.convolutional(9, 9, 2)).build().toJson();
  }

  private static String flat(Layer... layers) {
    return list(layers).setInputType(InputType.feedForward(7)).build().toJson();
  }

  @TestFactory
  Stream<DynamicTest> whatCompilesAgreesWithDeeplearning4j() {
    Shape features = Shape.flat(7);
    return Stream.of(
        agrees("dense", features, flat(dense(5).build(), dense(4).build(), output())),
        agrees(
            "updaters and start values of single layers",
            features,
            flat(dense(5).updater(new Sgd(1)).biasInit(0.3).build(), output())),
        agrees(
            "dropout of inputs",
            features,
            flat(dense(9).build(), dense(6).dropOut(0.6).build(), output())),
        agrees("dropout layer", features, flat(dense(9).build(), new DropoutLayer(0.5), output())),
        agrees(
            "loss layer",
            features,
            flat(
                dense(2).activation(Activation.IDENTITY).build(),
                new LossLayer.Builder(LossFunction.MSE).activation(Activation.SIGMOID).build())),
        agrees(
            "truncated convolution",
            IMAGE,
            image(convolution(4).stride(2, 2).build(), dense(5).build(), output())),
        agrees(
            "padded convolution",
            IMAGE,
            image(convolution(3).padding(1, 1).stride(2, 2).build(), output())),
        agrees(
            "same convolution",
            IMAGE,
            image(convolution(3).convolutionMode(ConvolutionMode.Same).build(), output())),
        agrees(
            "same convolution with stride",
            IMAGE,
            image(
                convolution(5).stride(2, 2).convolutionMode(ConvolutionMode.Same).build(),
                output())),
        agrees(
            "dropout before a convolution",
            IMAGE,
            image(convolution(2).build(), convolution(3).dropOut(0.7).build(), output())),
        agrees("max pooling", IMAGE, image(convolution(2).build(), pooling(2).build(), output())),
        agrees(
            "average pooling",
            IMAGE,
            image(pooling(3).poolingType(SubsamplingLayer.PoolingType.AVG).build(), output())),
        agrees(
            "batch normalisation of units",
            features,
            flat(dense(5).build(), new BatchNormalization.Builder().build(), output())),
        agrees(
            "batch normalisation of channels",
            IMAGE,
            image(
                convolution(2).build(),
                new BatchNormalization.Builder().decay(0.7).eps(1e-3).build(),
                new ActivationLayer(Activation.LEAKYRELU),
                pooling(2).build(),
                dense(5).build(),
                output())),
        agrees(
            "batch normalisation that keeps variances",
            IMAGE,
            image(new BatchNormalization.Builder().useLogStd(false).build(), output())),
        agrees(
            "images from vectors",
            Shape.flat(49),
            list(convolution(3).build(), dense(4).build(), output())
                .setInputType(InputType.convolutionalFlat(7, 7, 1))
                .build()
                .toJson()));
  }

  private static DynamicTest agrees(String name, Shape input, String json) {
    return DynamicTest.dynamicTest(name, () -> checkAgreement(input, json));
  }

  private static void checkAgreement(Shape input, String json) {
    Dl4jFileModel oracle = Dl4jFileModel.parse(json, "x.json", input, Engine.DL4J);
    Dl4jFileModel model = Dl4jFileModel.parse(json, "x.json", input, Engine.PROGRAM);
    assertEquals("engine dl4j: asked for", oracle.reason());
    assertEquals("engine program: asked for", model.reason());
    assertEquals(
        "engine program (auto): every layer of the file compiles",
        Dl4jFileModel.parse(json, "x.json", input).reason());
    assertEquals(oracle.layout(), model.layout());
    assertArrayEquals(oracle.initial(3), model.initial(3));
    for (int n : new int[] {2, 13}) {
      float[] parameters = Networks.parameters(oracle, n);
      MiniBatch batch = Networks.batch(oracle, n, n + 1);
      float[] expected = new float[parameters.length];
      float[] sum = new float[parameters.length];
      float[] expectedOutputs = new float[n * oracle.outputs()];
      float[] outputs = new float[n * oracle.outputs()];
      try (GradientFunction theirs = oracle.open();
          GradientFunction ours = model.open()) {
        assertInstanceOf(Program.class, ours);
        double loss = theirs.gradient(parameters, batch, expected);
        assertEquals(loss, ours.gradient(parameters, batch, sum), TOLERANCE * loss);
        theirs.outputs(parameters, batch, expectedOutputs);
        ours.outputs(parameters, batch, outputs);
      }
      assertArrayEquals(expectedOutputs, outputs, (float) TOLERANCE);
      double all = largest(expected, 0, expected.length);
      for (Segment s : oracle.layout().segments()) {
        // Before a normalisation a bias has no gradient but rounding errors.
        double floor = s.role() == Role.STATISTIC ? 0 : 1e-6 * all;
        double allowed =
            Math.max(floor, TOLERANCE * Math.max(1e-3, largest(expected, s.offset(), s.end())));
        for (int i = s.offset(); i < s.end(); i++) {
          assertEquals(expected[i], sum[i], allowed, s.name() + " " + (i - s.offset()));
        }
      }
      assertTrue(all > 1e-3, "the gradient is not all zero");
    }
  }

  private static double largest(float[] values, int from, int to) {
    double largest = 0;
    for (int i = from; i < to; i++) largest = Math.max(largest, Math.abs(values[i]));
    return largest;
  }

  @TestFactory
  Stream<DynamicTest> whatDoesNotCompileIsNamedAndLeftToDeeplearning4j() {
    Shape features = Shape.flat(7);
    return Stream.of(
        falls(
            "recurrent",
            new Shape(3, 5, 1),
            list(new LastTimeStep(new LSTM.Builder().nIn(3).nOut(4).build()), output())
                .setInputType(InputType.recurrent(3, 5))
                .build()
                .toJson(),
            "sequences"),
        falls("graph", features, graph(), "a ComputationGraph"),
        falls(
            "no bias",
            features,
            flat(dense(5).hasBias(false).build(), output()),
            "layer 0 (DenseLayer): it has no bias"),
        falls(
            "activation",
            features,
            flat(dense(5).activation(Activation.ELU).build(), output()),
            "layer 0 (DenseLayer): its activation elu"),
        falls(
            "kernel",
            IMAGE,
            image(
                new ConvolutionLayer.Builder(2, 3).nOut(3).activation(Activation.TANH).build(),
                output()),
            "layer 0 (ConvolutionLayer): its kernel is not square"),
        falls(
            "dilation",
            IMAGE,
            image(convolution(2).dilation(2, 2).build(), output()),
            "layer 0 (ConvolutionLayer): dilation"),
        falls(
            "uneven padding",
            IMAGE,
            image(convolution(2).convolutionMode(ConvolutionMode.Same).build(), output()),
            "layer 0 (ConvolutionLayer): convolution mode Same"),
        falls(
            "pooling with padding",
            IMAGE,
            image(convolution(2).build(), pooling(3).padding(1, 1).build(), output()),
            "layer 1 (SubsamplingLayer): pooling with padding"),
        falls(
            "dropout of a layer that ignores it",
            IMAGE,
            image(convolution(2).build(), pooling(2).dropOut(0.7).build(), output()),
            "layer 1 (SubsamplingLayer): dropout"),
        falls(
            "locked normalisation",
            features,
            flat(
                dense(5).build(),
                new BatchNormalization.Builder().lockGammaBeta(true).build(),
                output()),
            "layer 1 (BatchNormalization): locked"),
        falls(
            "unknown layer",
            IMAGE,
            image(new ZeroPaddingLayer(1, 1), convolution(3).build(), output()),
            "layer 0 (ZeroPaddingLayer): it is not compiled"));
  }

  private static String graph() {
    return new NeuralNetConfiguration.Builder()
        .weightInit(WeightInit.XAVIER)
        .graphBuilder()
        .addInputs("in")
        .addLayer("a", dense(4).build(), "in")
        .addLayer("b", dense(3).build(), "in")
        .addVertex("both", new MergeVertex(), "a", "b")
        .addLayer("out", output(), "both")
        .setOutputs("out")
        .setInputTypes(InputType.feedForward(7))
        .build()
        .toJson();
  }

  private static DynamicTest falls(String name, Shape input, String json, String part) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          Dl4jFileModel model = Dl4jFileModel.parse(json, "x.json", input);
          String reason = model.reason();
          assertTrue(
              reason.startsWith("engine dl4j (auto): the program cannot compute " + part), reason);
          try (GradientFunction f = model.open()) {
            assertInstanceOf(Dl4jGradient.class, f);
          }
          String refusal =
              assertThrows(
                      IllegalArgumentException.class,
                      () -> Dl4jFileModel.parse(json, "x.json", input, Engine.PROGRAM))
                  .getMessage();
          assertTrue(
              refusal.startsWith("x.json: engine = program cannot compute " + part), refusal);
          assertEquals(1, refusal.lines().count());
        });
  }

  /** Deeplearning4j normalises each of the 98 features, a layer on images would do channels. */
  @Test
  void vectorsAreNormalisedByFeatureAlsoWhenTheDataAreImages() {
    String json =
        list(new BatchNormalization.Builder().build(), output())
            .setInputType(InputType.feedForward(98))
            .build()
            .toJson();
    checkAgreement(new Shape(2, 7, 7), json);
  }
}
