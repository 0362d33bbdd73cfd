package io.kudari.train.plan;

/**
 * Which examples a step takes: the positions [from, to) of its epoch's order, over all workers.
 *
 * @param step from 0, over the whole run
 * @param epoch from 0
 * @param from first position within the epoch
 * @param to position after the last; what is beyond the epoch's examples counts on in the next
 *     epoch's order
 * @param norms whether the workers also sum the squared norms of their gradients
 */
public record StepRange(long step, int epoch, int from, int to, boolean norms)
    implements java.io.Serializable {

  /** Whether there are no examples: the epoch has ended. */
  public boolean isEmpty() {
    return from == to;
  }

  /** The same, with the norms of the workers' gradients. */
  public StepRange withNorms() {
    return new StepRange(step, epoch, from, to, true);
  }
}
