package io.kudari.state;

/** How a vector of the state is spread over the loops that train together. */
public enum Scope {
  /** Each loop has its slice of it; it has the length of the parameters. */
  SLICED,
  /** It belongs to a logical worker, and is with the loop that hosts that worker. */
  PER_WORKER,
  /** All loops have the same. */
  REPLICATED
}
