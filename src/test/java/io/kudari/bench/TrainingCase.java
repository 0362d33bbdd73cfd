package io.kudari.bench;

import java.util.List;
import java.util.Map;

/**
 * One training problem that all contenders solve: the model, and how much data a step takes.
 *
 * @param model key of {@link #MODELS}
 * @param batch examples a worker and step
 * @param workers how many compute at once; the global batch is batch × workers
 */
record TrainingCase(String model, int batch, int workers) {

  /** The short names used on the command line. */
  static final Map<String, String> MODELS =
      Map.of(
          "mlp512", "MLP 784-512-512-10",
          "mlp2048", "MLP 784-2048-2048-10",
          "lenet", "LeNet");

  /** Examples of the data set, made from {@link #SEED}: for all contenders the same. */
  static final int EXAMPLES = 16_384;

  static final long SEED = 1;
  static final double RATE = 0.01;
  static final double MOMENTUM = 0.9;

  TrainingCase {
    if (!MODELS.containsKey(model)) {
      throw new IllegalArgumentException(
          "--models: no model "
              + model
              + "; there are "
              + MODELS.keySet().stream().sorted().toList());
    }
    if (batch < 1 || (long) batch * workers > EXAMPLES) {
      throw new IllegalArgumentException(
          "--batch: " + batch + " a worker; the global batch must be within 1.." + EXAMPLES);
    }
  }

  static TrainingCase parse(List<String> args) {
    return new TrainingCase(
        args.get(0), Integer.parseInt(args.get(1)), Integer.parseInt(args.get(2)));
  }

  List<String> args() {
    return List.of(model, String.valueOf(batch), String.valueOf(workers));
  }

  int globalBatch() {
    return batch * workers;
  }

  /** Units of the two hidden layers, or 0 for LeNet. */
  int hidden() {
    return model.equals("lenet") ? 0 : Integer.parseInt(model.substring(3));
  }

  @Override
  public String toString() {
    return MODELS.get(model) + ", " + workers + " x " + batch;
  }
}
