package io.kudari.collective;

/**
 * A reduce-scatter that is under way while its vectors are still being computed. Used by the thread
 * that uses the {@link Collectives}, and by no other operation at the same time.
 */
public interface ReduceScatter {

  /**
   * Sends what is final and can be sent without waiting.
   *
   * @param from the elements from this one on have their final values in all nodes
   * @throws CollectiveException when a peer is known to be gone or has given up
   */
  void advance(int from);

  /**
   * Sends the rest and sums what comes.
   *
   * @param into of full length; receives the sum within this rank's slice. It may be the array of
   *     one of its own nodes
   * @throws CollectiveException as {@link Collectives} says
   */
  void finish(float[] into);
}
