package io.kudari.model;

import java.util.Locale;

/** An elementwise activation function, or softmax over an example's outputs. */
public enum Activation {
  IDENTITY,
  SIGMOID,
  TANH,
  RELU,
  /** max(x, 0.01 x). */
  LEAKY_RELU,
  /** Only as the last layer. */
  SOFTMAX;

  /** The name used in configurations, such as {@code leaky-relu}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
