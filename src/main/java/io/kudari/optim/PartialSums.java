package io.kudari.optim;

/**
 * Completes sums that are spread over the owners of slices: the only communication of an update.
 *
 * <p>A norm or mean over more than one block is summed within fixed pieces of the vector first.
 * Each owner of a slice fills in its own pieces; after {@link #complete} everyone holds all of them
 * and adds them up in the same order, so everyone gets the same bits.
 */
@FunctionalInterface
public interface PartialSums {

  /** For an owner of the whole vector: nothing is missing. */
  PartialSums WHOLE = (sums, from, to) -> {};

  /**
   * Fills in what other owners know. Called by every owner at the same points of the same step,
   * with arrays of the same length, by the thread that called {@link Optimizer#step}; an exception
   * ends that step with parameters and slots in an undefined state.
   *
   * <p>Entries outside [from, to) are 0 on entry. The owners' ranges are in slice order and cover
   * the array once, so gathering the ranges and adding whole arrays element by element both
   * complete it, with the same bits.
   *
   * @param sums the sums of all pieces of the whole vector; overwritten outside [from, to)
   * @param from first own entry
   * @param to index after the last own entry
   */
  void complete(double[] sums, int from, int to);
}
