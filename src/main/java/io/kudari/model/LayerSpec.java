package io.kudari.model;

/**
 * One layer of a {@link NetworkSpec}. Each record is one mathematical step; activations are layers
 * of their own.
 */
public sealed interface LayerSpec extends java.io.Serializable {

  /**
   * y = W x + b.
   *
   * @param units number of outputs, at least 1
   */
  record Dense(int units, Initializer initializer) implements LayerSpec {
    public Dense {
      require(units >= 1, "units must be at least 1, not " + units);
    }
  }

  /**
   * Two-dimensional cross-correlation plus bias.
   *
   * @param filters number of output channels, at least 1
   * @param kernel side of the square kernel, at least 1
   * @param stride step, at least 1
   * @param padding zeros added on every side, at least 0 and less than the kernel
   */
  record Convolution(int filters, int kernel, int stride, int padding, Initializer initializer)
      implements LayerSpec {
    public Convolution {
      require(filters >= 1, "filters must be at least 1, not " + filters);
      require(kernel >= 1, "kernel must be at least 1, not " + kernel);
      require(stride >= 1, "stride must be at least 1, not " + stride);
      require(
          padding >= 0 && padding < kernel,
          "padding must be within 0.." + (kernel - 1) + ", not " + padding);
    }
  }

  /**
   * Maximum or mean over square windows without padding; a window that would cross the border is
   * left out.
   *
   * @param size side of the window, at least 1
   * @param stride step, at least 1
   */
  record Pooling(Kind kind, int size, int stride) implements LayerSpec {
    /** What is taken of a window. */
    public enum Kind {
      MAX,
      AVERAGE
    }

    public Pooling {
      require(size >= 1, "size must be at least 1, not " + size);
      require(stride >= 1, "stride must be at least 1, not " + stride);
    }
  }

  /**
   * Normalises each channel (each unit, after a dense layer) by the batch's mean and variance, then
   * scales and shifts (Ioffe and Szegedy, 2015). The running statistics, used for evaluation,
   * follow running ← decay · running + (1 − decay) · batch, with the biased variance.
   *
   * @param decay within [0, 1)
   * @param epsilon added to the variance, more than 0
   */
  record BatchNormalization(double decay, double epsilon) implements LayerSpec {
    public BatchNormalization {
      require(decay >= 0 && decay < 1, "decay must be within [0, 1), not " + decay);
      require(epsilon > 0, "epsilon must be more than 0, not " + epsilon);
    }
  }

  /**
   * Zeroes each activation with probability {@code rate} in training and scales the others by 1 /
   * (1 − rate) (Srivastava et al., 2014, in the inverted form). The mask is a function of (seed,
   * step, worker, layer, unit).
   *
   * @param rate within [0, 1)
   */
  record Dropout(double rate) implements LayerSpec {
    public Dropout {
      require(rate >= 0 && rate < 1, "rate must be within [0, 1), not " + rate);
    }
  }

  /** An activation function. */
  record Activate(Activation activation) implements LayerSpec {}

  private static void require(boolean holds, String rule) {
    if (!holds) throw new IllegalArgumentException(rule);
  }

  /** Number of windows that fit into a length. */
  private static int windows(int length, int window, int stride, Shape in) {
    require(window <= length, "a window of " + window + " does not fit into its input of " + in);
    return (length - window) / stride + 1;
  }

  /**
   * Shape of the activations after this layer.
   *
   * @param in shape of the activations before it
   * @throws IllegalArgumentException when the layer does not fit
   */
  default Shape after(Shape in) {
    if (this instanceof Dense d) return Shape.flat(d.units());
    if (this instanceof Convolution c) {
      int height = windows(in.height() + 2 * c.padding(), c.kernel(), c.stride(), in);
      int width = windows(in.width() + 2 * c.padding(), c.kernel(), c.stride(), in);
      return new Shape(c.filters(), height, width);
    }
    if (this instanceof Pooling p) {
      int height = windows(in.height(), p.size(), p.stride(), in);
      int width = windows(in.width(), p.size(), p.stride(), in);
      return new Shape(in.channels(), height, width);
    }
    return in;
  }
}
