package io.kudari.exchange.codec;

import io.kudari.math.RandomStream;

/**
 * Whose vector is encoded in which step: what its random numbers go by.
 *
 * @param seed the experiment's
 * @param step how many steps have been taken before
 * @param worker the logical worker
 */
public record Draw(long seed, long step, int worker) {

  /** The numbers, from the first on. */
  RandomStream stream() {
    return new RandomStream(seed, RandomStream.Purpose.COMPRESSION, step, worker);
  }
}
