package io.kudari.lab;

import io.kudari.model.Activation;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Shape;
import java.util.ArrayList;
import java.util.List;

/** Perceptrons for the built-in digits, which experiments compute themselves. */
public final class DigitNetwork {

  private static final Shape PIXELS = new Shape(1, 28, 28);
  private static final int CLASSES = 10;

  private DigitNetwork() {}

  /** Softmax regression from weights of 0. */
  public static NetworkSpec softmaxRegression() {
    return of(Initializer.Kind.ZERO);
  }

  /**
   * Layers of rectifiers, and softmax behind them, from He's start values.
   *
   * @param hidden units of each layer
   */
  public static NetworkSpec perceptron(int... hidden) {
    return of(Initializer.Kind.HE_NORMAL, hidden);
  }

  private static NetworkSpec of(Initializer.Kind start, int... hidden) {
    Initializer initializer = Initializer.of(start);
    List<LayerSpec> layers = new ArrayList<>();
    for (int units : hidden) {
      layers.add(new LayerSpec.Dense(units, initializer));
      layers.add(new LayerSpec.Activate(Activation.RELU));
    }
    layers.add(new LayerSpec.Dense(CLASSES, initializer));
    layers.add(new LayerSpec.Activate(Activation.SOFTMAX));
    return new NetworkSpec(PIXELS, layers, Loss.CROSS_ENTROPY);
  }
}
