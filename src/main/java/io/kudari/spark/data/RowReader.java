package io.kudari.spark.data;

import io.kudari.data.ClassNames;
import io.kudari.data.DataException;
import io.kudari.data.ExampleSink;
import io.kudari.data.Task;
import io.kudari.data.format.NamedColumns;
import io.kudari.data.format.SparkTable;
import io.kudari.data.format.WeightColumn;
import io.kudari.model.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** Gives the rows of a data frame to a sink, one after another. Not thread-safe. */
final class RowReader {

  private final SparkTable table;
  private final StructType row;
  private final ExampleSink into;
  private final List<String> labels;
  private final RowFeatures features;
  private final ClassNames classes;
  private final int[] places;
  private final int flag;
  private final String weight;
  private final int weightAt;
  private final Cells.Number weightCell;

  /** Of each label; null where it is text. */
  private final Cells.Number[] cells;

  /**
   * Finds the columns.
   *
   * @param row the columns of a row, each of a name of its own
   * @throws DataException when they are not there, or not of a type that can be read
   */
  RowReader(SparkTable table, StructType row, ExampleSink into) {
    this.table = table;
    this.row = row;
    this.into = into;
    boolean named = table.task() == Task.CLASSIFICATION && !table.numbered();
    classes = named ? into.numbering(table.classNames()) : null;
    List<String> all = Arrays.asList(row.fieldNames());
    NamedColumns columns = table.columns(all, name -> isVector(row.apply(name).dataType()), into);
    for (List<String> used : List.of(columns.labels(), columns.features()))
      for (String name : used) if (!all.contains(name)) throw none(name, all);
    labels = columns.labels();
    features = features(columns.features());
    labels.forEach(this::checkLabel);
    flag = place(table.flag(), BooleanType.class::isInstance, "a validation flag is boolean");
    weight = columns.weight();
    weightAt = place(weight, Cells::isNumber, "a weight is a number");
    weightCell = weightAt < 0 ? null : Cells.number(row.apply(weight).dataType());
    places = labels.stream().mapToInt(row::fieldIndex).toArray();
    cells =
        labels.stream()
            .map(name -> row.apply(name).dataType())
            .map(type -> Cells.isText(type) ? null : Cells.number(type))
            .toArray(Cells.Number[]::new);
  }

  private static boolean isVector(DataType type) {
    return Cells.isVector(type) || Cells.isArray(type);
  }

  private DataException none(String name, List<String> all) {
    return error("no column " + name + " among its " + all.size() + ", " + ClassNames.shown(all));
  }

  private RowFeatures features(List<String> names) {
    if (names.isEmpty()) throw error("no column is left for features");
    boolean one = names.size() == 1 && isVector(row.apply(names.get(0)).dataType());
    for (String name : names)
      if (!one && !Cells.isNumber(row.apply(name).dataType()))
        throw error(
            "column "
                + name
                + " is "
                + row.apply(name).dataType().catalogString()
                + ", features are numbers or booleans, or one column of vectors or arrays");
    return RowFeatures.of(row, names);
  }

  private void checkLabel(String name) {
    DataType type = row.apply(name).dataType();
    boolean text = classes != null && Cells.isText(type);
    if (!text && !Cells.isNumber(type))
      throw error(
          "column "
              + name
              + " is "
              + type.catalogString()
              + (classes != null ? ", labels are numbers or text" : ", labels here are numbers"));
  }

  /**
   * Where a column is that need not be read, or -1.
   *
   * @param name empty for none
   * @param rule of its type, for the error
   */
  private int place(String name, Predicate<DataType> fits, String rule) {
    if (name.isEmpty()) return -1;
    List<String> all = Arrays.asList(row.fieldNames());
    if (!all.contains(name)) throw none(name, all);
    DataType type = row.apply(name).dataType();
    if (fits.test(type)) return row.fieldIndex(name);
    throw error("column " + name + " is " + type.catalogString() + ", " + rule);
  }

  private void weigh(InternalRow next) {
    if (weightAt < 0) return;
    double value = next.isNullAt(weightAt) ? Double.NaN : weightCell.at(next, weightAt);
    if (!WeightColumn.isWeight(value))
      throw error(
          "column "
              + weight
              + ": found "
              + (next.isNullAt(weightAt) ? "null" : String.valueOf(value))
              + ", "
              + WeightColumn.RULE);
    into.weigh(value);
  }

  private void hold(InternalRow next) {
    if (flag < 0) return;
    if (next.isNullAt(flag))
      throw error("column " + table.flag() + ": found null, a validation flag must have a value");
    into.hold(next.getBoolean(flag));
  }

  /** The next row. */
  void add(InternalRow next) {
    try {
      double[] values = features.of(next);
      begin(values.length);
      hold(next);
      weigh(next);
      if (!into.needsLabels()) into.add(values);
      else if (table.task() == Task.REGRESSION) into.add(values, targets(next));
      else into.add(values, label(next));
    } catch (IllegalArgumentException e) {
      throw new DataException(table.name() + ": " + e.getMessage(), e);
    }
  }

  /** The first example decides the size of all. */
  private void begin(int size) {
    if (into.shape() == null) {
      int targets = table.task() == Task.REGRESSION ? table.labels().size() : 0;
      into.begin(Shape.flat(size), false, 0, targets);
      into.name(features::name);
    } else if (into.shape().size() != size) {
      throw error(size + " features in a row, " + into.shape().size() + " in another");
    }
  }

  private double[] targets(InternalRow next) {
    double[] values = new double[labels.size()];
    for (int k = 0; k < values.length; k++) {
      values[k] = number(next, k, "a target");
      if (!Float.isFinite((float) values[k]))
        throw error(k, String.valueOf(values[k]), "a target must be a finite number");
    }
    return values;
  }

  private int label(InternalRow next) {
    int at = places[0];
    if (cells[0] == null && next.isNullAt(at)) throw error(0, "null", "a label must have a value");
    String found =
        cells[0] == null
            ? next.getUTF8String(at).toString()
            : String.valueOf(number(next, 0, "a label"));
    try {
      if (classes == null) return numbered(Double.parseDouble(found));
      return classes.number(
          cells[0] == null ? found : ClassNames.ofNumber(Double.parseDouble(found)));
    } catch (IllegalArgumentException e) {
      throw error(0, found, e.getMessage());
    }
  }

  private int numbered(double label) {
    int most = into.schema().isKnown() ? into.schema().classes() : ClassNames.MOST;
    if (label == Math.rint(label) && label >= 0 && label < most) return (int) label;
    throw new IllegalArgumentException(
        "the number of a class must be whole and within 0.." + (most - 1));
  }

  private double number(InternalRow next, int label, String what) {
    if (next.isNullAt(places[label])) throw error(label, "null", what + " must have a value");
    return cells[label].at(next, places[label]);
  }

  private DataException error(int label, String found, String rule) {
    return error(
        "column "
            + labels.get(label)
            + ": found "
            + ClassNames.shown(List.of(found))
            + ", "
            + rule);
  }

  private DataException error(String what) {
    return new DataException(table.name() + ": " + what);
  }

  /** All rows were added. */
  void end() {
    if (classes != null) into.end(classes);
  }
}
