package io.kudari.spark.link;

import io.kudari.spark.cluster.RankSlots;

/**
 * A rank's port of choice cannot be listened at. At first that is for the user to mend; after a
 * loss it may be held by a process of the attempt before, which has not ended yet.
 */
public final class TakenPortException extends RankSlots.UnsuitableException {

  private static final long serialVersionUID = 1;

  TakenPortException(String message, Throwable cause) {
    super(message, cause);
  }
}
