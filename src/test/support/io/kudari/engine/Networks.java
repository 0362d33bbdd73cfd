package io.kudari.engine;

import io.kudari.math.RandomStream;
import io.kudari.model.Activation;
import io.kudari.model.Initializer;
import io.kudari.model.LayerSpec;
import io.kudari.model.Loss;
import io.kudari.model.MiniBatch;
import io.kudari.model.ModelSpec;
import io.kudari.model.NetworkSpec;
import io.kudari.model.Scaling;
import io.kudari.model.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Small networks and random batches for the tests of engines. */
public final class Networks {

  private Networks() {}

  public static LayerSpec dense(int units) {
    return new LayerSpec.Dense(units, Initializer.of(Initializer.Kind.XAVIER_UNIFORM));
  }

  public static LayerSpec convolution(int filters, int kernel, int stride, int padding) {
    return new LayerSpec.Convolution(
        filters, kernel, stride, padding, Initializer.of(Initializer.Kind.XAVIER_UNIFORM));
  }

  public static LayerSpec pooling(LayerSpec.Pooling.Kind kind, int size, int stride) {
    return new LayerSpec.Pooling(kind, size, stride);
  }

  public static LayerSpec maxPooling(int size) {
    return pooling(LayerSpec.Pooling.Kind.MAX, size, size);
  }

  public static LayerSpec batchNormalization() {
    return new LayerSpec.BatchNormalization(0.9, 1e-3);
  }

  public static LayerSpec activate(Activation activation) {
    return new LayerSpec.Activate(activation);
  }

  public static final LayerSpec RELU = activate(Activation.RELU);
  public static final LayerSpec TANH = activate(Activation.TANH);
  public static final LayerSpec SOFTMAX = activate(Activation.SOFTMAX);

  public static NetworkSpec classifier(Shape input, LayerSpec... layers) {
    return new NetworkSpec(input, List.of(layers), Loss.CROSS_ENTROPY);
  }

  public static NetworkSpec regression(Shape input, LayerSpec... layers) {
    return new NetworkSpec(input, List.of(layers), Loss.MEAN_SQUARED_ERROR);
  }

  /** One network for every layer, activation, loss and way of putting them together. */
  public static Map<String, NetworkSpec> all() {
    Shape flat = Shape.flat(7);
    Shape image = new Shape(2, 8, 7);
    Map<String, NetworkSpec> all = new LinkedHashMap<>();
    all.put("softmax regression", classifier(flat, dense(4), SOFTMAX));
    for (Activation a : Activation.values()) {
      if (a == Activation.SOFTMAX) continue;
      all.put("dense " + a.id(), classifier(flat, dense(6), activate(a), dense(3), SOFTMAX));
      all.put("output " + a.id(), regression(flat, dense(5), TANH, dense(3), activate(a)));
      all.put(
          "convolution " + a.id(),
          classifier(image, convolution(3, 3, 1, 0), activate(a), dense(3), SOFTMAX));
    }
    all.put("mean squared error on softmax", regression(flat, dense(4), SOFTMAX));
    all.put("linear regression", regression(flat, dense(2)));
    all.put("dense on an image", classifier(image, dense(5), TANH, dense(3), SOFTMAX));
    all.put("activation first", classifier(flat, TANH, dense(3), SOFTMAX));
    all.put("two activations", classifier(flat, dense(5), TANH, RELU, dense(3), SOFTMAX));
    all.put(
        "stride and padding", classifier(image, convolution(3, 3, 2, 1), TANH, dense(3), SOFTMAX));
    all.put(
        "max pooling",
        classifier(image, convolution(3, 3, 1, 0), maxPooling(2), TANH, dense(3), SOFTMAX));
    all.put(
        "average pooling",
        classifier(
            image,
            convolution(3, 2, 1, 0),
            TANH,
            pooling(LayerSpec.Pooling.Kind.AVERAGE, 3, 2),
            dense(3),
            SOFTMAX));
    all.put("pooling first", classifier(image, maxPooling(2), dense(3), SOFTMAX));
    all.put(
        "overlapping pooling",
        classifier(
            image, pooling(LayerSpec.Pooling.Kind.MAX, 3, 2), dense(4), TANH, dense(3), SOFTMAX));
    // A batch of 33 are several groups of images, the last a smaller one.
    Shape wide = new Shape(24, 9, 11);
    for (int padding = 0; padding <= 1; padding++)
      all.put(
          "convolution of many channels, padding " + padding,
          classifier(wide, convolution(5, 3, 1, padding), TANH, dense(3), SOFTMAX));
    all.put(
        "convolutions of many channels",
        classifier(
            image,
            convolution(16, 3, 1, 1),
            TANH,
            convolution(256, 4, 1, 0),
            TANH,
            pooling(LayerSpec.Pooling.Kind.AVERAGE, 2, 2),
            convolution(6, 2, 1, 1),
            TANH,
            dense(3),
            SOFTMAX));
    all.put(
        "two convolutions",
        classifier(
            image,
            convolution(3, 3, 1, 1),
            RELU,
            maxPooling(2),
            convolution(4, 2, 1, 0),
            RELU,
            dense(5),
            RELU,
            dense(3),
            SOFTMAX));
    all.put(
        "batch normalisation of units",
        classifier(flat, dense(5), batchNormalization(), RELU, dense(3), SOFTMAX));
    all.put(
        "batch normalisation after the activation",
        classifier(flat, dense(5), TANH, batchNormalization(), dense(3), SOFTMAX));
    all.put(
        "batch normalisation of channels",
        classifier(
            image,
            convolution(3, 3, 1, 0),
            batchNormalization(),
            RELU,
            maxPooling(2),
            dense(3),
            SOFTMAX));
    all.put(
        "batch normalisation first", classifier(image, batchNormalization(), dense(3), SOFTMAX));
    all.put(
        "batch normalisation of features",
        classifier(flat, batchNormalization(), dense(3), SOFTMAX));
    all.put(
        "dropout of units",
        classifier(flat, dense(9), TANH, new LayerSpec.Dropout(0.5), dense(3), SOFTMAX));
    all.put(
        "dropout of channels",
        classifier(
            image,
            convolution(3, 3, 1, 0),
            TANH,
            new LayerSpec.Dropout(0.3),
            maxPooling(2),
            dense(3),
            SOFTMAX));
    all.put("dropout first", classifier(flat, new LayerSpec.Dropout(0.2), dense(3), SOFTMAX));
    all.put(
        "dropout between convolutions",
        classifier(
            image,
            convolution(3, 3, 1, 0),
            new LayerSpec.Dropout(0.25),
            convolution(2, 2, 1, 0),
            TANH,
            dense(6),
            new LayerSpec.Dropout(0.5),
            TANH,
            dense(3),
            SOFTMAX));
    return all;
  }

