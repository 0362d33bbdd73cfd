package io.kudari.optim;

/**
 * One small step from a gradient to an update: an immutable record of its hyperparameters. The
 * {@link Optimizer} owns the slots, so a transform is a pure function of what {@link Block} shows
 * it.
 *
 * <p>Every transform loops over {@code [block.from, block.to)}. It is called for blocks of every
 * role but STATISTIC.
 */
interface Transform {

  /** How many floats it keeps for each parameter; 0 at the start. */
  default int slots() {
    return 0;
  }

  /** Sets the slots before the first step; {@code block.params} are the start values. */
  default void begin(Block block) {}

  /** Reads and writes the block's update, slots and, at the end of a chain, parameters. */
  void apply(Block block, Step at);

  /**
   * Which of its slots holds the parameters to evaluate once {@code steps} steps were taken, or -1
   * where the training parameters are meant.
   */
  default int evaluationSlot(long steps) {
    return -1;
  }

  /**
   * A transform that needs sums over groups of elements first. It is applied to the pieces of its
   * groups only, with their totals.
   */
  interface Measured extends Transform {

    Pieces.Grouping grouping();

    /** How many sums it needs. */
    int sums();

    /** Whether the sums depend on parameters, not on the update alone. */
    boolean measuresParameters();

    /** Stores the sums over one piece into out[at], out[at + 1]... */
    void measure(Block piece, double[] out, int at);
  }
}
