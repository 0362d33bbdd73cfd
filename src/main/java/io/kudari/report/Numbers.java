package io.kudari.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/** Numbers as a reader wants them, the same in every locale. NaN and infinity are a dash. */
public final class Numbers {

  static final String NONE = "–";

  private Numbers() {}

  /** With so many significant digits: 1,234 or 0.01235 or 1.235e-7. */
  public static String significant(double value, int digits) {
    if (!Double.isFinite(value)) return NONE;
    double size = Math.abs(value);
    if (size != 0 && (size < 1e-4 || size >= 1e9)) return scientific(value, digits);
    if (size >= Math.pow(10, digits)) return format("#,##0", value);
    return format("#,##0.##########", new BigDecimal(value).round(new MathContext(digits)));
  }

  /** As it is: a whole number, or one with a few decimals. */
  public static String exact(double value) {
    if (!Double.isFinite(value)) return NONE;
    return format("#,##0.##########", new BigDecimal(value).round(new MathContext(15)));
  }

  /** A round number beside an axis, where room is short. */
  public static String tick(double value) {
    double size = Math.abs(value);
    if (size != 0 && (size < 1e-4 || size >= 1e6)) return scientific(value, 6);
    return format("#,##0.##########", new BigDecimal(value).round(new MathContext(10)));
  }

  private static String scientific(double value, int digits) {
    return format("0." + "#".repeat(digits - 1) + "E0", value).replace('E', 'e');
  }

  /** 0.943 is 94.3 %. */
  static String percent(double share) {
    return Double.isFinite(share) ? format("0.##", 100 * share) + " %" : NONE;
  }

  /** A duration: 840 ms, 12.5 s, 3 min 20 s, 2 h 05 min. */
  static String duration(double seconds) {
    if (!Double.isFinite(seconds)) return NONE;
    if (seconds < 1) return significant(1000 * seconds, 3) + " ms";
    if (seconds < 60) return significant(seconds, 3) + " s";
    long whole = Math.round(seconds);
    if (whole < 3600) return whole / 60 + " min " + format("00", whole % 60) + " s";
    long minutes = Math.round(seconds / 60);
    return format("#,##0", minutes / 60) + " h " + format("00", minutes % 60) + " min";
  }

  /** A coordinate within a drawing. */
  public static String pixel(double value) {
    return format("0.#", value);
  }

  private static String format(String pattern, Object number) {
    return new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.ROOT))
        .format(number)
        .replaceAll("^-(0(\\.0*)?)$", "$1");
  }
}
