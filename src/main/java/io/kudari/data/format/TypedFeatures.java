package io.kudari.data.format;

/** Reads the features of rows one after another, and adds them as examples. Not thread-safe. */
sealed interface TypedFeatures permits TypedCells, TypedPixels, TypedVector, TypedVectorCells {

  /** Whether it reads columns of a kind. */
  boolean reads(TypedRows.Kind kind);

  /**
   * Goes on with other rows of the same table.
   *
   * @param at places of the columns there
   */
  void open(TypedRows rows, int[] at);

  /** Whether a row must be read although it is not wanted. */
  boolean mustRead();

  /** Reads those of the row that it is at. */
  void read();

  /** Whether the row that was read is left out, because it has a gap. */
  boolean isLeftOut();

  /** Whether it is left out, because a cell holds what it must not. */
  boolean isInvalid();

  /** Adds it without a label. */
  void add();

  /** Adds it with a class. */
  void add(int label);

  /** Adds it with what is to be predicted of it. */
  void add(double[] targets);
}
