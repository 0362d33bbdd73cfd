package io.kudari.train;

import io.kudari.data.Normalizer;

/** Workers that can take optimizer steps of their own: the strategy {@code averaging}. */
interface LocalWorkers extends Workers {

  /**
   * Lets every worker take the steps of a round, from the same parameters.
   *
   * @param parameters the whole vector; only read
   * @return the sum over all workers of how far each has come from the parameters, times its number
   *     of examples; the values are valid within the caller's slice until the next call
   */
  Sum round(float[] parameters, Normalizer normalizer, Round round);

  /**
   * The sum over all workers of an optimizer slot at the end of the last round, times the worker's
   * number of examples. Only where slots are averaged; between two calls something must be {@link
   * #share shared}.
   *
   * @param slot index among {@link io.kudari.optim.Optimizer#slots}
   * @return values that are valid within the caller's slice until the next call
   */
  float[] slotSum(int slot);
}
