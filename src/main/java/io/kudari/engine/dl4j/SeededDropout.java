package io.kudari.engine.dl4j;

import io.kudari.model.DropoutMask;
import io.kudari.model.MiniBatch;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Dropout whose mask is {@link DropoutMask}'s, not of ND4J's random generator, which is shared by a
 * thread's computations. One instance belongs to one layer of one network.
 */
final class SeededDropout implements IDropout {

  private static final long serialVersionUID = 1;

  private final int layer;
  private final double rate;
  private transient MiniBatch.Draw draw;
  private transient float[] values = {};
  private transient INDArray mask;

  SeededDropout(int layer, double rate) {
    this.layer = layer;
    this.rate = rate;
  }

  /** Probability of a zero. */
  double rate() {
    return rate;
  }

  /** Names the random numbers of the next pass. */
  void prepare(MiniBatch.Draw next) {
    draw = next;
  }

  @Override
  public INDArray applyDropout(
      INDArray input, INDArray result, int iteration, int epoch, LayerWorkspaceMgr workspaces) {
    int length = Math.toIntExact(input.length());
    if (values.length < length) values = new float[length];
    DropoutMask.fill(values, length, draw, layer, rate);
    mask = workspaces.createUninitialized(ArrayType.INPUT, input.dataType(), input.shape(), 'c');
    NativeArrays.write(values, length, mask);
    return input.muli(mask, result);
  }

  @Override
  public INDArray backprop(INDArray outputGradient, INDArray inputGradient, int it, int epoch) {
    outputGradient.muli(mask, inputGradient);
    mask = null;
    return inputGradient;
  }

  @Override
  public void clear() {
    mask = null;
  }

  /** A copy with no state. */
  @Override
  @SuppressWarnings("MethodDoesntCallSuperMethod")
  public SeededDropout clone() {
    return new SeededDropout(layer, rate);
  }
}
