package io.kudari.data.format;

/** What the sources of tables ask of a column of weights. */
public final class WeightColumn {

  /** Of a weight. Between these, sums and quotients of weights are numbers too. */
  public static final String RULE = "a weight must be 0 or a number within [1e-30, 1e30]";

  private WeightColumn() {}

  /** Whether it is one: as a float, which is what examples keep. */
  public static boolean isWeight(double value) {
    return value == 0 || (value >= 1e-30 && value <= 1e30);
  }
}
