package io.kudari.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The cells of one row after another of a table, from wherever they come: texts, numbers, booleans
 * or nothing. Whoever reads a table says {@link #begin}, sets each column once, and adds the row to
 * the sink that made it. Not thread-safe.
 *
 * <p>A text that is a decimal number is that number, and true, false, yes and no are 1 and 0,
 * unless the column is a category.
 */
public final class TableRow {

  /** Places an error in the row that is read. */
  public interface Place {

    /**
     * One line.
     *
     * @param column its name
     * @param found the cell's text, or null for nothing
     * @param rule that it breaks
     */
    DataException error(String column, String found, String rule);
  }

  /** How a line about a gap of a training set ends: what to say of it in a configuration. */
  public static final String ALLOWED = ": data.missing = mean, median, zero or skip allows it";

  private final List<String> names;
  private final ColumnKind[] kinds;
  private final TableRules rules;
  private final boolean known;
  private final boolean needed;
  private final Place place;
  private final Set<String> gaps;

  /** Those that are numbers; mostly none. */
  private final double[] doubleGaps;

  /** The same as floats. */
  private final double[] floatGaps;

  private final List<Map<String, Integer>> codes = new ArrayList<>();
  private final boolean special;

  /** What a cell is: a number, or NaN for a text, whatever cell of a category, or nothing. */
  private final double[] numbers;

  private final String[] texts;
  private final double[] values;
  private boolean hasTexts;
  private boolean hasGaps;
  private boolean isInvalid;

  /**
   * A row.
   *
   * @param needed whether rows may not be left out
   */
  TableRow(Schema schema, TableColumns table, boolean needed, Place place) {
    int columns = table.names().size();
    Encoding encoding = schema.encoding();
    this.names = table.names();
    this.known = schema.isKnown();
    this.needed = needed;
    this.place = place;
    this.rules = known ? encoding.rules() : table.rules();
    this.gaps = new HashSet<>(rules.missingValues());
    this.doubleGaps =
        gaps.stream().mapToDouble(CellText::number).filter(gap -> !Double.isNaN(gap)).toArray();
    this.floatGaps = Arrays.stream(doubleGaps).map(gap -> (float) gap).toArray();
    this.kinds = new ColumnKind[columns];
    for (int c = 0; c < columns; c++) {
      boolean said = c < encoding.columns().size();
      ColumnKind schemas = said ? encoding.columns().get(c).kind() : ColumnKind.NUMBER;
      // An unknown schema may say of columns that they are categories, whatever they look like.
      boolean decided = known || schemas == ColumnKind.CATEGORY;
      kinds[c] = decided ? schemas : table.given().get(c);
      codes.add(known && kinds[c] == ColumnKind.CATEGORY ? codes(encoding.columns().get(c)) : null);
    }
    this.special =
        rules.areSpecial()
            || Arrays.stream(kinds).anyMatch(k -> k != null && k != ColumnKind.NUMBER);
    this.numbers = new double[columns];
    this.texts = new String[columns];
    this.values = new double[columns];
  }

  private static Map<String, Integer> codes(Encoding.Column column) {
    Map<String, Integer> codes = new HashMap<>();
    for (String value : column.values()) codes.put(value, codes.size());
    return codes;
  }

  /** Begins the next row. */
  public void begin() {
    hasTexts = false;
    hasGaps = false;
    isInvalid = false;
  }

  /** A cell that is a text, or null where there is nothing. */
  public void text(int column, String text) {
    double number = text == null ? Double.NaN : CellText.number(text);
    if (!Double.isNaN(number) && !(doubleGaps.length > 0 && gaps.contains(text))) {
      number(column, number, text);
    } else if (text == null || text.isEmpty() || gaps.contains(text)) {
      gap(column, text);
    } else {
      double flag = CellText.flag(text);
      if (Double.isNaN(flag)) word(column, text);
      else flag(column, flag, text);
    }
  }

  /**
   * A cell that is a number by its type; NaN where there is nothing, as where it equals a number
   * that stands for a gap.
   *
   * @param isFloat whether it is a float, as which such numbers are compared with it then
   */
  public void number(int column, double number, boolean isFloat) {
    if (isGap(number, isFloat)) gap(column, text(number, isFloat));
    else number(column, number, null);
  }

  /**
   * The same, of a column of categories.
   *
   * @param text of the number, which is the category's
   */
  public void category(int column, double number, boolean isFloat, String text) {
    if (isGap(number, isFloat)) gap(column, text);
    else number(column, number, text);
  }

  /** Whether cells of a column become categories, so that even numbers need their texts. */
  public boolean isCategory(int column) {
    return kinds[column] == ColumnKind.CATEGORY;
  }

  private boolean isGap(double number, boolean isFloat) {
    if (Double.isNaN(number)) return true;
    for (double gap : isFloat ? floatGaps : doubleGaps) if (gap == number) return true;
    return false;
  }

  private static String text(double number, boolean isFloat) {
    return isFloat ? CellText.ofFloat((float) number) : CellText.of(number);
  }

  /** A cell that is true or false by its type, and 1 or 0 in a column of numbers. */
  public void flag(int column, boolean flag) {
    if (kinds[column] == ColumnKind.NUMBER) number(column, flag ? 1 : 0, null);
    else flag(column, flag ? 1 : 0, String.valueOf(flag));
  }

  /** A cell that holds nothing. */
  public void missing(int column) {
    gap(column, null);
  }

  private void gap(int column, String text) {
    Missing rule = rules.missing();
    if (rule == Missing.ERROR || (rule == Missing.SKIP && needed)) throw missing(column, text);
    hasGaps = true;
    put(column, Double.NaN, null, Double.NaN);
  }

  private DataException missing(int column, String text) {
    String rule;
    if (!known) rule = "a missing value" + ALLOWED;
    else if (rules.missing() == Missing.ERROR)
      rule = "a missing value, which data.missing of the training set refuses";
    else
      rule = "a missing value, whose row data.missing = skip leaves out, but here all are needed";
    return place.error(names.get(column), text, rule);
  }

  /** As the text says it, if it was one. */
  private void number(int column, double number, String textOrNull) {
    ColumnKind kind = kinds[column];
    if (rules.invalid() == Invalid.SKIP && !Float.isFinite((float) number)) {
      // Whatever the column is: what it is found to be decides nothing.
      invalid(column, textOrNull == null ? String.valueOf(number) : textOrNull);
    } else if (kind == ColumnKind.CATEGORY) {
      String text = textOrNull == null ? CellText.of(number) : textOrNull;
      hasTexts = true;
      put(column, Double.NaN, text, code(column, text));
    } else if (!Float.isFinite((float) number)) {
      invalid(column, textOrNull == null ? String.valueOf(number) : textOrNull);
    } else if (kind == ColumnKind.BOOLEAN && number != 0 && number != 1) {
      invalid(column, textOrNull == null ? CellText.of(number) : textOrNull);
    } else {
      put(column, number, null, number);
    }
  }

  private void flag(int column, double flag, String text) {
    ColumnKind kind = kinds[column];
    if (kind == ColumnKind.NUMBER) {
      invalid(column, text);
    } else if (kind == ColumnKind.BOOLEAN) {
      put(column, flag, null, flag);
    } else {
      hasTexts = true;
      // Of a category the text alone counts: yes and true are two of them.
      put(column, kind == null ? flag : Double.NaN, text, code(column, text));
    }
  }

  private void word(int column, String text) {
    ColumnKind kind = kinds[column];
    boolean skips = rules.invalid() == Invalid.SKIP;
    boolean infinite = (kind == null || skips) && CellText.isInfinity(text);
    if (infinite || (kind != null && kind != ColumnKind.CATEGORY)) {
      invalid(column, text);
      return;
    }
    hasTexts = true;
    put(column, Double.NaN, text, code(column, text));
  }

  private void invalid(int column, String text) {
    if (rules.invalid() == Invalid.ERROR || needed) throw wrong(column, text);
    isInvalid = true;
    put(column, Double.NaN, null, Double.NaN);
  }

  private DataException wrong(int column, String text) {
    String rule =
        kinds[column] == ColumnKind.BOOLEAN
            ? "a boolean must be true, false, yes or no"
            : "a feature must be a finite number";
    return place.error(names.get(column), text, rule + skips());
  }

  private String skips() {
    if (rules.invalid() == Invalid.ERROR) return "";
    return "; data.invalid = skip leaves its row out, but here all are needed";
  }

  /** The place of a category's feature: that of all others where it has none of its own. */
  private double code(int column, String text) {
    Map<String, Integer> known = codes.get(column);
    return known == null ? Double.NaN : known.getOrDefault(text, known.size());
  }

  private void put(int column, double number, String text, double value) {
    numbers[column] = number;
    texts[column] = text;
    values[column] = value;
  }

  /** Whether the row is to be left out, because it has a gap. */
  public boolean isLeftOut() {
    return hasGaps && rules.missing() == Missing.SKIP;
  }

  /** Whether the row is to be left out, because a cell holds what it must not. */
  public boolean isInvalid() {
    return isInvalid;
  }

  /** Whether rows must be looked at although they are not wanted: some may be left out. */
  public boolean mayBeLeftOut() {
    return rules.missing() == Missing.SKIP || rules.invalid() == Invalid.SKIP;
  }

  /** Whether the table is anything but numbers without gaps, as far as it is known. */
  boolean isSpecial() {
    return special || hasTexts || hasGaps;
  }

  /** Whether some cell is a text that may be a category, or a gap. */
  boolean hasTextsOrGaps() {
    return hasTexts || hasGaps;
  }

  /** What columns are, as far as that is known; null where it is not. */
  ColumnKind[] kinds() {
    return kinds;
  }

  /** How cells are read. */
  TableRules rules() {
    return rules;
  }

  /** Number of each cell; NaN of a text that is none, of a category's cell and of a gap. */
  double[] numbers() {
    return numbers;
  }

  /** Text of each cell that may be a category; null of numbers and gaps. */
  String[] texts() {
    return texts;
  }

  /**
   * The cells by what their columns are: numbers, 1 and 0, the place of a category's feature; NaN
   * of a gap, and of a text while the values of its column are not known.
   */
  double[] values() {
    return values;
  }
}
