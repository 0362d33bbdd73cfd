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
 * @param learns whether the gradients will change the parameters; if not, no code loses anything of
 *     them and keeps it for later
 */
public record StepRange(long step, int epoch, int from, int to, boolean norms, boolean learns)
    implements java.io.Serializable {

  /** Of no examples. */
  public static final StepRange NONE = new StepRange(0, 0, 0, 0, false);

  /** One whose gradients change the parameters. */
  public StepRange(long step, int epoch, int from, int to, boolean norms) {
    this(step, epoch, from, to, norms, true);
  }

  /** Whether there are no examples: the epoch has ended. */
  public boolean isEmpty() {
    return from == to;
  }

  /** The same, with the norms of the workers' gradients. */
  public StepRange withNorms() {
    return new StepRange(step, epoch, from, to, true, learns);
  }

  /** The same, whose gradients change nothing. */
  public StepRange withoutLearning() {
    return new StepRange(step, epoch, from, to, norms, false);
  }
}
