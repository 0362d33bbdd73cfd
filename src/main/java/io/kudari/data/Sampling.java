package io.kudari.data;

/**
 * Which training examples a worker owns, and in which order it visits them.
 *
 * @param order of a worker's examples in an epoch
 * @param shards what workers own
 */
public record Sampling(Order order, Shards shards) implements java.io.Serializable {

  /** The order in which workers visit their examples. */
  public enum Order {
    /** A new order each epoch. */
    SHUFFLED,
    /** Class by class, within a class in a new order each epoch. */
    SORTED_BY_LABEL,
    /** Shuffled once: every epoch has the order of the first. */
    ONCE,
    /**
     * Each example is drawn from all of the worker's own: an epoch is as many draws as there are
     * examples, and sees some more than once and others not at all.
     */
    WITH_REPLACEMENT
  }

  /** How examples are dealt to workers. The sizes are the same. */
  public enum Shards {
    /** At random. */
    DEALT,
    /** Sorted by class and cut, so that a worker has few classes; at random within a class. */
    SORTED_BY_LABEL
  }

  /** Examples dealt at random, and a new order each epoch. */
  public static final Sampling USUAL = new Sampling(Order.SHUFFLED, Shards.DEALT);

  /** Whether it goes by the classes of examples. */
  public boolean needsLabels() {
    return order == Order.SORTED_BY_LABEL || shards == Shards.SORTED_BY_LABEL;
  }
}
