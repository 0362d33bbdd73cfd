package io.kudari.train;

/** What somebody outside asks of a training loop, which answers after the step. */
public enum Request {
  /** To go on. */
  NONE,
  /** To state where it is, and go on. */
  SNAPSHOT,
  /** To state where it is, and end. */
  STOP;

  /** The stronger of two. */
  public Request or(Request other) {
    return compareTo(other) < 0 ? other : this;
  }
}
