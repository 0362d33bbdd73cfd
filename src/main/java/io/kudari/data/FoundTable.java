package io.kudari.data;

import io.kudari.data.order.Division;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Predicate;

/**
 * What a look at all rows of a table found of its columns.
 *
 * @param columns in their order
 * @param rules that the cells were read by
 * @param rows of the table, without those that were left out
 * @param mixed places of the columns that hold texts and numbers or booleans: categories whose
 *     cells are not all told apart, unless they are said to be categories
 */
public record FoundTable(List<Column> columns, TableRules rules, long rows, BitSet mixed) {

  public FoundTable {
    columns = List.copyOf(columns);
  }

  /**
   * A column.
   *
   * @param least of its numbers; +∞ where it has none
   * @param greatest of its numbers; −∞ where it has none
   * @param gaps its cells that hold nothing
   * @param values its different texts, where it has some
   * @param tooMany whether there were more texts than are told apart, or longer ones; then none is
   * @param tooLong whether there were longer ones
   * @param textOrNull one of its texts that are no booleans, if it has some
   */
  public record Column(
      String name,
      ColumnKind kind,
      double least,
      double greatest,
      GreatestKeys gaps,
      SortedMap<String, GreatestKeys> values,
      boolean tooMany,
      boolean tooLong,
      String textOrNull) {

    /** Cells that hold nothing. */
    public long missing() {
      return gaps.count();
    }

    /** Cells of a text. */
    public long count(String value) {
      return values.get(value).count();
    }

    /** Whether all rows that have a value have the same. */
    public boolean isConstant() {
      if (kind == ColumnKind.NUMBER) return least >= greatest;
      if (kind == ColumnKind.CATEGORY || !values.isEmpty()) return !tooMany && values.size() < 2;
      return least >= greatest;
    }

    /** Whether each row that has a value has another. */
    public boolean isUnlike(long rows) {
      return kind == ColumnKind.CATEGORY && !tooMany && values.size() == rows - missing();
    }
  }

  /** How the columns become features where all rows are trained on, however many those are. */
  Encoding encoding() {
    return encoding(GreatestKeys::isFull, Integer.MAX_VALUE);
  }

  /**
   * How they become features where some rows are held out, at which it does not look: a category
   * has a feature where as many of its examples as make it no rare one are in buckets that are
   * trained on as a whole.
   *
   * @throws DataException when a column is no category, or has too many of them; one line
   */
  Encoding encoding(Division division) {
    return encoding(keys -> keys.areTrainedOn(division), rules.maxCategories());
  }

  private Encoding encoding(Predicate<GreatestKeys> trained, int most) {
    List<Encoding.Column> encoded = columns.stream().map(c -> encoded(c, trained, most)).toList();
    Encoding all = new Encoding(encoded, rules);
    boolean plain = encoded.stream().allMatch(c -> c.kind() == ColumnKind.NUMBER);
    return plain && !rules.areSpecial() ? Encoding.NONE : all;
  }

  private Encoding.Column encoded(Column column, Predicate<GreatestKeys> trained, int most) {
    boolean indicator = rules.indicator() && trained.test(column.gaps);
    if (column.kind != ColumnKind.CATEGORY)
      return new Encoding.Column(column.kind, List.of(), indicator);
    if (column.tooLong)
      throw refused(column, "a text of more than " + TableWatch.LONGEST + " characters");
    if (column.tooMany)
      throw refused(column, "more than " + TableRules.MOST_VALUES + " different values");
    if (column.isUnlike(rows))
      throw refused(column, "as many different values as rows, " + column.values.size());
    List<String> own =
        column.values.entrySet().stream()
            .filter(value -> trained.test(value.getValue()))
            .map(value -> value.getKey())
            .toList();
    if (own.size() > most)
      throw refused(
          column, own.size() + " categories, more than max-categories = " + rules.maxCategories());
    return new Encoding.Column(column.kind, own, indicator);
  }

  private static DataException refused(Column column, String what) {
    String text =
        column.textOrNull == null || column.tooLong ? "" : ", such as " + shown(column.textOrNull);
    return new DataException(
        "column "
            + column.name
            + " has "
            + what
            + text
            + ": data.train.exclude = ["
            + column.name
            + "] leaves it out"
            + (what.contains("max-categories")
                ? "; data.train.rare or data.train.max-categories may be raised"
                : "; where it is of numbers, data.train.columns says so"));
  }

  /** A text for a message, short and on one line. */
  static String shown(String text) {
    String start = text.length() > 40 ? text.substring(0, 40) + "…" : text;
    return "'" + start.replaceAll("\\p{Cntrl}", " ") + "'";
  }
}
