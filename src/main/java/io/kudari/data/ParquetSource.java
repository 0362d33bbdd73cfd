package io.kudari.data;

import io.kudari.model.Shape;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.MessageType;

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
 * @param path URI of the file or folder
 * @param task classification has one label column, regression one or more
 * @param labels names of the columns to predict
 * @param features names of the columns to predict from, or empty for all others of the first file
 * @param classNames all classes in order, or empty to find them in the files
 */
public record ParquetSource(
    String path, Task task, List<String> labels, List<String> features, List<String> classNames)
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
  }

  @Override
  public Description describe(Configuration hadoop) throws IOException {
    return Collector.describe(path, into -> read(hadoop, into));
  }

  @Override
  public Survey survey(Configuration hadoop) throws IOException {
    return Collector.survey(path, into -> read(hadoop, into));
  }

  @Override
  public Examples load(Configuration hadoop, int[] wanted) throws IOException {
    return load(hadoop, wanted, Offsets.NONE);
  }

  @Override
  public Examples load(Configuration hadoop, int[] wanted, Offsets offsets) throws IOException {
    return Collector.load(path, wanted, offsets, into -> read(hadoop, into));
  }

  private void read(Configuration hadoop, Collector into) throws IOException {
    InputPath found = InputPath.find(hadoop, path);
    List<InputPath> files = found.status().isDirectory() ? found.children() : List.of(found);
    if (files.isEmpty()) throw found.error("holds no files");
    ClassNames classes = new ClassNames(classNames);
    List<String> from = features.isEmpty() ? others(schema(hadoop, files.get(0))) : features;
    for (InputPath file : files) {
      if (enough(into)) break;
      readFile(hadoop, file, from, classes, into);
    }
    if (task == Task.CLASSIFICATION) into.end(classes);
  }

  /** The rest need not be read, unless it may hold more classes. */
  private boolean enough(Collector into) {
    boolean allClasses = task == Task.REGRESSION || !classNames.isEmpty();
    return into.shape() != null && into.finished() && allClasses;
  }

  private void readFile(
      Configuration hadoop, InputPath file, List<String> from, ClassNames classes, Collector into)
      throws IOException {
    MessageType schema = schema(hadoop, file);
    List<String> used = new ArrayList<>(labels);
    used.addAll(from);
    ParquetRows rows = new ParquetRows(file, schema, used);
    rows.requireFeatures(from);
    try (ParquetReader<Group> reader = rows.open(hadoop)) {
      while (!enough(into) && rows.next(reader)) readRow(rows, from, classes, into);
    }
  }

  private void readRow(ParquetRows rows, List<String> from, ClassNames classes, Collector into) {
    int label = task == Task.CLASSIFICATION ? rows.label(labels.get(0), classes) : 0;
    if (!into.wantsNext() && into.shape() != null) {
      into.skip();
      return;
    }
    double[] values = rows.features(from);
    begin(values.length, rows, into);
    into.name(j -> from.size() == values.length ? from.get(j) : from.get(0) + "[" + j + "]");
    if (!into.wantsNext()) into.skip();
    else if (task == Task.CLASSIFICATION) into.add(values, label);
    else into.add(values, rows.targets(labels));
  }

  /** The first example decides the size of all. */
  private void begin(int size, ParquetRows rows, Collector into) {
    if (into.shape() == null) {
      into.begin(Shape.flat(size), false, 0, task == Task.REGRESSION ? labels.size() : 0);
    } else if (into.shape().size() != size) {
      throw rows.error(size + " features, the first example has " + into.shape().size());
    }
  }

  private static MessageType schema(Configuration hadoop, InputPath file) {
    if (file.status().isDirectory()) {
      throw file.error("is a folder; partitioned sets are not read");
    }
    if (file.status().getLen() == 0) throw file.error("is empty");
    try (ParquetFileReader footer =
        ParquetFileReader.open(HadoopInputFile.fromStatus(file.status(), hadoop))) {
      return footer.getFooter().getFileMetaData().getSchema();
    } catch (IOException | RuntimeException e) {
      throw file.error("cannot be read as Parquet", e);
    }
  }

  private List<String> others(MessageType schema) {
    return schema.getFields().stream()
        .map(org.apache.parquet.schema.Type::getName)
        .filter(name -> !labels.contains(name))
        .toList();
  }

  @Override
  public ParquetSource like(Description training) {
    if (!classNames.isEmpty() || task != Task.CLASSIFICATION) return this;
    return new ParquetSource(path, task, labels, features, training.classNames());
  }
}
