package io.kudari.model;

import java.util.function.IntConsumer;

/**
 * A model that is ready to compute, with its working memory. Not thread-safe: one instance a
 * thread; any number of instances may compute at the same time in one JVM. The results are a pure
 * function of the arguments: the same bits whichever instance computes them and whatever it
 * computed before.
 *
 * <p>The features of a batch are {@link MiniBatch#features}; who normalises bytes into memory of
 * its own asks for {@link MiniBatch#holdsBytes} first.
 */
public interface GradientFunction extends AutoCloseable {

  /**
   * Computes the sum over the batch's examples of the loss gradient, each times its weight, in
   * training mode (dropout on, batch normalisation by the batch's statistics). Neither
   * regularisation, clipping nor division by the count is applied.
   *
   * <p>Where the layout holds a {@link io.kudari.math.Role#STATISTIC} segment, the sum holds the
   * updated running value times the count, so that dividing the reduced sum by the reduced count
   * gives the value to assign. Weights have no part in it, nor in the batch's statistics.
   *
   * @param parameters the whole vector; only read
   * @param batch at least one example
   * @param sum overwritten, of the layout's size
   * @return the sum of the examples' losses, each times its weight; in the batch's {@link
   *     MiniBatch#unitsOrNull units}, if it has any, while the gradient is without them
   */
  double gradient(float[] parameters, MiniBatch batch, float[] sum);

  /**
   * As the other, and tells how much of {@code sum} is final while it goes on computing the rest,
   * so that it can be sent meanwhile.
   *
   * @param finalFrom called by this thread with falling numbers, at last with 0: elements from that
   *     one on are final. What it throws ends the computation
   */
  default double gradient(float[] parameters, MiniBatch batch, float[] sum, IntConsumer finalFrom) {
    double loss = gradient(parameters, batch, sum);
    finalFrom.accept(0);
    return loss;
  }

  /**
   * Computes the outputs in inference mode (no dropout, running statistics): after softmax where
   * the network has it.
   *
   * @param parameters the whole vector; only read
   * @param outputs overwritten with {@code batch.count() × outputs} values in row-major order
   */
  void outputs(float[] parameters, MiniBatch batch, float[] outputs);

  /** Frees native memory. Harmless when called twice. */
  @Override
  void close();
}
