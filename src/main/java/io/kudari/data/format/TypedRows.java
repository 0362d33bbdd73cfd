package io.kudari.data.format;

import io.kudari.data.DataException;
import java.util.List;

/**
 * Rows of columns that have names and types, one after another: of a file, or of a partition of a
 * data frame. What is asked for is of the row that it is at.
 */
public interface TypedRows {

  /** What the cells of a column are, by its type; each may be nothing. */
  enum Kind {
    NUMBER,
    BOOLEAN,
    TEXT,
    /** Some numbers, which are a row's features. */
    VECTOR,
    /** Images as {@link StructImage} has them. */
    IMAGE,
    /** Bytes, which are pixels. */
    BYTES,
    /** None of these. */
    OTHER;

    /** Whether it can be a feature beside others. */
    boolean isCell() {
      return this == NUMBER || this == BOOLEAN || this == TEXT;
    }

    /** Whether it has all features of a row. */
    boolean isWhole() {
      return this == VECTOR || isPixels();
    }

    /** Whether it has pixels. */
    public boolean isPixels() {
      return this == IMAGE || this == BYTES;
    }

    /** Whether it is read as a number. */
    boolean isNumber() {
      return this == NUMBER || this == BOOLEAN;
    }
  }

  /**
   * A column.
   *
   * @param type in the words of who wrote it, for messages
   */
  record Column(String name, Kind kind, String type) {}

  /** The columns, each named by its place from here on. */
  List<Column> columns();

  /** Whether a cell holds nothing. */
  boolean isNull(int column);

  /** A cell of numbers or booleans, which are 1 and 0. */
  double number(int column);

  /** Whether the numbers of a column, or of its vectors, are floats. */
  boolean isFloat(int column);

  /** A cell of booleans. */
  boolean flag(int column);

  /** A cell of text, or of numbers with all their digits, without a point where one is whole. */
  String text(int column);

  /**
   * The numbers of a vector.
   *
   * @param gaps whether some may be missing, which are NaN then, or infinite
   * @return null where there is none and gaps may be
   * @throws IllegalArgumentException when it is none that can be read; the message names the column
   */
  double[] vector(int column, boolean gaps);

  /** A cell of bytes. */
  byte[] bytes(int column);

  /** A cell of images. */
  StructImage image(int column);

  /** What a value of a vector is called, or a pixel. */
  default String name(int column, int value) {
    return columns().get(column).name() + "[" + value + "]";
  }

  /** An error of all of them. */
  DataException error(String what);

  /** An error of the row. */
  DataException rowError(String what);
}
