package io.kudari.data;

/** What the values of a table's column are. */
public enum ColumnKind {
  /** Finite numbers. */
  NUMBER,
  /** true, false, yes or no, in any case: 1 or 0. */
  BOOLEAN,
  /** Texts, of which each that is frequent enough is a feature of its own. */
  CATEGORY
}
