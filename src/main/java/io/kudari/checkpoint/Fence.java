package io.kudari.checkpoint;

import java.io.IOException;

/** Keeps those out who may no longer write. */
@FunctionalInterface
public interface Fence {

  /** Nobody is kept out. */
  Fence OPEN = () -> {};

  /**
   * Returns if the caller may still write.
   *
   * @throws LeaseLostException when somebody else has taken over
   * @throws IOException when that cannot be found out
   */
  void check() throws IOException;
}
