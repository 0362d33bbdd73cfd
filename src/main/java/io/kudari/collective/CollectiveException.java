package io.kudari.collective;

/**
 * A collective operation failed; nothing that it wrote may be used. One line: the rank that
 * reports, the step, the phase, the peer where one is known, and the reason.
 */
public final class CollectiveException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** A failure within an operation. */
  CollectiveException(int rank, long step, Phase phase, String reason) {
    super("rank " + rank + ", step " + step + ", " + phase + ": " + reason);
  }

  /** A failure outside of any one operation. */
  CollectiveException(String message) {
    super(message);
  }
}
