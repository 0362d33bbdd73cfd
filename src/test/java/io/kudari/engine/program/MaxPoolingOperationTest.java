package io.kudari.engine.program;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.math.RandomStream;
import io.kudari.model.LayerSpec;
import io.kudari.model.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaxPoolingOperationTest {

  private static final int EXAMPLES = 3;

  /** Between the closest floats that there are: a tie is a tie, and any difference counts. */
  private static final float[] VALUES = {
    -Float.MAX_VALUE, -1, -Float.MIN_VALUE, 0, Float.MIN_VALUE, 1, Math.nextUp(1f), Float.MAX_VALUE
  };

  /** Windows that cover the image, leave a margin, leave gaps, and overlap. */
  @ParameterizedTest
  @CsvSource({"2, 2, 6, 4", "2, 2, 7, 5", "3, 3, 9, 9", "2, 3, 8, 8", "3, 2, 7, 9", "3, 1, 5, 6"})
  void theGradientGoesToTheFirstLargestValue(int size, int stride, int height, int width) {
    for (int channels : new int[] {1, 3, 20}) {
      Shape in = new Shape(channels, height, width);
      LayerSpec.Pooling layer = new LayerSpec.Pooling(LayerSpec.Pooling.Kind.MAX, size, stride);
      check(layer, in);
    }
  }

  private static void check(LayerSpec.Pooling layer, Shape in) {
    Shape out =
        new Shape(
            in.channels(),
            (in.height() - layer.size()) / layer.stride() + 1,
            (in.width() - layer.size()) / layer.stride() + 1);
    MaxPoolingOperation operation = new MaxPoolingOperation(layer, in, out);
    Pass pass = new Pass();
    pass.count = EXAMPLES;
    RandomStream random = new RandomStream(7, RandomStream.Purpose.TEST, in.size(), 0);
    float[] x = new float[EXAMPLES * in.size()];
    for (int i = 0; i < x.length; i++) x[i] = VALUES[random.below(VALUES.length)];
    float[] gradient = new float[EXAMPLES * out.size()];
    for (int i = 0; i < gradient.length; i++) gradient[i] = 1 + random.below(1000);
    float[] largest = operation.forward(pass, x).clone();
    float[] found = operation.backward(pass, gradient.clone(), true);

    float[] expected = new float[x.length];
    for (int i = 0; i < gradient.length; i++) {
      int first = first(layer, in, out, x, i);
      assertEquals(x[first], largest[i], "output " + i);
      expected[first] += gradient[i];
    }
    for (int i = 0; i < x.length; i++) {
      assertEquals(expected[i], found[i] + 0f, "derivative by input " + i);
    }
  }

  /** The index of the first largest value of window {@code i}, by comparing one after the other. */
  private static int first(LayerSpec.Pooling layer, Shape in, Shape out, float[] x, int i) {
    int c = i % in.channels();
    int column = i / in.channels() % out.width() * layer.stride();
    int line = i / in.channels() / out.width() % out.height() * layer.stride();
    int image = i / out.size();
    int best = -1;
    for (int dy = 0; dy < layer.size(); dy++) {
      for (int dx = 0; dx < layer.size(); dx++) {
        int pixel = (image * in.height() + line + dy) * in.width() + column + dx;
        int at = pixel * in.channels() + c;
        if (best < 0 || x[at] > x[best]) best = at;
      }
    }
    return best;
  }
}
