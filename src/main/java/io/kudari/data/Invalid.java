package io.kudari.data;

/** What becomes of a table's cells that hold an infinity, or what their column cannot. */
public enum Invalid {
  /** They are refused. */
  ERROR,
  /** Their rows are left out. */
  SKIP
}
