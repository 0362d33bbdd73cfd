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
   * <p>"Batch" is a worker's share of it, or with ghost batches (Hoffer, Hubara and Soudry, 2017,
   * "Train longer, generalize better", section 4) a part of that: its examples, in order, are cut
   * into as many groups as have room for {@code ghostBatch} examples, at least one, whose sizes
   * differ by at most one. No group is thus smaller than asked for unless the share is. Each group
   * is normalised by its own statistics; the running ones follow the mean of the groups', weighted
   * by their examples.
   *
   * @param decay within [0, 1)
   * @param epsilon added to the variance, more than 0
   * @param ghostBatch least examples of a group, at least 2, because one example has no variance; 0
   *     for one group
   */
  record BatchNormalization(double decay, double epsilon, int ghostBatch) implements LayerSpec {
    public BatchNormalization {
      require(decay >= 0 && decay < 1, "decay must be within [0, 1), not " + decay);
      require(epsilon > 0, "epsilon must be more than 0, not " + epsilon);
      require(
          ghostBatch == 0 || ghostBatch >= 2,
          "ghost-batch must be 0 (off) or at least 2, not " + ghostBatch);
    }

    /** By the statistics of a worker's whole share of the batch. */
    public BatchNormalization(double decay, double epsilon) {
      this(decay, epsilon, 0);
    }

    /** How many groups this many examples, at least one, are cut into. */
    public int groups(int examples) {
      return ghostBatch == 0 ? 1 : Math.max(1, examples / ghostBatch);
    }

    /** The first example of a group; of the group after the last one, the number of examples. */
    public int start(int group, int examples) {
      return (int) ((long) group * examples / groups(examples));
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
