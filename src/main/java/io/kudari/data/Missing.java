package io.kudari.data;

/** What becomes of a table's cells that hold no value. */
public enum Missing {
  /** They are refused. */
  ERROR,
  /** Each feature of the column is its mean over the training examples that have a value. */
  MEAN,
  /** Likewise its median. */
  MEDIAN,
  /** Each feature of the column is 0. */
  ZERO,
  /** Their rows are left out. */
  SKIP;

  /** Whether something stands in their place. */
  public boolean fills() {
    return this == MEAN || this == MEDIAN || this == ZERO;
  }
}
