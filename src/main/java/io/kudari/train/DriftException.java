package io.kudari.train;

/** The ranks' parameters, which must be the same, are not: one of them has computed wrongly. */
public final class DriftException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /**
   * Says where.
   *
   * @param steps taken
   * @param rank the first that differs from most of the others
   */
  public DriftException(long steps, int rank) {
    super(
        "after step "
            + steps
            + " rank "
            + rank
            + " has other parameters than the other ranks: its memory or processor is at fault");
  }
}
