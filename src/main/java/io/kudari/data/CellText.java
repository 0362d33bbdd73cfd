package io.kudari.data;

import java.util.Locale;

/** What the text of a table's cell says. */
public final class CellText {

  private CellText() {}

  /**
   * A number that rounds to the float nearest to the text: Java's syntax of a decimal number,
   * without its type suffixes and hexadecimal numbers.
   *
   * @return NaN where it is none; infinite where it is too large for a double
   */
  public static double number(String text) {
    if (text.isEmpty()) return Double.NaN;
    char last = text.charAt(text.length() - 1);
    boolean decimal = (last >= '0' && last <= '9') || last == '.';
    if (!decimal || text.indexOf('x') >= 0 || text.indexOf('X') >= 0) return Double.NaN;
    try {
      return toFloatAsText(Double.parseDouble(text), text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /**
   * A double halfway between two floats may be a rounded text itself, and then rounds to the float
   * on the wrong side: the next double is as near, and does not.
   */
  private static double toFloatAsText(double value, String text) {
    boolean halfway = (Double.doubleToRawLongBits(value) & (1L << 29) - 1) == 1L << 28;
    if (value == 0 || (!halfway && Math.abs(value) >= Float.MIN_NORMAL)) return value;
    float nearest = Float.parseFloat(text);
    if ((float) value == nearest) return value;
    return nearest > value ? Math.nextUp(value) : Math.nextDown(value);
  }

  /** Whether it is a number in words that no feature can be, such as {@code -inf}. */
  static boolean isInfinity(String text) {
    if (text.length() < 3 || text.length() > 9) return false;
    String word = text.toLowerCase(Locale.ROOT);
    String bare = word.startsWith("-") || word.startsWith("+") ? word.substring(1) : word;
    return bare.equals("inf") || bare.equals("infinity");
  }

  /** 1 for true and yes, 0 for false and no, in any case; NaN for what is no boolean. */
  static double flag(String text) {
    return switch (text.length() > 5 ? "" : text.toLowerCase(Locale.ROOT)) {
      case "true", "yes" -> 1;
      case "false", "no" -> 0;
      default -> Double.NaN;
    };
  }

  /** A number as a category's text: without a point where it is whole. */
  public static String of(double number) {
    boolean whole = number == Math.rint(number) && Math.abs(number) <= 1L << 53;
    return whole ? String.valueOf((long) number) : String.valueOf(number);
  }

  /** Likewise a float, in the digits that tell it from other floats. */
  public static String ofFloat(float number) {
    boolean whole = number == Math.rint(number) && Math.abs(number) <= 1L << 24;
    return whole ? String.valueOf((long) number) : String.valueOf(number);
  }
}
