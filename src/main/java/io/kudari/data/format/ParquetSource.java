package io.kudari.data.format;

import io.kudari.data.ClassNames;
import io.kudari.data.ExampleSink;
import io.kudari.data.ExampleSource;
import io.kudari.data.Task;
import io.kudari.data.file.InputPath;
import io.kudari.model.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * A Parquet file, or a folder of them as Spark writes it: its files in the order of their names,
 * without those that start with {@code _} or {@code .}, make one set. Read by Parquet itself, with
 * page checksums where the writer left them; Spark is not needed.
 *
 * <p>Features are either columns of numbers (integers, floats, booleans as 0 and 1) or one column
 * of Spark ML vectors, dense or sparse, all of one size. Labels are numbers, or texts for the
 * classes of a classification. Nothing may be null. Classes are the different labels, texts that
 * are equal numbers being one, in the order of numbers when all are whole numbers, in that of text
 * otherwise.
 *
 * <p>A set that is read with a training set's schema uses the columns of the same names, in any
 * order; others are passed over and said. Where labels are not needed, their columns may be
 * missing, and hold anything.
 *
 * @param path URI of the file or folder
 * @param task classification has one label column, regression one or more
 * @param labels names of the columns to predict
 * @param features names of the columns to predict from, or empty for all others of the first file
 * @param classNames all classes in order, or empty to find them in the files
 * @param weight name of the column of the examples' weights, or empty for none
 */
public record ParquetSource(
    String path,
    Task task,
    List<String> labels,
    List<String> features,
    List<String> classNames,
    String weight)
    implements ExampleSource {

  private static final long serialVersionUID = 1;

  public ParquetSource {
    labels = List.copyOf(labels);
    features = List.copyOf(features);
    classNames = List.copyOf(classNames);
    LabelColumns.check(task, labels, classNames);
    if (labels.stream().anyMatch(features::contains)) {
      throw new IllegalArgumentException("a label column is no feature: " + labels);
    }
    if (new HashSet<>(features).size() < features.size()) {
      throw new IllegalArgumentException("features must differ: " + features);
    }
    if (labels.contains(weight) || features.contains(weight)) {
      throw new IllegalArgumentException("the weight column is no label and no feature: " + weight);
    }
  }

  /** Without weights. */
  public ParquetSource(
      String path, Task task, List<String> labels, List<String> features, List<String> classNames) {
    this(path, task, labels, features, classNames, "");
  }

  @Override
  public String name() {
    return path;
  }

  /** Row groups, some together where they are small. */
  @Override
  public List<ExampleSource> splits(Configuration hadoop) throws IOException {
    List<InputPath> files = files(hadoop);
    long bytes = Splits.bytes(files.stream().mapToLong(file -> file.status().getLen()).sum());
    List<ExampleSource> splits = new ArrayList<>();
    for (InputPath file : files)
      splits.addAll(ParquetGroups.of(this, files.get(0).name(), file, bytes));
    return splits.size() < 2 ? List.of(this) : splits;
  }

  private List<InputPath> files(Configuration hadoop) throws IOException {
    InputPath found = InputPath.find(hadoop, path);
    List<InputPath> files = found.status().isDirectory() ? found.children() : List.of(found);
    if (files.isEmpty()) throw found.error("holds no files");
    return files;
  }

  @Override
  public void read(Configuration hadoop, ExampleSink into) throws IOException {
    List<InputPath> files = files(hadoop);
    ClassNames classes = into.numbering(classNames);
    NamedColumns columns = columns(schema(files.get(0)), into);
    for (InputPath file : files) {
      if (enough(into)) break;
      readRows(file, ParquetGroups.ALL, columns, classes, into);
    }
    if (task == Task.CLASSIFICATION) into.end(classes);
  }

  /** Reads some row groups of a file of the set, whose first file says which columns there are. */
  void read(InputPath first, InputPath file, ParquetGroups.Range range, ExampleSink into)
      throws IOException {
    ClassNames classes = into.numbering(classNames);
    NamedColumns columns = columns(schema(first), into);
    if (!enough(into)) readRows(file, range, columns, classes, into);
    if (task == Task.CLASSIFICATION) into.end(classes);
  }

  private NamedColumns columns(MessageType schema, ExampleSink into) {
    List<String> all = schema.getFields().stream().map(Type::getName).toList();
    return NamedColumns.find(
        path,
        all,
        labels,
        features,
        weight,
        name -> ParquetVectors.isVector(schema.getType(name)),
        into);
  }

  /** The rest need not be read, unless it may hold more classes. */
  private boolean enough(ExampleSink into) {
    return into.shape() != null && into.enough(!classNames.isEmpty());
  }

  private void readRows(
      InputPath file,
      ParquetGroups.Range range,
      NamedColumns columns,
      ClassNames classes,
      ExampleSink into)
      throws IOException {
    MessageType schema = schema(file);
    List<String> used = new ArrayList<>(columns.labels());
    used.addAll(columns.features());
    if (!columns.weight().isEmpty()) used.add(columns.weight());
    ParquetRows rows = new ParquetRows(file, schema, used, range);
    rows.requireFeatures(columns.features());
    try (ParquetReader<Group> reader = rows.open()) {
      while (!enough(into) && rows.next(reader)) readRow(rows, columns, classes, into);
    }
  }

  private void readRow(
      ParquetRows rows, NamedColumns columns, ClassNames classes, ExampleSink into) {
    boolean labelled = into.needsLabels();
    boolean ofClass = labelled && task == Task.CLASSIFICATION;
    int label = ofClass ? rows.label(columns.labels().get(0), classes) : 0;
    if (!into.wantsNext() && into.shape() != null) {
      into.skip();
      return;
    }
    double[] values = rows.features(columns.features());
    begin(values.length, columns.features(), rows, into);
    if (!into.wantsNext()) into.skip();
    else add(values, label, rows, columns, into);
  }

  private void add(
      double[] values, int label, ParquetRows rows, NamedColumns columns, ExampleSink into) {
    if (!columns.weight().isEmpty()) into.weigh(rows.weight(columns.weight()));
    if (!into.needsLabels()) into.add(values);
    else if (task == Task.CLASSIFICATION) into.add(values, label);
    else into.add(values, rows.targets(columns.labels()));
  }

  /** The first example decides the size of all. */
  private void begin(int size, List<String> names, ParquetRows rows, ExampleSink into) {
    if (into.shape() == null) {
      into.begin(Shape.flat(size), false, 0, task == Task.REGRESSION ? labels.size() : 0);
      into.name(j -> names.size() == size ? names.get(j) : names.get(0) + "[" + j + "]");
    } else if (into.shape().size() != size) {
      throw rows.error(size + " features, the first example has " + into.shape().size());
    }
  }

  private static MessageType schema(InputPath file) {
    return ParquetFooter.of(file).getFileMetaData().getSchema();
  }
}
