package io.kudari.lab;

/**
 * A number that a right implementation has within a range, and a wrong one has not.
 *
 * @param id within its experiment
 * @param says what is measured, in a line
 * @param measured NaN misses every range
 * @param least inclusive; −∞ for none
 * @param greatest inclusive; ∞ for none
 * @param usualCause what mistake misses the range
 * @param judged whether the range is that of what was measured: it is not where a user has changed
 *     data or settings
 */
public record Check(
    String id,
    String says,
    double measured,
    double least,
    double greatest,
    String usualCause,
    boolean judged) {

  /** With a range of both sides. */
  public static Check within(
      String id, String says, double measured, double least, double greatest, String usualCause) {
    return new Check(id, says, measured, least, greatest, usualCause, true);
  }

  /** Of a number that is known but for a tolerance. */
  public static Check near(
      String id, String says, double measured, double right, double tolerance, String usualCause) {
    return within(id, says, measured, right - tolerance, right + tolerance, usualCause);
  }

  /** Of a number that must not be smaller. */
  public static Check atLeast(
      String id, String says, double measured, double least, String usualCause) {
    return within(id, says, measured, least, Double.POSITIVE_INFINITY, usualCause);
  }

  /** Of a number that must not be greater. */
  public static Check atMost(
      String id, String says, double measured, double greatest, String usualCause) {
    return within(id, says, measured, Double.NEGATIVE_INFINITY, greatest, usualCause);
  }

  /** The same that nobody judges. */
  public Check unjudged() {
    return new Check(id, says, measured, least, greatest, usualCause, false);
  }

  /** Whether it is judged and misses its range. */
  public boolean missed() {
    return judged && !holds();
  }

  /** Whether the number lies within the range. */
  public boolean holds() {
    return measured >= least && measured <= greatest;
  }
}
