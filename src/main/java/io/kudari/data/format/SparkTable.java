package io.kudari.data.format;

import io.kudari.data.DataException;
import io.kudari.data.ExampleSink;
import io.kudari.data.ExampleSource;
import io.kudari.data.Task;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.hadoop.conf.Configuration;

/**
 * A table that Spark reads, or a data frame that is given in code: this says where it is and what
 * its columns are; who has a Spark session makes a source of it that can be read.
 *
 * <p>Features are columns of numbers (booleans as 0 and 1), or one column of vectors, dense or
 * sparse, or of arrays of numbers, all of one size. Labels are numbers, or texts for the classes of
 * a classification. Nothing may be null, and every number must be finite. Classes and columns of
 * other sets are found as those of a {@link ParquetSource}.
 *
 * @param from where its rows come from
 * @param task classification has one label column, regression one or more
 * @param labels names of the columns to predict
 * @param features names of the columns to predict from, or empty for all others
 * @param classNames all classes in order, or empty to find them in the rows
 * @param numbered whether the label column has the numbers of classes: 0 to the highest there is
 * @param flag column of booleans that says which rows are for validation, or empty
 * @param weight column of the examples' weights, or empty for none
 */
public record SparkTable(
    From from,
    Task task,
    List<String> labels,
    List<String> features,
    List<String> classNames,
    boolean numbered,
    String flag,
    String weight)
    implements ExampleSource {

  private static final long serialVersionUID = 1;

  public SparkTable {
    labels = List.copyOf(labels);
    features = List.copyOf(features);
    classNames = List.copyOf(classNames);
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

  /** The same with a column of weights. */
  public SparkTable weighted(String column) {
    return new SparkTable(from, task, labels, features, classNames, numbered, flag, column);
  }

  /** Without weights. */
  public SparkTable(
      From from,
      Task task,
      List<String> labels,
      List<String> features,
      List<String> classNames,
      boolean numbered,
      String flag) {
    this(from, task, labels, features, classNames, numbered, flag, "");
  }

  @Override
  public boolean saysValidation() {
    return !flag.isEmpty();
  }

  /**
   * Where rows come from.
   *
   * @param reader format of Spark's, such as {@code parquet} or {@code jdbc}; or empty
   * @param path of files; empty where the reader needs none, or there is none
   * @param table of Spark's catalogue, or empty
   * @param sql a SELECT statement of Spark SQL, or empty
   * @param options of the reader
   */
  public record From(
      String reader, String path, String table, String sql, Map<String, String> options)
      implements java.io.Serializable {

    private static final long serialVersionUID = 1;

    /** A data frame that is given in code. */
    public static final From CODE = new From("", "", "", "", Map.of());

    public From {
      options = new TreeMap<>(options);
    }

    /** Whether the rows are a data frame that is given in code. */
    public boolean isCode() {
      return reader.isEmpty() && table.isEmpty() && sql.isEmpty();
    }

    /** What messages call it. */
    String name() {
      if (!path.isEmpty()) return path;
      if (!table.isEmpty()) return "table " + table;
      if (!sql.isEmpty()) return sql;
      return isCode() ? "the data frame" : "the table of reader " + reader;
    }
  }

  @Override
  public String name() {
    return from.name();
  }

  /**
   * Finds the columns in use, and tells the sink.
   *
   * @param all columns of the table
   * @param vector whether a column is one of vectors or arrays
   * @throws DataException when they are not those of the sink's schema
   */
  public NamedColumns columns(List<String> all, Predicate<String> vector, ExampleSink into) {
    List<String> others = all.stream().filter(column -> !column.equals(flag)).toList();
    return NamedColumns.find(name(), others, labels, features, weight, vector, into);
  }

  /**
   * Refuses.
   *
   * @throws DataException since there is no session
   */
  @Override
  public void read(Configuration hadoop, ExampleSink into) {
    throw new DataException(
        name() + ": Spark reads format = table, which train, evaluate and predict start alone");
  }
}
