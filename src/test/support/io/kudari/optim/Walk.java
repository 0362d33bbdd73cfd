package io.kudari.optim;

import io.kudari.math.Layout;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Runs an optimizer on an analytic function of few variables. */
public final class Walk {

  private Walk() {}

  /** x² / 20 + y². */
  public static final UnaryOperator<double[]> PARABOLA = x -> new double[] {x[0] / 10, 2 * x[1]};

  /**
   * The gradient of the published Torch7 runs, whose second component lacks nothing but symmetry.
   */
  public static final UnaryOperator<double[]> VALLEY =
      p -> {
        double d = p[1] - p[0] * p[0];
        return new double[] {-400 * p[0] * d - 2 * (1 - p[0]), 200 * p[0] * d};
      };

  public static OptimizerSpec spec(String name, Object... settings) {
    Map<String, Object> map = new java.util.HashMap<>();
    for (int i = 0; i < settings.length; i += 2) map.put((String) settings[i], settings[i + 1]);
    return new OptimizerSpec(name, map);
  }

  /** The end of so many steps at the specification's own constant rate. */
  public static float[] walk(
      OptimizerSpec spec, UnaryOperator<double[]> gradient, int steps, double... start) {
    Optimizer optimizer = spec.open(Layout.flat(start.length), 1);
    float[] x = floats(start);
    for (int t = 0; t < steps; t++) {
      float[] g = floats(gradient.apply(doubles(x)));
      optimizer.step(x, g, Step.of(t, spec.learningRate()));
    }
    return x;
  }

  public static float[] floats(double... x) {
    float[] f = new float[x.length];
    for (int i = 0; i < f.length; i++) f[i] = (float) x[i];
    return f;
  }

  public static double[] doubles(float... x) {
    double[] d = new double[x.length];
    for (int i = 0; i < d.length; i++) d[i] = x[i];
    return d;
  }
}
