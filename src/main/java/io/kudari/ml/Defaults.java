package io.kudari.ml;

/** The values of params that nobody sets. */
final class Defaults {

  private Defaults() {}

  /** Of what rows become. */
  static void ofInference(InferenceParams<?> stage) {
    stage.setDefault(stage.featuresCols(), new String[0]);
    stage.setDefault(stage.handleInvalid(), InferenceParams.ERROR);
    stage.setDefault(stage.inferBatchSize(), 256);
  }
}
