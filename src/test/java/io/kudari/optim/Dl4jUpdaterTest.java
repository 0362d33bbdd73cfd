package io.kudari.optim;

import static io.kudari.optim.Walk.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.engine.dl4j.Nd4jSetup;
import io.kudari.math.Layout;
import io.kudari.math.RandomStream;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;

/** The recipes reproduce Deeplearning4j's own updaters under the settings of their variants. */
class Dl4jUpdaterTest {

  /** Whoever loads ND4J first decides on its threads, for the other tests of this JVM as well. */
  @BeforeAll
  static void loadNd4j() {
    Nd4jSetup.apply();
  }

  record Pair(OptimizerSpec spec, IUpdater updater) {}

  static List<Pair> pairs() {
    return List.of(
        new Pair(spec("adadelta", "decay", 0.95, "epsilon", 1e-6), new AdaDelta(0.95, 1e-6)),
        new Pair(
            spec("adam", "learning-rate", 0.01, "epsilon", 1e-6, "epsilon-hat", true),
            new Adam(0.01, 0.9, 0.999, 1e-6)),
        new Pair(
            spec(
                "rmsprop",
                "learning-rate",
                0.01,
                "decay",
                0.95,
                "epsilon",
                1e-4,
                "initial-accumulator",
                1e-4),
            new RmsProp(0.01, 0.95, 1e-4)),
        new Pair(
            spec("nesterov", "learning-rate", 0.01, "velocity", "inside"),
            new Nesterovs(0.01, 0.9)),
        new Pair(
            spec("adagrad", "learning-rate", 0.1, "epsilon", 1e-4, "initial-accumulator", 1e-6),
            new AdaGrad(0.1, 1e-4)),
        new Pair(
            spec("amsgrad", "learning-rate", 0.01, "epsilon", 1e-6, "epsilon-hat", true),
            new AMSGrad(0.01, 0.9, 0.999, 1e-6)));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void theUpdateIsDeeplearning4js(Pair pair) {
    int n = 23;
    RandomStream random = new RandomStream(11, RandomStream.Purpose.TEST, 0, 0);
    INDArray state = Nd4j.create(1, Math.max(1, pair.updater.stateSize(n)));
    GradientUpdater<?> theirs = pair.updater.instantiate(state, true);
    Optimizer ours = pair.spec.open(Layout.flat(n), 1);
    float[] x = new float[n];
    double[] y = new double[n];
    double[] path = new double[n];
    for (int t = 0; t < 60; t++) {
      float[] g = new float[n];
      for (int i = 0; i < n; i++) g[i] = (float) random.gaussian();
      INDArray update = Nd4j.createFromArray(g.clone()).reshape(1, n);
      theirs.applyUpdater(update, t, 0);
      for (int i = 0; i < n; i++) {
        y[i] -= update.getFloat(0, i);
        path[i] += Math.abs(update.getFloat(0, i));
      }
      ours.step(x, g, Step.of(t, pair.spec.learningRate()));
      for (int i = 0; i < n; i++) assertEquals(y[i], x[i], 2e-5 * path[i]);
    }
  }
}
