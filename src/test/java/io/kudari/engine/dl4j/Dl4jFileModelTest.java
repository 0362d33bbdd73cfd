package io.kudari.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.engine.Networks;
import io.kudari.math.Role;
import io.kudari.model.GradientFunction;
import io.kudari.model.Loss;
import io.kudari.model.MiniBatch;
import io.kudari.model.ModelSpec;
import io.kudari.model.Shape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class Dl4jFileModelTest {

  private static final int EXAMPLES = 6;

  @BeforeAll
  static void setUp() {
    Nd4jSetup.apply();
  }

  private static NeuralNetConfiguration.ListBuilder list() {
    return new NeuralNetConfiguration.Builder()
        .updater(new Adam(0.1))
        .weightInit(WeightInit.XAVIER)
        .list();
  }

  private static DenseLayer.Builder dense(int units) {
    return new DenseLayer.Builder().nOut(units).activation(Activation.TANH);
  }

  private static OutputLayer output(int units) {
    return new OutputLayer.Builder(LossFunction.NEGATIVELOGLIKELIHOOD)
        .nOut(units)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static NeuralNetConfiguration.ListBuilder convolutional() {
    return list()
        .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).activation(Activation.RELU).build())
        .layer(new BatchNormalization.Builder().decay(0.8).build())
        .layer(new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build())
        .layer(dense(5).build())
        .layer(output(3))
        .setInputType(InputType.convolutional(8, 7, 2));
  }

  private static ComputationGraphConfiguration graph() {
    return new NeuralNetConfiguration.Builder()
        .updater(new Adam(0.1))
        .weightInit(WeightInit.XAVIER)
        .graphBuilder()
        .addInputs("in")
        .addLayer("left", dense(4).build(), "in")
        .addLayer("right", dense(3).activation(Activation.SIGMOID).build(), "in")
        .addVertex("both", new MergeVertex(), "left", "right")
        .addLayer("out", output(3), "both")
        .setOutputs("out")
        .setInputTypes(InputType.feedForward(5))
        .build();
  }

  @Test
  void aStackOfLayersAgreesWithDl4jsOwnGradient() {
    Shape image = new Shape(2, 8, 7);
    ModelSpec model = Dl4jFileModel.parse(convolutional().build().toJson(), "conv.json", image);
    float[] parameters = Networks.parameters(model, 31);
    MiniBatch batch = Networks.batch(model, EXAMPLES, 32);
    MultiLayerNetwork theirs = new MultiLayerNetwork(convolutional().build());
    theirs.init();
    theirs.setParams(Nd4j.createFromArray(parameters).reshape(1, -1));
    theirs.setInput(Nd4j.createFromArray(batch.features()).reshape(EXAMPLES, 2, 8, 7));
    theirs.setLabels(labels(batch, 3));
    theirs.computeGradientAndScore();
    check(model, parameters, batch, theirs.gradient().gradient(), theirs.score());
    assertEquals(
        "0.W 0.b 1.beta 1.gamma 1.log10stdev 1.mean 3.W 3.b 4.W 4.b",
        String.join(" ", model.layout().segments().stream().map(s -> s.name()).sorted().toList()));
    assertEquals(Loss.CROSS_ENTROPY, model.loss());
  }

  @Test
  void aGraphAgreesWithDl4jsOwnGradient() {
    ModelSpec model = Dl4jFileModel.parse(graph().toJson(), "graph.json", Shape.flat(5));
    float[] parameters = Networks.parameters(model, 33);
    MiniBatch batch = Networks.batch(model, EXAMPLES, 34);
    ComputationGraph theirs = new ComputationGraph(graph());
    theirs.init();
    theirs.setParams(Nd4j.createFromArray(parameters).reshape(1, -1));
    theirs.setInputs(Nd4j.createFromArray(batch.features()).reshape(EXAMPLES, 5));
    theirs.setLabels(labels(batch, 3));
    theirs.computeGradientAndScore();
    check(model, parameters, batch, theirs.gradient().gradient(), theirs.score());
    assertTrue(
        model.layout().segments().stream().anyMatch(s -> s.name().equals("right.W")),
        model.layout().toString());
  }

  @Test
  void aRecurrentNetworkAgreesWithDl4jsOwnGradient() {
    NeuralNetConfiguration.ListBuilder list =
        list()
            .layer(new LastTimeStep(new LSTM.Builder().nIn(3).nOut(4).build()))
            .layer(output(3))
            .setInputType(InputType.recurrent(3, 5));
    String json = list.build().toJson();
    ModelSpec model = Dl4jFileModel.parse(json, "lstm.json", new Shape(3, 5, 1));
    float[] parameters = Networks.parameters(model, 35);
    MiniBatch batch = Networks.batch(model, EXAMPLES, 36);
    MultiLayerNetwork theirs = new MultiLayerNetwork(list.build());
    theirs.init();
    theirs.setParams(Nd4j.createFromArray(parameters).reshape(1, -1));
    theirs.setInput(Nd4j.createFromArray(batch.features()).reshape(EXAMPLES, 3, 5));
    theirs.setLabels(labels(batch, 3));
    theirs.computeGradientAndScore();
    check(model, parameters, batch, theirs.gradient().gradient(), theirs.score());
  }

  @Test
  void aLossLayerWithMeanSquaredErrorIsUnderstood() {
    String json =
        list()
            .layer(dense(2).activation(Activation.IDENTITY).build())
            .layer(new LossLayer.Builder(LossFunction.MSE).activation(Activation.SIGMOID).build())
            .setInputType(InputType.feedForward(4))
            .build()
            .toJson();
    ModelSpec model = Dl4jFileModel.parse(json, "mse.json", Shape.flat(4));
    assertEquals(Loss.MEAN_SQUARED_ERROR, model.loss());
    float[] parameters = Networks.parameters(model, 37);
    MiniBatch batch = Networks.batch(model, EXAMPLES, 38);
    // Not Deeplearning4j's own score: its loss layer overwrites its input before it computes that.
    ModelSpec same =
        new Dl4jModel(
            Networks.regression(
                Shape.flat(4),
                Networks.dense(2),
                Networks.activate(io.kudari.model.Activation.SIGMOID)));
    float[] expected = new float[parameters.length];
    float[] sum = new float[parameters.length];
    try (GradientFunction f = model.open();
        GradientFunction g = same.open()) {
      double loss = g.gradient(parameters, batch, expected);
      assertEquals(loss, f.gradient(parameters, batch, sum), 1e-6 * loss);
    }
    assertArrayEquals(expected, sum, 1e-6f);
  }

  private static void check(
      ModelSpec model, float[] parameters, MiniBatch batch, INDArray gradient, double score) {
    float[] expected = gradient.toFloatVector();
    float[] sum = new float[parameters.length];
    try (GradientFunction f = model.open()) {
      double loss = f.gradient(parameters, batch, sum);
      assertEquals(score * EXAMPLES, loss, 1e-5 * Math.abs(loss));
    }
    model
        .layout()
        .segments()
        .forEach(
            s -> {
              for (int i = s.offset(); i < s.end(); i++) {
                // Deeplearning4j subtracts what it calls the gradient of a statistic
                float theirs =
                    s.role() == Role.STATISTIC
                        ? (parameters[i] - expected[i]) * EXAMPLES
                        : expected[i];
                assertEquals(theirs, sum[i], 5e-6f + 2e-5f * Math.abs(theirs), s.name() + " " + i);
              }
            });
  }

  private static INDArray labels(MiniBatch batch, int outputs) {
    INDArray labels = Nd4j.zeros(EXAMPLES, outputs);
    for (int e = 0; e < EXAMPLES; e++) labels.putScalar(e, batch.labels[e], 1);
    return labels;
  }

  @Test
  void startValuesAreAPureFunctionOfTheSeed() {
    String json = convolutional().build().toJson();
    ModelSpec model = Dl4jFileModel.parse(json, "conv.json", new Shape(2, 8, 7));
    float[] first = model.initial(1);
    assertFalse(Arrays.equals(first, model.initial(2)));
    assertArrayEquals(first, model.initial(1));
    assertArrayEquals(first, Dl4jFileModel.parse(json, "x", new Shape(2, 8, 7)).initial(1));
  }

  @Test
  void dropoutInAFileIsDrawnFromTheBatch() {
    String json =
        list()
            .layer(dense(20).dropOut(0.5).build())
            .layer(output(3))
            .setInputType(InputType.feedForward(30))
            .build()
            .toJson();
    ModelSpec model = Dl4jFileModel.parse(json, "dropout.json", Shape.flat(30));
    float[] p = Networks.parameters(model, 39);
    MiniBatch batch = Networks.batch(model, EXAMPLES, 40);
    float[] first = new float[p.length];
    float[] again = new float[p.length];
    float[] other = new float[p.length];
    try (GradientFunction f = model.open()) {
      f.gradient(p, batch, first);
      f.gradient(p, batch, again);
      batch.filled(EXAMPLES, new MiniBatch.Draw(40, 6, 1));
      f.gradient(p, batch, other);
    }
    assertArrayEquals(first, again);
    assertFalse(Arrays.equals(first, other));
  }

  @Test
  void itSurvivesSerialization() throws IOException, ClassNotFoundException {
    ModelSpec model = Dl4jFileModel.parse(graph().toJson(), "graph.json", Shape.flat(5));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(model);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      ModelSpec read = (ModelSpec) in.readObject();
      assertEquals(model.layout(), read.layout());
      assertArrayEquals(model.initial(3), read.initial(3));
    }
  }

  @TestFactory
  Stream<DynamicTest> whatWouldSilentlyChangeTheResultIsRefused() {
    return Stream.of(
        refused("l2", "regularisation", l -> l.l2(0.1)),
        refused("l1 of biases", "regularisation", l -> l.l1Bias(0.1)),
        refused("weight decay", "regularisation", l -> l.weightDecay(0.1)),
        refused(
            "clipping",
            "clipping",
            l -> l.gradientNormalization(GradientNormalization.ClipL2PerLayer)),
        refused("weight noise", "weight noise", l -> l.weightNoise(new DropConnect(0.5))),
        refused("random activation", "RReLU", l -> l.activation(Activation.RRELU)),
        refused("other noise", "GaussianDropout", l -> l.dropOut(new GaussianDropout(0.5))),
        refused("constraint", "constraints", l -> l.constrainWeights(new MaxNormConstraint(1, 1))));
  }

  private static DynamicTest refused(
      String name, String rule, Consumer<DenseLayer.Builder> change) {
    return DynamicTest.dynamicTest(
        name,
        () -> {
          DenseLayer.Builder hidden = dense(4);
          change.accept(hidden);
          String json =
              list()
                  .layer(hidden.build())
                  .layer(output(3))
                  .setInputType(InputType.feedForward(5))
                  .build()
                  .toJson();
          assertRefused(json, Shape.flat(5), rule);
        });
  }

  @Test
  void otherLossesAndLayersAreRefused() {
    String loss =
        list()
            .layer(
                new OutputLayer.Builder(LossFunction.XENT)
                    .nIn(5)
                    .nOut(3)
                    .activation(Activation.SIGMOID)
                    .build())
            .build()
            .toJson();
    assertRefused(loss, Shape.flat(5), "the loss must be");
    String layer =
        list()
            .layer(
                new CenterLossOutputLayer.Builder(LossFunction.MCXENT)
                    .nIn(5)
                    .nOut(3)
                    .activation(Activation.SOFTMAX)
                    .build())
            .build()
            .toJson();
    assertRefused(layer, Shape.flat(5), "this kind of layer");
    String open = list().layer(dense(4).nIn(5).build()).build().toJson();
    assertRefused(open, Shape.flat(5), "must be an output layer");
  }

  @Test
  void textThatIsNoConfigurationIsRefused() {
    for (String text : new String[] {"", "{}", "[1]", "not json", "{\"networkOutputs\": 3}"}) {
      assertRefused(text, Shape.flat(5), "not a Deeplearning4j configuration");
    }
  }

  @Test
  void dataOfAnotherShapeAreRefused() {
    String json = convolutional().build().toJson();
    assertRefused(json, new Shape(3, 8, 7), "does not accept examples of 3x8x7");
    assertRefused(graph().toJson(), Shape.flat(6), "does not accept examples of 6");
  }

  private static void assertRefused(String json, Shape input, String part) {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Dl4jFileModel.parse(json, "model.json", input))
            .getMessage();
    assertTrue(message.startsWith("model.json: ") && message.contains(part), message);
    assertEquals(1, message.lines().count(), message);
  }

  /** Whether any object of {@link Foreign} was made. */
  private static boolean made;

  /** A layer of somebody else, as a file may name it. */
  public static final class Foreign extends org.deeplearning4j.nn.conf.layers.FeedForwardLayer {

    private static final long serialVersionUID = 1;

    public Foreign() {
      made = true;
    }

    @Override
    public org.deeplearning4j.nn.api.Layer instantiate(
        org.deeplearning4j.nn.conf.NeuralNetConfiguration conf,
        java.util.Collection<org.deeplearning4j.optimize.api.TrainingListener> listeners,
        int index,
        INDArray parameters,
        boolean initialise,
        org.nd4j.linalg.api.buffer.DataType type) {
      throw new UnsupportedOperationException();
    }

    @Override
    public org.deeplearning4j.nn.api.ParamInitializer initializer() {
      throw new UnsupportedOperationException();
    }

    @Override
    public org.deeplearning4j.nn.conf.memory.LayerMemoryReport getMemoryReport(
        org.deeplearning4j.nn.conf.inputs.InputType input) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void aFileThatNamesAForeignClassIsRefusedBeforeAnObjectOfItIsMade() {
    String good = list().layer(dense(3).nIn(2).build()).layer(output(2)).build().toJson();
    String own = "org.deeplearning4j.nn.conf.layers.DenseLayer";
    String key = '"' + "@class" + "\" : \"" + own + '"';
    assertTrue(good.contains(key), good);
    Dl4jFileModel.parse(good, "own.json", Shape.flat(2));
    String foreign = Foreign.class.getName();
    for (String bad :
        new String[] {
          good.replace(own, foreign),
          good.replace(own, "io.kudari.engine." + "DenseLayer"),
          good.replace("\"@class\" : \"" + own, "\"\\u0040class\" : \"" + foreign),
          good.replace(key, "\"@class\" : \"" + foreign + "\", " + key),
          good.replace(key, key + ", \"@class\" : \"" + foreign + '"')
        }) {
      assertFalse(bad.equals(good));
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> Dl4jFileModel.parse(bad, "bad.json", Shape.flat(2)))
              .getMessage();
      assertTrue(message.startsWith("bad.json: names the class 'io.kudari.engine."), message);
      assertFalse(message.contains("\n"), message);
    }
    assertFalse(made, "an object of a foreign class was made");
  }
}
