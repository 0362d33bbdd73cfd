package io.kudari.lab.generalisation;

import io.kudari.lab.Check;
import io.kudari.lab.Table;
import io.kudari.math.Layout;
import io.kudari.math.RandomStream;
import io.kudari.math.RandomStream.Purpose;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.model.GradientFunction;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.MiniBatch;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.Step;
import io.kudari.run.Models;
import java.util.List;
import java.util.Map;

/** What Kudari's decay does in a step of gradient 0, and its dropout to a linear layer. */
class Identities {

  private static final double RATE = .1;
  private static final double DECAY = .3;
  private static final double DROPPED = .1;
  private static final int MASKS = 1000;
  private static final int INPUTS = 100;

  /** A linear layer of one unit, the inputs of which are dropped. */
  private static NetworkSpec linear() {
    return new NetworkSpec(
        Shape.flat(INPUTS),
        List.of(
            new LayerSpec.Dropout(DROPPED),
            new LayerSpec.Dense(1, new Initializer(Initializer.Kind.CONSTANT, .5))),
        Loss.MEAN_SQUARED_ERROR);
  }

  /** What the optimizer takes for weights and biases. */
  Layout layout() {
    return linear().layout();
  }

  /** What a mask makes of the layer's output. */
  double masked(double output) {
    return output;
  }

  /** The greatest change of a bias, and of a weight × (1 − ηλ) to what it became. */
  private double[] step() {
    Layout right = linear().layout();
    float[] before = new float[right.size()];
    RandomStream random = new RandomStream(1, Purpose.GENERATOR, 70, 0);
    for (int i = 0; i < before.length; i++) before[i] = (float) random.gaussian();
    float[] after = before.clone();
    new OptimizerSpec("sgd", Map.of("learning-rate", RATE, "l2", DECAY))
        .open(layout(), 1)
        .step(after, new float[before.length], Step.of(0, RATE));
    double biases = 0;
    double weights = 0;
    for (Segment s : right.segments())
      for (int i = s.offset(); i < s.end(); i++) {
        if (s.role() == Role.BIAS) biases = Math.max(biases, Math.abs(after[i] - before[i]));
        else weights = Math.max(weights, Math.abs(after[i] - before[i] * (1 - RATE * DECAY)));
      }
    return new double[] {biases, weights};
  }

  /**
   * Mean of the outputs of 1,000 masks / the output in inference, and how many standard errors that
   * is from 1.
   */
  private double[] masks() {
    NetworkSpec network = linear();
    float[] parameters = network.initial(1);
    float[] gradient = new float[parameters.length];
    float[] output = new float[1];
    double sum = 0;
    double squares = 0;
    try (GradientFunction function = Models.of(network).open()) {
      for (int m = 0; m < MASKS; m++) {
        function.gradient(parameters, batch(m), gradient);
        // With the target 0 the derivative of y² by the bias is 2 y, y of the mask.
        double y = masked(gradient[parameters.length - 1] / 2.0);
        sum += y / MASKS;
        squares += y * y / MASKS;
      }
      function.outputs(parameters, batch(0), output);
    }
    double error = Math.sqrt((squares - sum * sum) / MASKS);
    return new double[] {sum / output[0], Math.abs(sum - output[0]) / error};
  }

  private static MiniBatch batch(int mask) {
    MiniBatch batch = MiniBatch.targeted(Shape.flat(INPUTS), 1, 1);
    for (int i = 0; i < INPUTS; i++) batch.features()[i] = 1 + i % 3;
    batch.filled(1, new MiniBatch.Draw(1, mask, 0));
    return batch;
  }

  /** Whether both are as they must be. */
  List<Check> checks(String biases, String rescale) {
    double[] step = step();
    double[] masks = masks();
    return List.of(
        Check.near("biases", "change of biases in a step of gradient 0", step[0], 0, 0, biases),
        Check.atMost(
            "weights", "distance of weights to (1 − ηλ) times themselves", step[1], 1e-6, biases),
        Check.near("masks", "mean output of 1,000 masks / inference", masks[0], 1, .01, rescale),
        Check.atMost("masks-errors", "the same in standard errors from 1", masks[1], 3, rescale));
  }

  /** What the checks measure. */
  Table table() {
    double[] step = step();
    double[] masks = masks();
    return new Table(
        "Identities",
        List.of("", "measured", "right"),
        List.of(
            List.of("change of a bias in a step of gradient 0", step[0], 0),
            List.of("change of a weight, off (1 − ηλ)", step[1], 0),
            List.of("mean output of 1,000 masks of dropout / inference", masks[0], 1),
            List.of("the same in standard errors from 1", masks[1], 0)));
  }
}
