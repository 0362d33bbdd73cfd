package io.kudari.data;

import java.util.function.Consumer;

/**
 * How far the reading of a set has come.
 *
 * @param dealing whether its examples are dealt, rather than described
 * @param done parts of the set that are read
 * @param of how many parts it has
 * @param examples in those parts, or −1 where that is not known yet
 * @param bytes that were read for them
 * @param seconds since it began
 */
public record ReadProgress(
    boolean dealing, int done, int of, long examples, long bytes, double seconds) {

  /** Told after every part, on the thread that waits for the whole. */
  public interface Watch extends Consumer<ReadProgress> {

    /** Looks at none. */
    Watch NONE = progress -> {};
  }
}
