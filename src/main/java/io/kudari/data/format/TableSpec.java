package io.kudari.data.format;

import io.kudari.data.TableRules;
import io.kudari.data.Task;
import java.util.HashSet;
import java.util.List;

/**
 * What the settings of a table whose columns have names and types say of them: of a Parquet file,
 * or of what Spark reads.
 *
 * @param task classification has one label column, regression one or more
 * @param labels names of the columns to predict
 * @param classNames all classes in order, or empty to find them in the rows
 * @param numbered whether the label column has the numbers of classes: 0 to the highest there is
 * @param flag column of booleans that says which rows are for validation, or empty
 * @param weight column of the examples' weights, or empty for none
 * @param choice of the columns that features are read from
 * @param rules how their cells are read
 * @param pixels what is said of a column of pixels
 */
public record TableSpec(
    Task task,
    List<String> labels,
    List<String> classNames,
    boolean numbered,
    String flag,
    String weight,
    ColumnChoice choice,
    TableRules rules,
    PixelSpec pixels)
    implements java.io.Serializable {

  private static final long serialVersionUID = 1;

  /**
   * Checks what does not depend on the table.
   *
   * @throws IllegalArgumentException when settings contradict each other; one line
   */
  public TableSpec {
    labels = List.copyOf(labels);
    classNames = List.copyOf(classNames);
    List<String> features = choice.features();
    LabelColumns.check(task, labels, classNames);
    if (labels.stream().anyMatch(features::contains))
      throw new IllegalArgumentException("a label column is no feature: " + labels);
    if (new HashSet<>(features).size() < features.size())
      throw new IllegalArgumentException("features must differ: " + features);
    if (!flag.isEmpty() && (labels.contains(flag) || features.contains(flag)))
      throw new IllegalArgumentException(
          "the column of the validation flag is no label and no feature: " + flag);
    if (labels.contains(weight) || features.contains(weight))
      throw new IllegalArgumentException("the weight column is no label and no feature: " + weight);
    if (numbered && (task == Task.REGRESSION || !classNames.isEmpty()))
      throw new IllegalArgumentException(
          "labels are numbers of classes, or the classes are named, or it is a regression");
  }

  /** Of all columns but the label's, or of some, by the usual rules, without weights. */
  static TableSpec of(
      Task task, List<String> labels, List<String> features, List<String> classNames) {
    return new TableSpec(
        task,
        labels,
        classNames,
        false,
        "",
        "",
        ColumnChoice.of(features),
        TableRules.USUAL,
        PixelSpec.NONE);
  }

  /** The same with a column of weights. */
  TableSpec weighted(String column) {
    return new TableSpec(task, labels, classNames, numbered, flag, column, choice, rules, pixels);
  }

  /**
   * The same with the numbers of classes as labels, or with a column that says what is held out.
   */
  TableSpec with(boolean ofNumbers, String heldOut) {
    return new TableSpec(
        task, labels, classNames, ofNumbers, heldOut, weight, choice, rules, pixels);
  }

  /** The same, read by other rules. */
  TableSpec with(TableRules other) {
    return new TableSpec(task, labels, classNames, numbered, flag, weight, choice, other, pixels);
  }

  /** The same with something said of pixels. */
  TableSpec with(PixelSpec other) {
    return new TableSpec(task, labels, classNames, numbered, flag, weight, choice, rules, other);
  }

  /** The same with another choice of columns. */
  TableSpec with(ColumnChoice other) {
    return new TableSpec(task, labels, classNames, numbered, flag, weight, other, rules, pixels);
  }

  /** Whether a column has a part of its own, which is not that of a feature. */
  boolean isApart(String column) {
    return labels.contains(column) || column.equals(flag) || column.equals(weight);
  }
}
