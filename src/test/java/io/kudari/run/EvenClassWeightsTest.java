package io.kudari.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.kudari.config.Experiment;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Classes that all weigh as much are as classes without weights, running statistics included: a
 * power of two scales every sum without rounding.
 */
class EvenClassWeightsTest {

  private static final String EXPERIMENT =
      """
      data { train { format = digits, examples = 240, seed = 3 }, validation = 0.1 }
      model.layers = [
        { type = dense, units = 9 }, { type = batch-norm }, { type = activation, function = relu }
        { type = dense, units = auto }
      ]
      train { epochs = 2, batch = 40, workers = 4, strategy = serial }
      """;

  private static final String TWICE =
      "train.class-weights={\"0\"=2,\"1\"=2,\"2\"=2,\"3\"=2,\"4\"=2,\"5\"=2,\"6\"=2,\"7\"=2,\"8\"=2,\"9\"=2}";

  private static float[] parameters(String... sets) throws Exception {
    Experiment one = Experiment.parse("test", EXPERIMENT, List.of(sets), new Configuration());
    return Training.of(one).run().parameters();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ name = gradient-sharing }",
        "{ name = parameter-averaging, local-steps = 3 }",
        "{ name = elastic-averaging, local-steps = 2 }"
      })
  void classesOfEvenWeightsTrainToTheBitsOfNone(String algorithm) throws Exception {
    String setting = "train.algorithm=" + algorithm;
    assertArrayEquals(parameters(setting), parameters(setting, TWICE));
  }
}
