package io.kudari.inference;

import io.kudari.model.GradientFunction;
import io.kudari.model.MiniBatch;

/** Computes the outputs of one batch after another, on one thread at a time. */
final class Computer implements AutoCloseable {

  private final TrainedModel of;
  private final GradientFunction function;
  private final float[] outputs;

  /** Takes native memory until it is closed. */
  Computer(TrainedModel of) {
    this.of = of;
    this.function = of.model().open();
    this.outputs = new float[TrainedModel.BATCH * of.saved().outputs()];
  }

  /**
   * The outputs, those of a regression in its targets' own units.
   *
   * @return one example after another, until the next call; perhaps with more behind
   */
  float[] outputs(MiniBatch batch) {
    function.outputs(of.saved().parameters(), batch, outputs);
    of.saved().normalizer().targets().restore(outputs, batch.count());
    return outputs;
  }

  @Override
  public void close() {
    function.close();
  }
}