  /** Random parameters, biases and statistics too, so that nothing cancels. */
  public static float[] parameters(ModelSpec model, long seed) {
    RandomStream random = new RandomStream(seed, RandomStream.Purpose.TEST, 1, 0);
    float[] parameters = model.initial(seed);
    for (int i = 0; i < parameters.length; i++) parameters[i] += 0.1f * random.uniform() + 0.01f;
    return parameters;
  }

  /** Random examples with labels, or with targets where the model's loss is squared error. */
  public static MiniBatch batch(ModelSpec model, int count, long seed) {
    Shape input = model.input();
    boolean labelled = model.loss() == Loss.CROSS_ENTROPY;
    MiniBatch batch =
        labelled
            ? MiniBatch.labelled(input, count)
            : MiniBatch.targeted(input, count, model.outputs());
    RandomStream random = new RandomStream(seed, RandomStream.Purpose.TEST, 2, 0);
    float[] features = batch.features();
    for (int i = 0; i < features.length; i++) features[i] = (float) random.gaussian();
    for (int e = 0; e < count && labelled; e++) batch.labels[e] = random.below(model.outputs());
    for (int i = 0; !labelled && i < batch.targets.length; i++) {
      batch.targets[i] = random.uniform();
    }
    batch.filled(count, new MiniBatch.Draw(seed, 5, 1));
    return batch;
  }

  /** As {@link #batch}, but of random bytes. */
  public static MiniBatch batch(ModelSpec model, int count, long seed, Scaling scaling) {
    MiniBatch batch = batch(model, count, seed);
    RandomStream random = new RandomStream(seed, RandomStream.Purpose.TEST, 3, 0);
    byte[] bytes = batch.bytes();
    for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) random.nextInt();
    batch.filled(count, batch.draw(), scaling);
    return batch;
  }

  /** As {@link #batch}, with random weights, of which the first is 0. */
  public static MiniBatch weightedBatch(ModelSpec model, int count, long seed) {
    MiniBatch batch = batch(model, count, seed);
    RandomStream random = new RandomStream(seed, RandomStream.Purpose.TEST, 4, 0);
    float[] weights = batch.weigh();
    for (int e = 0; e < count; e++) weights[e] = e == 0 ? 0 : 3 * random.uniform();
    return batch;
  }
}
