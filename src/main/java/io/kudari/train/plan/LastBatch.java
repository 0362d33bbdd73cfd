package io.kudari.train.plan;

/** What becomes of the examples at the end of an epoch that are fewer than a batch. */
public enum LastBatch {
  /** They are a batch of their own. */
  KEEP,
  /** They are left out. */
  DROP,
  /** The first examples of the next epoch fill their batch; the last epoch keeps its own. */
  CARRY
}
