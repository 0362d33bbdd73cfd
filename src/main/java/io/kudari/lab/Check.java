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
 */
public record Check(
    String id, String says, double measured, double least, double greatest, String usualCause) {

  /** With a range of both sides. */
  public static Check within(
      String id, String says, double measured, double least, double greatest, String usualCause) {
    return new Check(id, says, measured, least, greatest, usualCause);
  }

  /** Of a number that is known but for a tolerance. */
  public static Check near(
      String id, String says, double measured, double right, double tolerance, String usualCause) {
    return new Check(id, says, measured, right - tolerance, right + tolerance, usualCause);
  }

  /** Of a number that must not be smaller. */
  public static Check atLeast(
      String id, String says, double measured, double least, String usualCause) {
    return new Check(id, says, measured, least, Double.POSITIVE_INFINITY, usualCause);
  }

  /** Of a number that must not be greater. */
  public static Check atMost(
      String id, String says, double measured, double greatest, String usualCause) {
    return new Check(id, says, measured, Double.NEGATIVE_INFINITY, greatest, usualCause);
  }

  /** Whether the number lies within the range. */
  public boolean holds() {
    return measured >= least && measured <= greatest;
  }
}
