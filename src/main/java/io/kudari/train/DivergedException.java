package io.kudari.train;

/** The loss or a gradient became NaN or infinite. */
public final class DivergedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private static final String HELP =
      ": training has diverged; a smaller optimizer.learning-rate or optimizer.clip-norm may help";

  /**
   * Says where the loss went wrong.
   *
   * @param step from 0
   * @param worker the first whose loss is not finite
   * @param where the first segment with such a value, such as {@code "gradient of dense-1.weight"},
   *     or null when there is none
   */
  public DivergedException(long step, int worker, double loss, String where) {
    super(
        "the loss is "
            + loss
            + " at step "
            + step
            + " of worker "
            + worker
            + (where == null ? "" : ", first in the " + where)
            + HELP);
  }

  /**
   * Says which gradient went wrong though the loss is finite.
   *
   * @param step from 0
   * @param where such as {@code "gradient of dense-1.weight"}
   * @param limit of the exchange, which the message ends with; may be empty
   */
  public DivergedException(long step, String where, String limit) {
    super("the " + where + " is NaN or infinite at step " + step + HELP + limit);
  }

  /**
   * Says which parameters the last update spoilt.
   *
   * @param steps taken
   * @param segment the first with such a value
   */
  public DivergedException(long steps, String segment, float value) {
    super("parameter " + segment + " is " + value + " after step " + steps + HELP);
  }
}
