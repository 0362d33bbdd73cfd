package io.kudari.optim;

import java.util.function.UnaryOperator;

/**
 * Optimizers of one scalar in double precision, written from the papers' formulas: what the float
 * kernels are held against.
 */
interface Reference {

  /** The new parameter. */
  double step(double p, double g, double rate);

  /** An optimizer for each coordinate. */
  static double[] walk(
      java.util.function.Supplier<Reference> kind,
      UnaryOperator<double[]> gradient,
      int steps,
      double rate,
      double... start) {
    double[] x = start.clone();
    Reference[] each = new Reference[x.length];
    for (int i = 0; i < x.length; i++) each[i] = kind.get();
    for (int t = 0; t < steps; t++) {
      double[] g = gradient.apply(x.clone());
      for (int i = 0; i < x.length; i++) x[i] = each[i].step(x[i], g[i], rate);
    }
    return x;
  }

  static Reference sgd() {
    return (p, g, rate) -> p - rate * g;
  }

  static Reference momentum(double mu) {
    double[] v = new double[1];
    return (p, g, rate) -> {
      v[0] = mu * v[0] - rate * g;
      return p + v[0];
    };
  }

  /** θ += μ² v − (1 + μ) η g with the old v, then v ← μ v − η g. */
  static Reference nesterov(double mu) {
    double[] v = new double[1];
    return (p, g, rate) -> {
      double next = p + mu * mu * v[0] - (1 + mu) * rate * g;
      v[0] = mu * v[0] - rate * g;
      return next;
    };
  }

  /** The same with the new v in the sum: the textbook code that is another method. */
  static Reference nesterovOfTextbooks(double mu) {
    double[] v = new double[1];
    return (p, g, rate) -> {
      v[0] = mu * v[0] - rate * g;
      return p + mu * mu * v[0] - (1 + mu) * rate * g;
    };
  }

  /** w ← w − v with v = α v − η g: climbs. */
  static Reference signError(double mu) {
    double[] v = new double[1];
    return (p, g, rate) -> {
      v[0] = mu * v[0] - rate * g;
      return p - v[0];
    };
  }

  static Reference adaGrad(double initial, double epsilon) {
    double[] sum = {initial};
    return (p, g, rate) -> {
      sum[0] += g * g;
      return p - rate * g / (Math.sqrt(sum[0]) + epsilon);
    };
  }

  static Reference adaDelta(double rho, double epsilon) {
    double[] s = new double[2];
    return (p, g, rate) -> {
      s[0] = rho * s[0] + (1 - rho) * g * g;
      double d = Math.sqrt((s[1] + epsilon) / (s[0] + epsilon)) * g;
      s[1] = rho * s[1] + (1 - rho) * d * d;
      return p - rate * d;
    };
  }

  static Reference rmsProp(double gamma, double epsilon) {
    double[] s = new double[1];
    return (p, g, rate) -> {
      s[0] = gamma * s[0] + (1 - gamma) * g * g;
      return p - rate * g / (Math.sqrt(s[0]) + epsilon);
    };
  }

  static Reference adam(double beta1, double beta2, double epsilon, boolean hat) {
    double[] s = new double[3];
    return (p, g, rate) -> {
      double t = ++s[2];
      s[0] = beta1 * s[0] + (1 - beta1) * g;
      s[1] = beta2 * s[1] + (1 - beta2) * g * g;
      double c1 = 1 - Math.pow(beta1, t);
      double c2 = 1 - Math.pow(beta2, t);
      return hat
          ? p - rate * Math.sqrt(c2) / c1 * s[0] / (Math.sqrt(s[1]) + epsilon)
          : p - rate * (s[0] / c1) / (Math.sqrt(s[1] / c2) + epsilon);
    };
  }
}
