package io.kudari.train;

/** The loss became NaN or infinite. */
public final class DivergedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /**
   * Says where.
   *
   * @param step from 0
   * @param worker the first whose loss is not finite
   */
  public DivergedException(long step, int worker, double loss) {
    super(
        "the loss is "
            + loss
            + " at step "
            + step
            + " of worker "
            + worker
            + ": training has diverged; a smaller optimizer.learning-rate or optimizer.clip-norm"
            + " may help");
  }

  /**
   * Says which parameters the last update spoilt.
   *
   * @param steps taken
   * @param segment the first with such a value
   */
  public DivergedException(long steps, String segment, float value) {
    super(
        "parameter "
            + segment
            + " is "
            + value
            + " after step "
            + steps
            + ": training has diverged; a smaller optimizer.learning-rate or optimizer.clip-norm"
            + " may help");
  }
}
