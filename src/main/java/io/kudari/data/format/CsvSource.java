package io.kudari.data.format;

import io.kudari.data.ClassNames;
import io.kudari.data.DataException;
import io.kudari.data.ExampleSink;
import io.kudari.data.ExampleSource;
import io.kudari.data.RangedSource;
import io.kudari.data.Schema;
import io.kudari.data.Task;
import io.kudari.data.file.InputPath;
import io.kudari.model.Shape;
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
 * A table of delimited text, raw, or gzipped when its name ends in {@code .gz}. Some columns are
 * the labels, all others are features and must hold finite decimal numbers; every line has as many
 * values as the first. Values may be quoted with {@code "}, a quote within is doubled, and every
 * one is closed. UTF-8; any of {@code \n}, {@code \r\n} and {@code \r} ends a line; empty lines are
 * passed over.
 *
 * <p>The classes of a classification are the different texts of the label column, where texts that
 * are equal numbers, such as {@code 1} and {@code 1.0}, are one class. They are in the order of
 * numbers when all are whole numbers, in that of text otherwise. In a set that is read with a
 * training set's schema, another label is an error. Where labels are not needed, their columns may
 * be missing, and hold anything.
 *
 * <p>With a header, such a set's columns are the training set's of the same names, in any order;
 * others are passed over and said. Without one, they are in the training set's order.
 *
 * @param file URI, or {@link InputPath#STANDARD_INPUT}, which can be read once
 * @param header whether the first line names the columns
 * @param delimiter between values
 * @param task classification has one label column, regression one or more
 * @param labels columns to predict: a name of the header, or an index from 0, or from -1 for the
 *     last column backwards
 * @param classNames all classes in order, or empty to find them in the file
 * @param weight column of the examples' weights, named as the labels, or empty for none
 */
public record CsvSource(
    String file,
    boolean header,
    char delimiter,
    Task task,
    List<String> labels,
    List<String> classNames,
    String weight)
    implements RangedSource {

  private static final long serialVersionUID = 1;

  private static final String INDEX = "-?[0-9]{1,9}";

  public CsvSource {
    labels = List.copyOf(labels);
    classNames = List.copyOf(classNames);
    LabelColumns.check(task, labels, classNames);
  }

  /** Without weights. */
  public CsvSource(
      String file,
      boolean header,
      char delimiter,
      Task task,
      List<String> labels,
      List<String> classNames) {
    this(file, header, delimiter, task, labels, classNames, "");
  }

  @Override
  public String name() {
    return file.equals(InputPath.STANDARD_INPUT) ? "standard input" : file;
  }

  /** Where the columns of the table are; that of the weights is −1 where they are not read. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Columns(String[] names, int[] labels, int[] features, int weight) {}

  /** Reads the lines that begin within a range of bytes. */
  @Override
  public void read(Configuration hadoop, long from, long to, ExampleSink into) throws IOException {
    InputPath path = InputPath.file(hadoop, file);
    try (TextRows rows = new TextRows(path, from, to, delimiter, '"', (char) 0)) {
      String[] own = from == 0 ? rows.next() : null;
      String[] first = from == 0 ? own : first(path);
      if (first == null) throw new DataException(name() + ": holds no lines");
      Columns columns = columns(first, rows, into);
      int outputs = task == Task.REGRESSION ? labels.size() : 0;
      if (columns.weight >= 0) into.weighted(header ? columns.names[columns.weight] : "");
      into.begin(Shape.flat(columns.features.length), false, 0, outputs);
      into.name(j -> columns.names[columns.features[j]]);
      ClassNames classes = into.numbering(classNames);
      String[] row = header || from > 0 ? rows.next() : own;
      for (; row != null && !into.enough(!classNames.isEmpty()); row = rows.next()) {
        if (row.length != first.length) {
          throw rows.error(row.length + " columns, the first line has " + first.length);
        }
        readRow(row, columns, rows, classes, into);
      }
      if (task == Task.CLASSIFICATION) into.end(classes);
    }
  }

  private String[] first(InputPath path) throws IOException {
    try (TextRows rows = new TextRows(path, delimiter, '"', (char) 0)) {
      return rows.next();
    }
  }

  @Override
  public List<ExampleSource> splits(Configuration hadoop) throws IOException {
    if (file.endsWith(".gz")) return List.of(this);
    long length = InputPath.file(hadoop, file).status().getLen();
    return ranges(length, Splits.bytes(length));
  }

  private void readRow(
      String[] row, Columns columns, TextRows rows, ClassNames classes, ExampleSink into) {
    boolean labelled = into.needsLabels();
    boolean ofClass = labelled && task == Task.CLASSIFICATION;
    int label = ofClass ? label(row, columns, rows, classes) : 0;
    if (!into.wantsNext()) {
      into.skip();
      return;
    }
    double[] features = numbers(row, columns.features, columns, rows, "a feature");
    if (columns.weight >= 0)
      into.weigh(rows.weight(columns.names[columns.weight], row[columns.weight]));
    if (!labelled) into.add(features);
    else if (ofClass) into.add(features, label);
    else into.add(features, numbers(row, columns.labels, columns, rows, "a target"));
  }

  private static double[] numbers(
      String[] row, int[] which, Columns columns, TextRows rows, String what) {
    double[] values = new double[which.length];
    for (int i = 0; i < which.length; i++) {
      values[i] = rows.number(columns.names[which[i]], row[which[i]], what);
    }
    return values;
  }

  private static int label(String[] row, Columns columns, TextRows rows, ClassNames classes) {
    int at = columns.labels[0];
    if (row[at] == null) throw rows.error(columns.names[at], null, "a label must not be empty");
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
    String known = into.schema().weight();
    int[] others =
        IntStream.range(0, first.length)
            .filter(i -> i != weightAt && IntStream.of(at).noneMatch(l -> l == i))
            .filter(i -> !header || known.isEmpty() || !names.get(i).equals(known))
            .toArray();
    if (others.length == 0) {
      throw rows.error("no column is left for features; is the delimiter '" + delimiter + "'?");
    }
    String[] all = names.toArray(new String[0]);
    if (!header) {
      match.byPosition("the file has no header");
      return new Columns(all, at, others, weightAt);
    }
    List<String> features = match.features(of(names, others), false, false);
    into.columns(features, of(names, at));
    // Where the order decides, a name may be there twice.
    boolean inOrder = features.equals(of(names, others));
    return new Columns(all, at, inOrder ? others : places(features, names, others), weightAt);
  }

  private int weightColumn(List<String> names, int[] labels, TextRows rows) {
    if (weight.isEmpty()) return -1;
    int at = find(weight, names);
    if (IntStream.of(labels).anyMatch(label -> label == at))
      throw rows.error("the column " + weight + " is the label, and cannot be the weight too");
    return at;
  }

  private int[] found(List<String> names) {
    return labels.stream().mapToInt(label -> find(label, names)).toArray();
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
    if (byName || named.length > 0 || names.size() == schema.shape().size()) return named;
    boolean byIndex = labels.stream().allMatch(label -> label.matches(INDEX));
    if (!byIndex) return named;
    int[] places = found(names);
    if (!weight.matches(INDEX)) return places;
    return IntStream.concat(IntStream.of(places), IntStream.of(find(weight, names))).toArray();
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
    return found.equals(ownNames)
        ? own
        : found.stream().mapToInt(label -> find(label, names)).toArray();
  }

  private static List<String> of(List<String> names, int[] which) {
    return IntStream.of(which).mapToObj(names::get).toList();
  }

  private static int[] places(List<String> wanted, List<String> names, int[] among) {
    Map<String, Integer> places = new HashMap<>();
    for (int i : among) places.put(names.get(i), i);
    return wanted.stream().mapToInt(places::get).toArray();
  }

  private int find(String label, List<String> names) {
    int at = header ? names.indexOf(label) : -1;
    if (at >= 0 && names.lastIndexOf(label) != at) {
      throw new DataException(name() + ": more than one column is named " + label);
    }
    if (at < 0 && label.matches(INDEX)) {
      int index = Integer.parseInt(label);
      at = index < 0 ? names.size() + index : index;
    }
    if (at >= 0 && at < names.size()) return at;
    String known = TextRows.shown(String.join(", ", names));
    throw new DataException(
        name() + ": no column " + label + " among its " + names.size() + ", " + known);
  }
}
