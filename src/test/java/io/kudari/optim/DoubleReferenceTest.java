package io.kudari.optim;

import static io.kudari.optim.Walk.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.math.Layout;
import io.kudari.math.RandomStream;
import java.util.function.Supplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The float kernels stay with double-precision references on random gradients of any scale. */
class DoubleReferenceTest {

  @Property(tries = 60)
  void adaGradStaysWithItsReference(
      @ForAll long seed, @ForAll @IntRange(min = -4, max = 4) int scale) {
    follows(spec("adagrad", "learning-rate", 0.1), () -> Reference.adaGrad(0, 1e-10), seed, scale);
  }

  @Property(tries = 60)
  void adaDeltaStaysWithItsReference(
      @ForAll long seed, @ForAll @IntRange(min = -4, max = 4) int scale) {
    follows(spec("adadelta"), () -> Reference.adaDelta(0.95, 1e-6), seed, scale);
  }

  @Property(tries = 60)
  void rmsPropStaysWithItsReference(
      @ForAll long seed, @ForAll @IntRange(min = -4, max = 4) int scale) {
    follows(spec("rmsprop"), () -> Reference.rmsProp(0.9, 1e-8), seed, scale);
  }

  @Property(tries = 60)
  void adamStaysWithItsReference(
      @ForAll long seed, @ForAll @IntRange(min = -4, max = 4) int scale, @ForAll boolean hat) {
    OptimizerSpec s = spec("adam", "epsilon-hat", hat);
    follows(s, () -> Reference.adam(0.9, 0.999, 1e-8, hat), seed, scale);
  }

  /** Forty steps of seventeen parameters; the sum of |steps| bounds what rounding may do. */
  private static void follows(OptimizerSpec spec, Supplier<Reference> kind, long seed, int scale) {
    int n = 17;
    RandomStream random = new RandomStream(seed, RandomStream.Purpose.TEST, 0, 0);
    Optimizer optimizer = spec.open(Layout.flat(n), 1);
    Reference[] references = new Reference[n];
    double[] exact = new double[n];
    double[] path = new double[n];
    float[] x = new float[n];
    for (int i = 0; i < n; i++) references[i] = kind.get();
    for (int t = 0; t < 40; t++) {
      float[] g = new float[n];
      for (int i = 0; i < n; i++) {
        g[i] = (float) (random.gaussian() * Math.pow(10, scale));
        double next = references[i].step(exact[i], g[i], spec.learningRate());
        path[i] += Math.abs(next - exact[i]);
        exact[i] = next;
      }
      optimizer.step(x, g, Step.of(t, spec.learningRate()));
      for (int i = 0; i < n; i++) assertEquals(exact[i], x[i], 2e-5 * path[i] + 1e-12);
    }
  }
}
