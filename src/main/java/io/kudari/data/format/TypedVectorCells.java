package io.kudari.data.format;

import io.kudari.data.DataException;
import io.kudari.data.ExampleSink;
import io.kudari.data.Missing;
import io.kudari.data.TableColumns;
import io.kudari.data.TableRow;
import io.kudari.data.TableRules;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** All features in one column of vectors, whose values may be missing or invalid. */
final class TypedVectorCells implements TypedFeatures {

  private final TableRules rules;
  private final int targets;
  private final ExampleSink into;
  private TypedRows rows;
  private int at;
  private TableRow cells;
  private int size;
  private boolean isMissing;

  /** Nothing is read yet. */
  TypedVectorCells(TableRules rules, int targets, ExampleSink into) {
    this.rules = rules;
    this.targets = targets;
    this.into = into;
  }

  @Override
  public boolean reads(TypedRows.Kind kind) {
    return kind == TypedRows.Kind.VECTOR;
  }

  @Override
  public void open(TypedRows from, int[] places) {
    rows = from;
    at = places[0];
  }

  @Override
  public boolean mustRead() {
    return cells == null || cells.mayBeLeftOut();
  }

  /** The first example decides the size of all; a vector that is missing has none. */
  @Override
  public void read() {
    double[] values = rows.vector(at, true);
    isMissing = values == null;
    if (isMissing) {
      if (rules.missing() == Missing.SKIP && into.needsLabels()) return;
      throw TypedReader.error(
          rows,
          rows.columns().get(at).name(),
          null,
          "a vector must be there, unless data.missing = skip leaves its row out of a training");
    }
    if (cells == null) begin(values.length);
    if (values.length != size) throw TypedReader.sizes(rows, values.length, size);
    cells.begin();
    boolean isFloat = rows.isFloat(at);
    for (int j = 0; j < size; j++) cells.number(j, values[j], isFloat);
  }

  private void begin(int width) {
    size = width;
    List<String> names = IntStream.range(0, width).mapToObj(j -> rows.name(at, j)).toList();
    cells = into.begin(new TableColumns(names, Map.of(), rules), targets, this::error);
  }

  private DataException error(String column, String found, String rule) {
    return TypedReader.error(rows, column, found, rule);
  }

  @Override
  public boolean isLeftOut() {
    return isMissing || cells.isLeftOut();
  }

  @Override
  public boolean isInvalid() {
    return !isMissing && cells.isInvalid();
  }

  @Override
  public void add() {
    into.add(cells);
  }

  @Override
  public void add(int label) {
    into.add(cells, label);
  }

  @Override
  public void add(double[] values) {
    into.add(cells, values);
  }
}
