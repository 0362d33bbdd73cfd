package io.kudari.lab;

import java.util.List;

/**
 * Numbers in rows.
 *
 * @param caption what they are
 * @param columns their headings
 * @param rows texts and numbers, as many as columns
 */
public record Table(String caption, List<String> columns, List<List<Object>> rows) {

  /** Copies the lists, and checks their lengths. */
  public Table {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
    for (List<Object> row : rows)
      if (row.size() != columns.size())
        throw new IllegalArgumentException(
            caption + ": a row of " + row.size() + " for " + columns.size() + " columns");
  }
}
