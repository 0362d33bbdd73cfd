package io.kudari.data;

import java.util.List;
import java.util.Map;

/**
 * What a table's own settings, or its types, say of the columns that features are read from.
 *
 * @param names of the columns, for messages
 * @param given what columns are, by their places; a look at all values tells of the others. The
 *     schema of a training set goes before
 * @param rules likewise
 */
public record TableColumns(List<String> names, Map<Integer, ColumnKind> given, TableRules rules) {

  public TableColumns {
    names = List.copyOf(names);
    given = Map.copyOf(given);
  }
}
