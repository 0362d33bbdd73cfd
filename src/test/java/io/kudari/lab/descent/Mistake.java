package io.kudari.lab.descent;

import io.kudari.optim.OptimizerSpec;

/** Optimizers with a mistake that people have made; all other recipes are Kudari's. */
enum Mistake implements Stepper.Source {
  /** v ← μv − ηg, w ← w − v. */
  SIGN("momentum") {
    @Override
    double move(double[] s, double g, double rate, OptimizerSpec spec, long t) {
      s[0] = number(spec, "momentum") * s[0] - rate * g;
      return -s[0];
    }
  },
  /** v ← μv + (1 − μ) g. */
  DAMPED("momentum") {
    @Override
    double move(double[] s, double g, double rate, OptimizerSpec spec, long t) {
      double mu = number(spec, "momentum");
      s[0] = mu * s[0] + (1 - mu) * g;
      return -rate * s[0];
    }
  },
  NO_VELOCITY("momentum") {
    @Override
    double move(double[] s, double g, double rate, OptimizerSpec spec, long t) {
      return -rate * g;
    }
  },
  /** The new velocity in the place of the old. */
  TEXTBOOK_NESTEROV("nesterov") {
    @Override
    double move(double[] s, double g, double rate, OptimizerSpec spec, long t) {
      double mu = number(spec, "momentum");
      s[0] = mu * s[0] - rate * g;
      return mu * mu * s[0] - (1 + mu) * rate * g;
    }
  },
  /** Momentum under its name. */
  PLAIN_NESTEROV("nesterov") {
    @Override
    double move(double[] s, double g, double rate, OptimizerSpec spec, long t) {
      s[0] = number(spec, "momentum") * s[0] - rate * g;
      return s[0];
    }
  },
  ADAGRAD_NO_SUM("adagrad") {
    @Override
    double move(double[] s, double g, double rate, OptimizerSpec spec, long t) {
      return -rate * g / (Math.abs(g) + 1e-7);
    }
  },
  ADAGRAD_NO_ROOT("adagrad") {
    @Override
    double move(double[] s, double g, double rate, OptimizerSpec spec, long t) {
      s[0] += g * g;
      return -rate * g / (s[0] + 1e-7);
    }
  },
  RMSPROP_SWAPPED("rmsprop") {
    @Override
    double move(double[] s, double g, double rate, OptimizerSpec spec, long t) {
      double rho = number(spec, "decay");
      s[0] = (1 - rho) * s[0] + rho * g * g;
      return -rate * g / (Math.sqrt(s[0]) + 1e-8);
    }
  },
  /** The mean of g² where that of the steps' squares belongs. */
  ADADELTA_G2("adadelta") {
    @Override
    double move(double[] s, double g, double rate, OptimizerSpec spec, long t) {
      double rho = number(spec, "decay");
      double epsilon = number(spec, "epsilon");
      s[0] = rho * s[0] + (1 - rho) * g * g;
      double step = Math.sqrt(s[1] + epsilon) / Math.sqrt(s[0] + epsilon) * g;
      s[1] = rho * s[1] + (1 - rho) * g * g;
      return -rate * step;
    }
  },
  ADAM_UNCORRECTED("adam") {
    @Override
    double move(double[] s, double g, double rate, OptimizerSpec spec, long t) {
      s[0] = .9 * s[0] + .1 * g;
      s[1] = .999 * s[1] + .001 * g * g;
      return -rate * s[0] / (Math.sqrt(s[1]) + 1e-8);
    }
  },
  /** The second moment stays as it is. */
  ADAM_FIRST_CORRECTED("adam") {
    @Override
    double move(double[] s, double g, double rate, OptimizerSpec spec, long t) {
      s[0] = .9 * s[0] + .1 * g;
      s[1] = .999 * s[1] + .001 * g * g;
      return -rate * s[0] / (1 - Math.pow(.9, t + 1)) / (Math.sqrt(s[1]) + 1e-8);
    }
  },
  /** The update stands behind the loop over parameters. */
  ADAM_LAST_ONLY("adam") {
    @Override
    double move(double[] s, double g, double rate, OptimizerSpec spec, long t) {
      return adam(s, g, rate, t);
    }

    @Override
    int first(int size) {
      return size - 1;
    }
  },
  /** lr / (√h + ε) without the gradient. */
  NO_GRADIENT("adagrad") {
    @Override
    double move(double[] s, double g, double rate, OptimizerSpec spec, long t) {
      s[0] += g * g;
      return -rate / (Math.sqrt(s[0]) + 1e-7);
    }
  },
  /** w ← w − (lr − g). */
  RATE_MINUS_GRADIENT("sgd") {
    @Override
    double move(double[] s, double g, double rate, OptimizerSpec spec, long t) {
      return -(rate - g);
    }
  },
  /** One sum of squares for all parameters. */
  ADAGRAD_SHARED("adagrad") {
    @Override
    public Stepper open(OptimizerSpec spec, int size, long seed) {
      if (!spec.name().equals("adagrad")) return KUDARI.open(spec, size, seed);
      double[] sum = new double[1];
      return (point, gradient, step) -> {
        for (float g : gradient) sum[0] += (double) g * g / size;
        for (int i = 0; i < size; i++)
          point[i] -= (float) (spec.learningRate() * gradient[i] / (Math.sqrt(sum[0]) + 1e-7));
      };
    }

    @Override
    double move(double[] s, double g, double rate, OptimizerSpec spec, long t) {
      throw new AssertionError("it moves all parameters at once");
    }
  };

  private final String recipe;

  Mistake(String recipe) {
    this.recipe = recipe;
  }

  /**
   * How far a parameter moves.
   *
   * @param s what is kept of it
   */
  abstract double move(double[] s, double g, double rate, OptimizerSpec spec, long t);

  /** The first parameter that is learned. */
  int first(int size) {
    return 0;
  }

  private static double number(OptimizerSpec spec, String key) {
    return (double) spec.settings().get(key);
  }

  private static double adam(double[] s, double g, double rate, long t) {
    s[0] = .9 * s[0] + .1 * g;
    s[1] = .999 * s[1] + .001 * g * g;
    double first = s[0] / (1 - Math.pow(.9, t + 1));
    double second = s[1] / (1 - Math.pow(.999, t + 1));
    return -rate * first / (Math.sqrt(second) + 1e-8);
  }

  @Override
  public Stepper open(OptimizerSpec spec, int size, long seed) {
    if (!spec.name().equals(recipe)) return KUDARI.open(spec, size, seed);
    double[][] slots = new double[size][2];
    return (point, gradient, step) -> {
      for (int i = first(size); i < size; i++)
        point[i] += (float) move(slots[i], gradient[i], spec.learningRate(), spec, step);
    };
  }
}
