package io.kudari.data.format;

import io.kudari.data.ExampleSink;
import io.kudari.data.ExampleSource;
import io.kudari.data.TableRules;
import io.kudari.data.TableSource;
import io.kudari.data.Task;
import io.kudari.data.file.InputFiles;
import io.kudari.data.file.InputPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.schema.MessageType;

/**
 * A Parquet file, a folder of them as Spark writes it, or those that match a pattern: as {@link
 * InputFiles} finds them, they make one set. Read by Parquet itself, with page checksums where the
 * writer left them; Spark is not needed.
 *
 * <p>Features are columns of numbers, booleans and texts, see {@link io.kudari.data.TableRow}, or
 * one column of Spark ML vectors, dense or sparse, all of one size, of images as Spark reads them,
 * or of bytes of a shape that is said; see {@link TypedReader}. Labels are numbers, or texts for
 * the classes of a classification. Null and NaN are gaps. Classes are the different labels, texts
 * that are equal numbers being one, in the order of numbers when all are whole numbers, in that of
 * text otherwise.
 *
 * <p>A set that is read with a training set's schema uses the columns of the same names, in any
 * order; others are passed over and said. Where labels are not needed, their columns may be
 * missing, and hold anything.
 *
 * @param path URI of the file or folder, or a pattern
 * @param spec what its settings say of the columns of the first file
 */
public record ParquetSource(String path, TableSpec spec) implements TableSource {

  private static final long serialVersionUID = 1;

  /** By the usual rules, without weights. */
  public ParquetSource(
      String path, Task task, List<String> labels, List<String> features, List<String> classNames) {
    this(path, TableSpec.of(task, labels, features, classNames));
  }

  /** The same with a column of weights. */
  public ParquetSource weighted(String column) {
    return new ParquetSource(path, spec.weighted(column));
  }

  @Override
  public Task task() {
    return spec.task();
  }

  @Override
  public TableRules rules() {
    return spec.rules();
  }

  @Override
  public ParquetSource with(TableRules other) {
    return new ParquetSource(path, spec.with(other));
  }

  @Override
  public String name() {
    return path;
  }

  /** Row groups, some together where they are small. */
  @Override
  public List<ExampleSource> splits(Configuration hadoop) throws IOException {
    List<InputPath> files = InputFiles.find(hadoop, path);
    long bytes = Splits.bytes(files.stream().mapToLong(file -> file.status().getLen()).sum());
    List<ExampleSource> splits = new ArrayList<>();
    for (InputPath file : files)
      splits.addAll(ParquetGroups.of(this, files.get(0).name(), file, bytes));
    return splits.size() < 2 ? List.of(this) : splits;
  }

  @Override
  public void read(Configuration hadoop, ExampleSink into) throws IOException {
    List<InputPath> files = InputFiles.find(hadoop, path);
    TypedReader reader = reader(files.get(0), into);
    for (InputPath file : files) {
      if (reader.enough()) break;
      readRows(file, ParquetGroups.ALL, reader);
    }
    reader.end();
  }

  /** Reads some row groups of a file of the set, whose first file says which columns there are. */
  void read(InputPath first, InputPath file, ParquetGroups.Range range, ExampleSink into)
      throws IOException {
    TypedReader reader = reader(first, into);
    if (!reader.enough()) readRows(file, range, reader);
    reader.end();
  }

  private TypedReader reader(InputPath first, ExampleSink into) {
    return new TypedReader(path, spec, ParquetRows.columns(schema(first)), into);
  }

  private static void readRows(InputPath file, ParquetGroups.Range range, TypedReader into)
      throws IOException {
    ParquetRows rows = new ParquetRows(file, schema(file), into.used(), range);
    into.open(rows);
    try (ParquetReader<Group> reader = rows.open()) {
      while (!into.enough() && rows.next(reader)) into.add();
    }
  }

  private static MessageType schema(InputPath file) {
    return ParquetFooter.of(file).getFileMetaData().getSchema();
  }
}
