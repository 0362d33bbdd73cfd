package io.kudari.data;

import java.util.List;

/**
 * How the cells of a table are read, whatever holds it.
 *
 * @param missingValues texts that stand for no value, beside an empty cell
 * @param missing what becomes of cells without a value
 * @param indicator whether a column with gaps gets one more feature, 1 where there is none
 * @param rare how many training examples of a category there must be for a feature of its own, at
 *     least 1
 * @param maxCategories features of their own that the categories of a column may have
 * @param invalid what becomes of cells that hold what they must not
 */
public record TableRules(
    List<String> missingValues,
    Missing missing,
    boolean indicator,
    int rare,
    int maxCategories,
    Invalid invalid)
    implements java.io.Serializable {

  private static final long serialVersionUID = 1;

  /** Different texts of a column that are told apart. */
  public static final int MOST_VALUES = 1 << 14;

  /** What a category's training examples are counted to. */
  public static final int MOST_RARE = 1000;

  /** Where nothing is said of them. */
  public static final TableRules USUAL =
      new TableRules(List.of("NA", "null", "NaN"), Missing.ERROR, false, 1, 100);

  /** Where invalid cells are refused. */
  public TableRules(
      List<String> missingValues, Missing missing, boolean indicator, int rare, int maxCategories) {
    this(missingValues, missing, indicator, rare, maxCategories, Invalid.ERROR);
  }

  /** The same with another rule for invalid cells. */
  public TableRules with(Invalid other) {
    return new TableRules(missingValues, missing, indicator, rare, maxCategories, other);
  }

  /** Whether they say more than how numbers are read. */
  public boolean areSpecial() {
    return missing != Missing.ERROR || invalid != Invalid.ERROR;
  }

  public TableRules {
    missingValues = List.copyOf(missingValues);
    if (rare < 1 || rare > MOST_RARE)
      throw new IllegalArgumentException("rare must be within 1.." + MOST_RARE + ", not " + rare);
    if (maxCategories < 1 || maxCategories > MOST_VALUES)
      throw new IllegalArgumentException(
          "max-categories must be within 1.." + MOST_VALUES + ", not " + maxCategories);
  }

  /** The same with another rule for gaps, and no limit of categories: to look at a table. */
  public TableRules lenient() {
    return new TableRules(missingValues, Missing.MEAN, indicator, rare, MOST_VALUES, invalid);
  }
}
