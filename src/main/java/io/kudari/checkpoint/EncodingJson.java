package io.kudari.checkpoint;

import io.kudari.data.ColumnKind;
import io.kudari.data.Encoding;
import io.kudari.data.Invalid;
import io.kudari.data.Missing;
import io.kudari.data.TableRules;
import java.util.List;

/**
 * How the columns of a table become features, in {@code task.json} of a {@link ModelFolder}.
 *
 * @param columns in their order
 * @param missingValues texts that stand for no value
 */
record EncodingJson(
    List<Column> columns,
    List<String> missingValues,
    Missing missing,
    boolean indicator,
    int rare,
    int maxCategories,
    Invalid invalid) {

  /**
   * A column.
   *
   * @param values of a category
   */
  record Column(ColumnKind kind, List<String> values, boolean indicator) {

    private static Column of(Encoding.Column column) {
      return new Column(column.kind(), column.values(), column.indicator());
    }

    private Encoding.Column column() {
      return new Encoding.Column(kind, values, indicator);
    }
  }

  /** What a file says may be anything. */
  EncodingJson {
    if (columns.isEmpty()) throw new IllegalArgumentException("columns must not be empty");
  }

  /** Null where features are read as they are. */
  static EncodingJson of(Encoding encoding) {
    if (encoding.isNone()) return null;
    TableRules rules = encoding.rules();
    return new EncodingJson(
        encoding.columns().stream().map(Column::of).toList(),
        rules.missingValues(),
        rules.missing(),
        rules.indicator(),
        rules.rare(),
        rules.maxCategories(),
        rules.invalid());
  }

  /**
   * The encoding.
   *
   * @throws IllegalArgumentException when it cannot be
   */
  Encoding encoding() {
    // Files of before there was such a rule do not say it.
    Invalid rule = invalid == null ? Invalid.ERROR : invalid;
    TableRules rules = new TableRules(missingValues, missing, indicator, rare, maxCategories, rule);
    return new Encoding(columns.stream().map(Column::column).toList(), rules);
  }
}
