package io.kudari.engine.dl4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kudari.engine.Networks;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.model.GradientFunction;
import io.kudari.model.MiniBatch;
import io.kudari.model.NetworkSpec;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.api.buffer.DataType;

public class Dl4jGradientTest {

  private static final int EXAMPLES = 5;
  private static final float STEP = 0x1.0p-18f;

  @TestFactory
  Stream<DynamicTest> everyGradientAgreesWithFiniteDifferences() {
    return Networks.all().entrySet().stream()
        .map(e -> DynamicTest.dynamicTest(e.getKey(), () -> checkDifferences(e)));
  }

  /**
   * The loss is evaluated in double precision. Parameters are multiples of the step, so that both
   * they and their neighbours are exact floats; the step is small enough to stay clear of kinks.
   */
  private static void checkDifferences(Map.Entry<String, NetworkSpec> named) {
    Dl4jModel model = new Dl4jModel(named.getValue());
    float[] at = Networks.parameters(model, 11);
    for (int i = 0; i < at.length; i++) at[i] = Math.round(at[i] / STEP) * STEP;
    MiniBatch batch = Networks.batch(model, EXAMPLES, 12);
    float[] single = new float[at.length];
    float[] ignored = new float[at.length];
    try (GradientFunction floats = model.open();
        GradientFunction doubles = model.open(DataType.DOUBLE)) {
      double loss = floats.gradient(at, batch, single);
      assertEquals(doubles.gradient(at, batch, ignored), loss, 1e-5 * Math.abs(loss), "loss");
      for (Segment s : model.layout().segments()) {
        if (s.role() == Role.STATISTIC) continue;
        for (int i = s.offset(); i < s.end(); i += Math.max(1, s.size() / 8)) {
          float kept = at[i];
          at[i] = kept + STEP;
          double above = doubles.gradient(at, batch, ignored);
          at[i] = kept - STEP;
          double below = doubles.gradient(at, batch, ignored);
          at[i] = kept;
          double expected = (above - below) / (2 * STEP);
          assertEquals(expected, single[i], 1e-5 + 2e-5 * Math.abs(expected), s.name() + " " + i);
        }
      }
    }
    assertTrue(norm(single) > 1e-3, "the gradient is not all zero");
  }

  private static double norm(float[] values) {
    double sum = 0;
    for (float v : values) sum += (double) v * v;
    return Math.sqrt(sum);
  }
}
