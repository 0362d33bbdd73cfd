package io.kudari.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.engine.dl4j.Dl4jModel;
import io.kudari.engine.program.ProgramModel;
import io.kudari.model.Activation;
import io.kudari.model.GradientFunction;
import io.kudari.model.LayerSpec;
import io.kudari.model.MiniBatch;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Where the derivative jumps, both engines take the same side: at a rectifier's 0 that of the
 * negative values (of a leaky one, of the positive), in a tie of a window's largest values that of
 * the first. Such zeros and ties are no rare accident: while biases are 0, every blank window of an
 * image is one.
 *
 * <p>The network adds two channels. The first holds 2 to the number of its cell in the window, the
 * second what is missing to a wanted sum: the gradient by the first channel's weight tells which
 * cell was taken.
 */
class TiesTest {

  private static final int EXAMPLES = 3;
  private static final int WINDOWS = 4;

  @ParameterizedTest
  @CsvSource({"RELU, 1", "RELU, 16", "LEAKY_RELU, 1", "LEAKY_RELU, 16"})
  void bothEnginesTakeTheSameSide(Activation activation, int filters) {
    LayerSpec sum = Networks.convolution(filters, 1, 1, 0);
    LayerSpec active = Networks.activate(activation);
    for (int size : new int[] {2, 3}) {
      Shape in = new Shape(2, 2 * size, 2 * size);
      LayerSpec pooling = Networks.maxPooling(size);
      for (List<LayerSpec> order : List.of(List.of(active, pooling), List.of(pooling, active))) {
        check(
            Networks.classifier(
                in, sum, order.get(0), order.get(1), Networks.dense(2), Networks.SOFTMAX),
            filters,
            size,
            activation == Activation.LEAKY_RELU);
      }
    }
  }

  private static void check(NetworkSpec network, int filters, int size, boolean leaky) {
    float[] parameters = parameters(network, filters);
    try (GradientFunction program = new ProgramModel(network).open();
        GradientFunction floats = new Dl4jModel(network).open();
        GradientFunction doubles = new Dl4jModel(network).open(DataType.DOUBLE)) {
      for (int tied = 1; tied < 1 << size * size; tied += size == 2 ? 1 : 37) {
        for (int top : new int[] {4, 0, -4}) {
          MiniBatch batch = batch(network.input(), size, tied, top);
          float[] found = gradient(program, parameters, batch);
          String tie =
              network.layers() + ", largest " + top + " in " + Integer.toBinaryString(tied);
          int first = top > 0 || leaky ? Integer.lowestOneBit(tied) : 0;
          for (int f = 0; f < filters; f++) {
            float taken = first == 0 ? found[f] : found[filters + 2 * f] / found[f];
            assertEquals(first, taken, 1e-4f * first, tie);
          }
          assertClose(gradient(floats, parameters, batch), found, tie);
          assertClose(gradient(doubles, parameters, batch), found, tie);
        }
      }
    }
  }

  /** The convolution adds its channels; every output of its counts a little for the first class. */
  private static float[] parameters(NetworkSpec network, int filters) {
    float[] parameters = new float[network.layout().size()];
    for (int i = filters; i < 3 * filters; i++) parameters[i] = 1;
    for (int i = 0; i < WINDOWS * filters; i++) parameters[3 * filters + i] = 0.01f;
    return parameters;
  }

  /** In every window, the cells named by the bits of {@code tied} sum to the top, others below. */
  private static MiniBatch batch(Shape in, int size, int tied, int top) {
    MiniBatch batch = MiniBatch.labelled(in, EXAMPLES);
    int pixels = in.height() * in.width();
    for (int e = 0; e < EXAMPLES; e++) {
      for (int i = 0; i < pixels; i++) {
        int cell = i / in.width() % size * size + i % in.width() % size;
        int sum = (tied >> cell & 1) == 1 ? top : top - 1;
        batch.features()[e * 2 * pixels + i] = 1 << cell;
        batch.features()[(e * 2 + 1) * pixels + i] = sum - (1 << cell);
      }
    }
    batch.filled(EXAMPLES, new MiniBatch.Draw(0, 0, 0));
    return batch;
  }

  private static void assertClose(float[] expected, float[] found, String message) {
    float largest = 0;
    for (float g : expected) largest = Math.max(largest, Math.abs(g));
    assertArrayEquals(expected, found, 1e-5f * largest, message);
  }

  private static float[] gradient(GradientFunction function, float[] parameters, MiniBatch batch) {
    float[] sum = new float[parameters.length];
    function.gradient(parameters, batch, sum);
    return sum;
  }
}
