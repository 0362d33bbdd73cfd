package io.kudari.ml;

/** The values of params that nobody sets. */
final class Defaults {

  private Defaults() {}

  /** Of what rows become. */
  static void ofInference(InferenceParams<?> stage) {
    stage.setDefault(stage.featuresCols(), new String[0]);
    stage.setDefault(stage.inputShape(), new int[0]);
    stage.setDefault(stage.handleInvalid(), InferenceParams.ERROR);
    stage.setDefault(stage.inferBatchSize(), 256);
  }

  /** Of what a regression predicts. */
  static void ofTargets(TargetParams<?> stage) {
    stage.setDefault(stage.labelCols(), new String[0]);
  }

  /** Of how a network is trained. */
  static void ofTraining(TrainingParams<?> stage) {
    ofInference(stage);
    stage.setDefault(stage.hiddenLayers(), new int[] {64});
    stage.setDefault(stage.activation(), "relu");
    stage.setDefault(stage.dropout(), 0.0);
    stage.setDefault(stage.batchNorm(), false);
    stage.setDefault(stage.initializer(), "he-normal");
    stage.setDefault(stage.config(), "");
    stage.setDefault(stage.epochs(), 10);
    stage.setDefault(stage.batchSize(), 128);
    stage.setDefault(stage.optimizer(), "adam");
    stage.setDefault(stage.validationFraction(), 0.1);
    stage.setDefault(stage.weightCol(), "");
    stage.setDefault(stage.validationIndicatorCol(), "");
    stage.setDefault(stage.earlyStoppingPatience(), 0);
    stage.setDefault(stage.earlyStoppingMetric(), "loss");
    stage.setDefault(stage.initialModelPath(), "");
    stage.setDefault(stage.workers(), 4);
    stage.setDefault(stage.strategy(), "all-reduce");
    stage.setDefault(stage.ranks(), 0);
    stage.setDefault(stage.threads(), 0);
    stage.setDefault(stage.dataMemory(), "");
    stage.setDefault(stage.runPath(), "");
    stage.setDefault(stage.resume(), false);
    stage.setDefault(stage.seed(), 1L);
  }
}
