package io.kudari.data;

import java.util.Locale;

/** What the text of a table's cell says. */
public final class CellText {

  /** Digits of which every number is a double. */
  private static final int EXACT_DIGITS = 15;

  /** Powers of ten that are doubles, as many as digits need. */
  private static final double[] TENS = {
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
  };

  private CellText() {}

  /**
   * A number that rounds to the float nearest to the text: Java's syntax of a decimal number,
   * without its type suffixes and hexadecimal numbers.
   *
   * @return NaN where it is none; infinite where it is too large for a double
   */
  public static double number(String text) {
    if (text.isEmpty()) return Double.NaN;
    double plain = plain(text);
    if (!Double.isNaN(plain)) return toFloatAsText(plain, text);
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
   * A number of few digits without an exponent, which is what most cells hold: digits and power of
   * ten are doubles, so that their quotient is rounded once, as the text has to be (Clinger, "How
   * to read floating point numbers accurately", PLDI 1990, §5). It takes half of the time.
   *
   * @return NaN for all others
   */
  private static double plain(String text) {
    int length = text.length();
    boolean negative = text.charAt(0) == '-';
    int begin = negative ? 1 : 0;
    if (length - begin > EXACT_DIGITS + 1) return Double.NaN;
    long digits = 0;
    int point = -1;
    for (int i = begin; i < length; i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') digits = 10 * digits + (c - '0');
      else if (c == '.' && point < 0) point = i;
      else return Double.NaN;
    }
    int count = length - begin - (point < 0 ? 0 : 1);
    if (count == 0 || count > EXACT_DIGITS) return Double.NaN;
    double value = point < 0 ? digits : digits / TENS[length - 1 - point];
    return negative ? -value : value;
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
