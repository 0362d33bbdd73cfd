package io.kudari.data;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How the columns of a table become features, in their order: a number or a boolean is one; a
 * category has one for each of its values in their order, and one for all others together, of which
 * the one that a cell has is 1 and the rest are 0. Behind them is one more where gaps are told,
 * which is 1 at a gap. The features of a gap are NaN until a {@link Normalizer} fills them.
 *
 * <p>Found of the training examples alone, and part of a trained model. Immutable.
 *
 * @param columns of the table; none in {@link #NONE}, where features are read as they are
 * @param rules how cells are read
 */
public record Encoding(List<Column> columns, TableRules rules) implements java.io.Serializable {

  private static final long serialVersionUID = 1;

  /** Every column is a number, and has no gaps. */
  public static final Encoding NONE = new Encoding(List.of(), TableRules.USUAL);

  public Encoding {
    columns = List.copyOf(columns);
  }

  /**
   * A column.
   *
   * @param values of a category that have features of their own, sorted; else empty
   * @param indicator whether a feature tells the gaps
   */
  public record Column(ColumnKind kind, List<String> values, boolean indicator)
      implements java.io.Serializable {

    private static final long serialVersionUID = 1;

    public Column {
      values = List.copyOf(values);
      if (kind != ColumnKind.CATEGORY && !values.isEmpty())
        throw new IllegalArgumentException("only a category has values");
    }

    /** Features of its values. */
    int slots() {
      return kind == ColumnKind.CATEGORY ? values.size() + 1 : 1;
    }

    /** All its features. */
    public int width() {
      return slots() + (indicator ? 1 : 0);
    }

    /** Writes the features of a cell, and returns the place behind them. */
    private int expand(float cell, float[] to, int at) {
      int slots = slots();
      boolean gap = Float.isNaN(cell);
      if (kind != ColumnKind.CATEGORY) {
        to[at] = cell;
      } else {
        for (int i = 0; i < slots; i++) to[at + i] = gap ? Float.NaN : 0;
        if (!gap) to[at + (int) cell] = 1;
      }
      if (indicator) to[at + slots] = gap ? 1 : 0;
      return at + slots + (indicator ? 1 : 0);
    }
  }

  /** Whether features are read as they are. */
  public boolean isNone() {
    return columns.isEmpty();
  }

  /** Whether each column is one feature, of its number or boolean. */
  public boolean isOfNumbers() {
    return columns.stream().allMatch(c -> c.kind != ColumnKind.CATEGORY && !c.indicator);
  }

  /**
   * Whether finite numbers are features as they are, and nothing else is one: no gap is filled, no
   * number stands for one, no text is told apart.
   */
  public boolean isOfNumbersAlone() {
    return isOfNumbers()
        && !rules.missing().fills()
        && rules.missingValues().stream().allMatch(gap -> Double.isNaN(CellText.number(gap)));
  }

  /** Whether a column is a boolean. */
  public boolean isBoolean(int column) {
    return column < columns.size() && columns.get(column).kind == ColumnKind.BOOLEAN;
  }

  /** The columns of numbers. */
  int[] numbers() {
    return IntStream.range(0, columns.size())
        .filter(c -> columns.get(c).kind == ColumnKind.NUMBER)
        .toArray();
  }

  /** Features of an example. */
  public int width() {
    return columns.stream().mapToInt(Column::width).reduce(0, Math::addExact);
  }

  /** Cells of an example. */
  interface Cells {
    float get(int column);
  }

  /** Writes the features of an example. */
  void expand(Cells cells, float[] to, int at) {
    int next = at;
    for (int c = 0; c < columns.size(); c++) next = columns.get(c).expand(cells.get(c), to, next);
  }

  /**
   * Writes the features of an example.
   *
   * @param cells of a category the place of its feature; NaN of a gap
   * @param offsets of features
   */
  void expand(double[] cells, Offsets offsets, float[] to, int at) {
    int[] firsts = offsets.isNone() ? null : firsts();
    expand(c -> offsets.less(cells[c], firsts == null ? 0 : firsts[c]), to, at);
  }

  /** The first feature of each column. */
  int[] firsts() {
    int[] firsts = new int[columns.size()];
    int next = 0;
    for (int c = 0; c < firsts.length; c++) {
      firsts[c] = next;
      next += columns.get(c).width();
    }
    return firsts;
  }

  /** Offsets of features, of those of columns. */
  public Offsets features(Offsets ofColumns) {
    if (isNone() || ofColumns.isNone()) return ofColumns;
    double[] features = new double[width()];
    int[] firsts = firsts();
    for (int c = 0; c < firsts.length; c++) features[firsts[c]] = ofColumns.of(c);
    return new Offsets(features);
  }

  /** What a feature is called, of the names of the columns. */
  public List<String> names(List<String> ofColumns) {
    return IntStream.range(0, columns.size())
        .boxed()
        .flatMap(c -> names(ofColumns.get(c), columns.get(c)).stream())
        .toList();
  }

  private static List<String> names(String name, Column column) {
    List<String> names = new java.util.ArrayList<>();
    column.values.forEach(value -> names.add(name + "=" + value));
    if (column.kind == ColumnKind.CATEGORY) names.add(name + " other");
    else names.add(name);
    if (column.indicator) names.add(name + " missing");
    return names;
  }

  /** Characters of all values. */
  long characters() {
    return columns.stream().flatMap(c -> c.values.stream()).mapToLong(String::length).sum();
  }
}
