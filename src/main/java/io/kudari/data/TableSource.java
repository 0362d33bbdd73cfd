package io.kudari.data;

/** A source whose examples are rows of a table. */
public interface TableSource extends ExampleSource {

  /** How cells are read. */
  TableRules rules();

  /** The same, read by other rules. */
  TableSource with(TableRules other);
}
