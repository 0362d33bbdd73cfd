package io.kudari.engine.dl4j;

import io.kudari.engine.program.OutputLoss;
import io.kudari.model.Loss;
import io.kudari.model.MiniBatch;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * {@link OutputLoss} as Deeplearning4j's output layer wants it. Deeplearning4j's own cross-entropy
 * clips probabilities at 1e-10, which hides large losses; this one is exact. Targets are read from
 * the batch, Deeplearning4j's label array is not looked at. One instance belongs to one network.
 */
final class SumLoss implements ILossFunction {

  private static final long serialVersionUID = 1;

  private final Loss loss;
  private transient MiniBatch batch;
  private transient double sum;

  SumLoss(Loss loss) {
    this.loss = loss;
  }

  /** Names the targets of the next pass. */
  void prepare(MiniBatch next) {
    batch = next;
    sum = Double.NaN;
  }

  /** Sum of the examples' losses of the last pass. */
  double sum() {
    return sum;
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray z, IActivation activation, INDArray mask) {
    int outputs = Math.toIntExact(z.size(1));
    if (loss == Loss.CROSS_ENTROPY) {
      double[] values = rows(z);
      double[] derivative = new double[values.length];
      sum = OutputLoss.crossEntropy(values, batch, outputs, derivative);
      return array(derivative, z);
    }
    double[] values = rows(activation.getActivation(z.dup(), true));
    double[] derivative = new double[values.length];
    sum = OutputLoss.meanSquaredError(values, batch, outputs, derivative);
    return activation.backprop(z.dup(), array(derivative, z)).getFirst();
  }

  /** The sum that {@link #computeGradient} found: Deeplearning4j always asks for that first. */
  @Override
  public double computeScore(
      INDArray labels, INDArray z, IActivation activation, INDArray mask, boolean average) {
    return average ? sum / batch.count() : sum;
  }

  @Override
  public Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels, INDArray z, IActivation activation, INDArray mask, boolean average) {
    INDArray gradient = computeGradient(labels, z, activation, mask);
    return Pair.of(computeScore(labels, z, activation, mask, average), gradient);
  }

  @Override
  public INDArray computeScoreArray(
      INDArray labels, INDArray z, IActivation activation, INDArray mask) {
    throw new UnsupportedOperationException("losses of single examples are not kept");
  }

  @Override
  public String name() {
    return loss.id();
  }

  private static double[] rows(INDArray matrix) {
    return matrix.dup('c').data().asDouble();
  }

  private static INDArray array(double[] values, INDArray like) {
    INDArray array = Nd4j.createUninitialized(like.dataType(), like.shape(), 'c');
    NativeArrays.write(values, array);
    return array;
  }
}
