package io.kudari.data.format;

import io.kudari.data.DataException;
import io.kudari.data.ExampleSink;
import io.kudari.data.TableColumns;
import io.kudari.data.TableRow;
import java.util.Arrays;

/** Features of a column each. */
final class TypedCells implements TypedFeatures {

  private final TableColumns table;
  private final int targets;
  private final ExampleSink into;
  private TypedRows rows;
  private int[] at;
  private TypedRows.Kind[] kinds;
  private boolean[] floats;
  private TableRow cells;

  /** Nothing is read yet. */
  TypedCells(TableColumns table, int targets, ExampleSink into) {
    this.table = table;
    this.targets = targets;
    this.into = into;
  }

  @Override
  public boolean reads(TypedRows.Kind kind) {
    return kind.isCell();
  }

  @Override
  public void open(TypedRows from, int[] places) {
    rows = from;
    at = places;
    kinds =
        Arrays.stream(places)
            .mapToObj(place -> from.columns().get(place).kind())
            .toArray(TypedRows.Kind[]::new);
    floats = new boolean[places.length];
    for (int i = 0; i < floats.length; i++) floats[i] = from.isFloat(places[i]);
  }

  @Override
  public boolean mustRead() {
    return cells == null || cells.mayBeLeftOut();
  }

  @Override
  public void read() {
    if (cells == null) cells = into.begin(table, targets, this::error);
    cells.begin();
    for (int i = 0; i < at.length; i++) read(i);
  }

  private DataException error(String column, String found, String rule) {
    return TypedReader.error(rows, column, found, rule);
  }

  private void read(int i) {
    if (rows.isNull(at[i])) cells.missing(i);
    else if (kinds[i] == TypedRows.Kind.NUMBER) number(i);
    else if (kinds[i] == TypedRows.Kind.BOOLEAN) cells.flag(i, rows.flag(at[i]));
    else cells.text(i, rows.text(at[i]).trim()); // As CSV's are: what pads them says nothing.
  }

  private void number(int i) {
    double number = rows.number(at[i]);
    if (cells.isCategory(i)) cells.category(i, number, floats[i], rows.text(at[i]));
    else cells.number(i, number, floats[i]);
  }

  @Override
  public boolean isLeftOut() {
    return cells.isLeftOut();
  }

  @Override
  public boolean isInvalid() {
    return cells.isInvalid();
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
