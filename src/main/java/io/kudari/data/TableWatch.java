package io.kudari.data;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Sees what the cells of a table's columns are, and which texts and gaps there are. Watches of
 * parts of a table add up, in any order, to that of the table. Not thread-safe.
 */
final class TableWatch implements java.io.Serializable {

  private static final long serialVersionUID = 1;

  /** Characters of a category's text at most. */
  static final int LONGEST = 1000;

  /** A column of numbers but for one cell in so many, or fewer, may be meant to be of numbers. */
  private static final int FEW = 10;

  private final TableRules rules;
  private final ColumnKind[] given;

  /** Null of those of which there was nothing to see. */
  private final Column[] columns;

  /** What was seen of a column. */
  private static final class Column implements java.io.Serializable {

    private static final long serialVersionUID = 1;

    /** Cells that are texts, or numbers of a column that is a category. */
    private long texts;

    /** Those of them that are booleans. */
    private long flags;

    /** Those of them that are no booleans and no numbers. */
    private long words;

    private final GreatestKeys gaps = new GreatestKeys(1);
    private final Map<String, GreatestKeys> values = new HashMap<>();

    /** The first in the order of texts that is no boolean and no number. */
    private String text;

    /** The first that is a boolean. */
    private String flag;

    private boolean tooMany;
    private boolean tooLong;

    private GreatestKeys of(String value, int rare) {
      tooLong |= value.length() > LONGEST;
      if (tooMany) return null;
      GreatestKeys found = values.get(value);
      if (found != null) return found;
      if (values.size() == TableRules.MOST_VALUES || tooLong) {
        tooMany = true;
        values.clear();
        return null;
      }
      GreatestKeys begun = new GreatestKeys(rare);
      values.put(value, begun);
      return begun;
    }

    private void told(String value) {
      if (text == null || value.compareTo(text) < 0) text = value;
    }

    private void toldFlag(String value) {
      if (flag == null || value.compareTo(flag) < 0) flag = value;
    }
  }

  /** Of no rows. */
  TableWatch(TableRules rules, ColumnKind[] given) {
    this.rules = rules;
    this.given = given.clone();
    this.columns = new Column[given.length];
  }

  private Column column(int c) {
    if (columns[c] == null) columns[c] = new Column();
    return columns[c];
  }

  /** Of no rows of the same table. */
  TableWatch empty() {
    return new TableWatch(rules, given);
  }

  /** Whether it has to see a row: one of numbers alone tells nothing. */
  boolean watches(TableRow row) {
    return row.hasTextsOrGaps();
  }

  /**
   * A row that it watches.
   *
   * @param label class of the example, or 0
   */
  void add(TableRow row, int label, long key) {
    String[] texts = row.texts();
    double[] numbers = row.numbers();
    for (int c = 0; c < columns.length; c++) {
      String text = texts[c];
      if (text != null) add(column(c), text, label, key);
      else if (Double.isNaN(numbers[c])) column(c).gaps.add(label, key);
    }
  }

  private void add(Column column, String text, int label, long key) {
    column.texts++;
    if (!Double.isNaN(CellText.flag(text))) {
      column.flags++;
      column.toldFlag(text);
    } else if (Double.isNaN(CellText.number(text))) {
      column.words++;
      column.told(text.length() > LONGEST ? text.substring(0, LONGEST) : text);
    }
    GreatestKeys of = column.of(text, rules.rare());
    if (of != null) of.add(label, key);
  }

  /**
   * Adds what was seen of other rows.
   *
   * @param number the number here of each class there
   */
  void add(TableWatch other, int[] number) {
    for (int c = 0; c < columns.length; c++) {
      Column from = other.columns[c];
      if (from == null) continue;
      Column to = column(c);
      to.texts += from.texts;
      to.flags += from.flags;
      to.words += from.words;
      to.tooLong |= from.tooLong;
      to.gaps.add(from.gaps, number);
      if (from.text != null) to.told(from.text);
      if (from.flag != null) to.toldFlag(from.flag);
      if (from.tooMany) {
        to.tooMany = true;
        to.values.clear();
      }
      from.values.forEach(
          (value, keys) -> {
            GreatestKeys of = to.of(value, rules.rare());
            if (of != null) of.add(keys, number);
          });
    }
  }

  /** Gives each class another number. */
  void renumber(int[] number) {
    for (Column column : columns) {
      if (column == null) continue;
      column.gaps.renumber(number);
      column.values.values().forEach(keys -> keys.renumber(number));
    }
  }

  /**
   * The columns that turn out to be categories although some of their cells were taken for numbers
   * or booleans, of which equal ones were not told apart.
   */
  BitSet mixed(long rows) {
    BitSet mixed = new BitSet();
    for (int c = 0; c < columns.length; c++)
      mixed.set(
          c,
          given[c] == null
              && columns[c] != null
              && columns[c].texts > 0
              && (numbers(columns[c], rows) > 0 || isPartlyFlags(columns[c])));
    return mixed;
  }

  private static boolean isPartlyFlags(Column column) {
    return column.flags > 0 && column.flags < column.texts;
  }

  private static long numbers(Column column, long rows) {
    return rows - column.texts - column.gaps.count();
  }

  /**
   * What to tell the user of columns that are categories by a few of their cells alone: one line
   * each.
   *
   * @param names of the columns
   * @param found to be categories although they hold numbers
   */
  List<String> nearlyNumbers(List<String> names, BitSet found, long rows) {
    return found.stream()
        .filter(c -> columns[c] != null && isNearlyNumbers(columns[c], rows))
        .mapToObj(c -> nearlyNumbers(names.get(c), columns[c], rows - columns[c].gaps.count()))
        .toList();
  }

  private static boolean isNearlyNumbers(Column column, long rows) {
    long cells = rows - column.gaps.count();
    long others = column.words + column.flags;
    return others > 0 && !column.tooMany && FEW * others <= cells;
  }

  private static String nearlyNumbers(String name, Column column, long cells) {
    long others = column.words + column.flags;
    return "column "
        + name
        + " is a category of "
        + column.values.size()
        + " values, because "
        + others
        + " of its "
        + cells
        + (others == 1 ? " cells is no number, " : " cells are no numbers, such as ")
        + FoundTable.shown(column.text != null ? column.text : column.flag)
        + ": data.train.missing-values makes such a text a gap";
  }

  /**
   * What was found.
   *
   * @param names of the columns
   * @param numbers what was seen of their numbers
   */
  FoundTable found(List<String> names, ColumnWatch numbers, long rows) {
    List<FoundTable.Column> found = new ArrayList<>();
    Column nothing = new Column();
    for (int c = 0; c < columns.length; c++) {
      Column column = columns[c] == null ? nothing : columns[c];
      SortedMap<String, GreatestKeys> values =
          column.values.isEmpty() ? Collections.emptySortedMap() : new TreeMap<>(column.values);
      found.add(
          new FoundTable.Column(
              names.get(c),
              kind(c),
              numbers.least(c),
              numbers.greatest(c),
              column.gaps,
              values,
              column.tooMany,
              column.tooLong,
              column.text));
    }
    return new FoundTable(found, rules, rows, mixed(rows));
  }

  private ColumnKind kind(int c) {
    if (given[c] != null) return given[c];
    if (columns[c] == null || columns[c].texts == 0) return ColumnKind.NUMBER;
    return columns[c].texts == columns[c].flags ? ColumnKind.BOOLEAN : ColumnKind.CATEGORY;
  }
}
