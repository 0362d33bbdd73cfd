package io.kudari.data.format;

import io.kudari.data.CellText;
import io.kudari.data.ClassNames;
import io.kudari.data.ColumnKind;
import io.kudari.data.DataException;
import io.kudari.data.ExampleSink;
import io.kudari.data.Schema;
import io.kudari.data.TableColumns;
import io.kudari.data.TableRow;
import io.kudari.data.TableRules;
import io.kudari.data.TableSource;
import io.kudari.data.Task;
import io.kudari.data.file.InputPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/**
 * A table of delimited text, in a file or in several, each raw, or gzipped when its name ends in
 * {@code .gz}. Some columns are the labels, all others, or those chosen, are features: numbers,
 * booleans or categories, see {@link io.kudari.data.TableRow}; every line has as many values as the
 * first. Values may be quoted with {@code "}, a quote within is doubled, and every one is closed.
 * UTF-8; any of {@code \n}, {@code \r\n} and {@code \r} ends a line; empty lines are passed over.
 *
 * <p>The classes of a classification are the different texts of the label column, where texts that
 * are equal numbers, such as {@code 1} and {@code 1.0}, are one class. They are in the order of
 * numbers when all are whole numbers, in that of text otherwise. In a set that is read with a
 * training set's schema, another label is an error. Where labels are not needed, their columns may
 * be missing, and hold anything.
 *
 * <p>The files of a folder, or those that match a pattern, make one set, see {@link
 * io.kudari.data.file.InputFiles}; of several, those of no bytes are passed over. Where a header
 * names columns, each has one, and the same.
 *
 * <p>With a header, such a set's columns are the training set's of the same names, in any order;
 * others are passed over and said. Without one, they are in the training set's order.
 *
 * @param file URI of a file or folder, a pattern, or {@link InputPath#STANDARD_INPUT}, which can be
 *     read once
 * @param header whether the first line of a file names the columns
 * @param delimiter between values
 * @param task classification has one label column, regression one or more
 * @param labels columns to predict: a name of the header, or an index from 0, or from -1 for the
 *     last column backwards
 * @param classNames all classes in order, or empty to find them in the file
 * @param weight column of the examples' weights, named as the labels, or empty for none
 * @param choice of the columns that features are read from
 * @param rules how their cells are read
 */
public record CsvSource(
    String file,
    boolean header,
    char delimiter,
    Task task,
    List<String> labels,
    List<String> classNames,
    String weight,
    ColumnChoice choice,
    TableRules rules)
    implements TextSource, TableSource {

  private static final long serialVersionUID = 1;

  /** Of all columns but the labels, by the usual rules, without weights. */
  public CsvSource(
      String file,
      boolean header,
      char delimiter,
      Task task,
      List<String> labels,
      List<String> classNames) {
    this(file, header, delimiter, task, labels, classNames, "", ColumnChoice.ALL, TableRules.USUAL);
  }

  public CsvSource {
    labels = List.copyOf(labels);
    classNames = List.copyOf(classNames);
    LabelColumns.check(task, labels, classNames);
  }

  /** The same with a column of weights. */
  public CsvSource weighted(String column) {
    return new CsvSource(file, header, delimiter, task, labels, classNames, column, choice, rules);
  }

  @Override
  public CsvSource with(TableRules other) {
    return new CsvSource(file, header, delimiter, task, labels, classNames, weight, choice, other);
  }

  @Override
  public String name() {
    return file.equals(InputPath.STANDARD_INPUT) ? "standard input" : file;
  }

  /**
   * Where the columns of the table are, and what some of its features are. That of the weights is
   * −1 where they are not read.
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Columns(
      String[] names, int[] labels, int[] features, int weight, Map<Integer, ColumnKind> given) {

    TableColumns table(TableRules rules) {
      List<String> of = IntStream.of(features).mapToObj(i -> names[i]).toList();
      return new TableColumns(of, given, rules);
    }
  }

  @Override
  public void read(Configuration hadoop, TextRange range, ExampleSink into) throws IOException {
    boolean once = file.equals(InputPath.STANDARD_INPUT);
    TextRows.Table table = TextRows.table(range, look(), header, once);
    try (TextRows rows = table.rows()) {
      String[] first = table.first();
      if (first == null && range.isPart()) return;
      if (first == null) throw new DataException(name() + ": holds no lines");
      Columns columns = columns(first, rows, into);
      int outputs = task == Task.REGRESSION ? labels.size() : 0;
      if (columns.weight >= 0) into.weighted(header ? columns.names[columns.weight] : "");
      TableRow cells = into.begin(columns.table(rules), outputs, rows::error);
      ClassNames classes = into.numbering(classNames);
      String[] row = header || range.from() > 0 ? rows.next() : first;
      for (; row != null && !into.enough(!classNames.isEmpty()); row = rows.next()) {
        if (row.length != first.length) {
          throw rows.error(row.length + " columns, the first line has " + first.length);
        }
        trim(row, columns.labels);
        readRow(row, columns, cells, rows, classes, into);
      }
      if (task == Task.CLASSIFICATION) into.end(classes);
    }
  }

  /** That of the first file with lines, where files have one. */
  @Override
  public Heading heading(List<InputPath> files) throws IOException {
    if (!header) return Heading.NONE;
    try (TextRows rows = TextRows.table(TextRange.all(files), look(), true, false).rows()) {
      return rows.heading();
    }
  }

  private TextRows.Look look() {
    return new TextRows.Look(delimiter, '"', (char) 0);
  }

  /** What is quoted may be padded too: that says as little as elsewhere. */
  private void trim(String[] row, int[] labels) {
    String label = labels.length == 1 ? row[labels[0]] : null;
    for (int i = 0; i < row.length; i++) {
      String bare = row[i] == null ? "" : row[i].trim();
      row[i] = bare.isEmpty() ? null : bare;
    }
    boolean padded = label != null && !label.equals(row[labels[0]]);
    if (padded && classNames.contains(label)) row[labels[0]] = label;
  }

  private void readRow(
      String[] row,
      Columns columns,
      TableRow cells,
      TextRows rows,
      ClassNames classes,
      ExampleSink into) {
    boolean wanted = into.wantsNext();
    if (wanted || cells.mayBeLeftOut()) {
      cells.begin();
      for (int i = 0; i < columns.features.length; i++) cells.text(i, row[columns.features[i]]);
      if (cells.isInvalid() || cells.isLeftOut()) {
        checkLabels(row, columns, rows, classes, into);
        if (cells.isInvalid()) into.leaveOutInvalid();
        else into.leaveOut();
        return;
      }
    }
    boolean labelled = into.needsLabels();
    boolean ofClass = labelled && task == Task.CLASSIFICATION;
    int label = ofClass ? label(row, columns, rows, classes) : 0;
    if (!wanted) {
      into.skip();
      return;
    }
    if (columns.weight >= 0)
      into.weigh(rows.weight(columns.names[columns.weight], row[columns.weight]));
    if (!labelled) into.add(cells);
    else if (ofClass) into.add(cells, label);
    else into.add(cells, targets(row, columns, rows));
  }

  /**
   * A label that cannot be read is an error even of a row that is left out. Classes that are found
   * in the data are those of the other rows, so that it may be of none.
   */
  private void checkLabels(
      String[] row, Columns columns, TextRows rows, ClassNames classes, ExampleSink into) {
    if (!into.needsLabels()) return;
    if (task == Task.REGRESSION) {
      double[] unused = targets(row, columns, rows);
    } else if (!classNames.isEmpty()) {
      int unused = label(row, columns, rows, classes);
    } else if (row[columns.labels[0]] == null) {
      throw noLabel(columns.names[columns.labels[0]], rows);
    }
  }

  private static DataException noLabel(String column, TextRows rows) {
    return rows.error(column, null, "a label must not be empty");
  }

  private static double[] targets(String[] row, Columns columns, TextRows rows) {
    double[] values = new double[columns.labels.length];
    for (int i = 0; i < values.length; i++) {
      int at = columns.labels[i];
      values[i] = rows.number(columns.names[at], row[at], "a target");
    }
    return values;
  }

  private static int label(String[] row, Columns columns, TextRows rows, ClassNames classes) {
    int at = columns.labels[0];
    if (row[at] == null) throw noLabel(columns.names[at], rows);
    try {
      return classes.number(row[at]);
    } catch (IllegalArgumentException e) {
      throw rows.error(columns.names[at], row[at], e.getMessage());
    }
  }

  private Columns columns(String[] first, TextRows rows, ExampleSink into) {
    List<String> names = names(first);
    boolean labelled = into.needsLabels();
    int[] own = labelled ? found(names) : passedOver(names, into.schema());
    if (labelled && IntStream.of(own).distinct().count() < own.length) {
      throw rows.error("the label columns " + labels + " are not different");
    }
    ColumnMatch match = new ColumnMatch(name(), into.schema(), into::note);
    int[] at = header && labelled ? labels(names, own, match) : own;
    int weightAt = labelled ? weightColumn(names, at, rows) : -1;
    boolean known = into.schema().isKnown();
    ColumnChoice.Table table = table(names);
    int[] others = choice.features(table, apart(names, at, weightAt, into.schema()), !known);
    if (header && !known && IntStream.of(others).allMatch(i -> isNumber(names.get(i))))
      into.note(
          name()
              + ": its first line is taken for the names of columns, which are numbers: header ="
              + " false takes it for an example");
    if (others.length == 0) {
      throw rows.error("no column is left for features; is the delimiter '" + delimiter + "'?");
    }
    int[] used = others;
    if (!header) {
      match.byPosition("the file has no header");
    } else {
      boolean chosen = !choice.features().isEmpty();
      List<String> features = match.features(of(names, others), chosen, false);
      into.columns(features, of(names, at));
      // Where the order decides, a name may be there twice.
      if (!features.equals(of(names, others))) used = places(features, names, others);
    }
    Map<Integer, ColumnKind> given = known ? Map.of() : choice.given(table, used);
    return new Columns(names.toArray(new String[0]), at, used, weightAt, given);
  }

  private static boolean isNumber(String name) {
    return !Double.isNaN(CellText.number(name));
  }

  /** The columns that are no features: labels, and weights whether they are read or not. */
  private int[] apart(List<String> names, int[] labels, int weightAt, Schema schema) {
    String known = schema.weight();
    IntStream weights =
        IntStream.range(0, names.size())
            .filter(
                i -> i == weightAt || (header && !known.isEmpty() && names.get(i).equals(known)));
    return IntStream.concat(IntStream.of(labels), weights).distinct().toArray();
  }

  private ColumnChoice.Table table(List<String> names) {
    return new ColumnChoice.Table(name(), header, names);
  }

  private int weightColumn(List<String> names, int[] labels, TextRows rows) {
    if (weight.isEmpty()) return -1;
    int at = table(names).find(weight);
    if (IntStream.of(labels).anyMatch(label -> label == at))
      throw rows.error("the column " + weight + " is the label, and cannot be the weight too");
    return at;
  }

  private int[] found(List<String> names) {
    return labels.stream().mapToInt(table(names)::find).toArray();
  }

  /** The label columns of a table that need not have any. */
  private int[] passedOver(List<String> names, Schema schema) {
    Set<String> called = new HashSet<>(schema.labels());
    called.addAll(labels);
    if (!weight.isEmpty()) called.add(weight);
    called.removeAll(schema.features());
    int[] named =
        IntStream.range(0, header ? names.size() : 0)
            .filter(i -> called.contains(names.get(i)))
            .toArray();
    boolean byName = header && !schema.features().isEmpty() && !schema.ofVectors();
    if (byName || named.length > 0 || names.size() == schema.columns()) return named;
    boolean byIndex = labels.stream().allMatch(label -> label.matches(ColumnChoice.INDEX));
    if (!byIndex) return named;
    int[] places = found(names);
    if (!weight.matches(ColumnChoice.INDEX)) return places;
    return IntStream.concat(IntStream.of(places), IntStream.of(table(names).find(weight)))
        .toArray();
  }

  /** What the columns are called; by their indices where the first line does not name them. */
  private List<String> names(String[] first) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < first.length; i++) {
      String unnamed = header ? "#" + i : String.valueOf(i);
      names.add(header && first[i] != null ? first[i] : unnamed);
    }
    return names;
  }

  private int[] labels(List<String> names, int[] own, ColumnMatch match) {
    boolean byIndex = labels.stream().noneMatch(names::contains);
    List<String> ownNames = of(names, own);
    List<String> found = match.labels(names, ownNames, byIndex);
    return found.equals(ownNames) ? own : found.stream().mapToInt(table(names)::find).toArray();
  }

  private static List<String> of(List<String> names, int[] which) {
    return IntStream.of(which).mapToObj(names::get).toList();
  }

  private static int[] places(List<String> wanted, List<String> names, int[] among) {
    Map<String, Integer> places = new HashMap<>();
    for (int i : among) places.put(names.get(i), i);
    return wanted.stream().mapToInt(places::get).toArray();
  }
}
