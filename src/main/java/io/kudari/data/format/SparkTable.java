package io.kudari.data.format;

import io.kudari.data.DataException;
import io.kudari.data.ExampleSink;
import io.kudari.data.TableRules;
import io.kudari.data.TableSource;
import io.kudari.data.Task;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/**
 * A table that Spark reads, or a data frame that is given in code: this says where it is and what
 * its columns are; who has a Spark session makes a source of it that can be read.
 *
 * <p>Features are columns of numbers, booleans and texts, see {@link io.kudari.data.TableRow}, or
 * one column of vectors, dense or sparse, or of arrays of numbers, all of one size, of images, or
 * of bytes of a shape that is said; see {@link TypedReader}. Labels are numbers, or texts for the
 * classes of a classification. Null and NaN are gaps. Classes and columns of other sets are found
 * as those of a {@link ParquetSource}.
 *
 * @param from where its rows come from
 * @param spec what its settings say of its columns
 */
public record SparkTable(From from, TableSpec spec) implements TableSource {

  private static final long serialVersionUID = 1;

  /** By the usual rules, without weights. */
  public SparkTable(
      From from,
      Task task,
      List<String> labels,
      List<String> features,
      List<String> classNames,
      boolean numbered,
      String flag) {
    this(from, TableSpec.of(task, labels, features, classNames).with(numbered, flag));
  }

  @Override
  public Task task() {
    return spec.task();
  }

  @Override
  public boolean saysValidation() {
    return !spec.flag().isEmpty();
  }

  @Override
  public TableRules rules() {
    return spec.rules();
  }

  @Override
  public SparkTable with(TableRules other) {
    return new SparkTable(from, spec.with(other));
  }

  /** The columns of a table that may be read, in its order. */
  public List<String> used(List<String> all) {
    ColumnChoice.Table table = new ColumnChoice.Table(name(), true, all);
    Set<String> usable = spec.choice().usable(table);
    return all.stream().filter(c -> spec.isApart(c) || usable.contains(c)).toList();
  }

  /**
   * The same where a table has the columns that may be read alone.
   *
   * @param all columns that it had
   */
  public SparkTable exact(List<String> all) {
    var choice = spec.choice().exact(new ColumnChoice.Table(name(), true, all), spec::isApart);
    return new SparkTable(from, spec.with(choice));
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

    /** Without the options, which may be secrets. */
    @Override
    public String toString() {
      return name();
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
   * Refuses.
   *
   * @throws DataException since there is no session
   */
  @Override
  public void read(Configuration hadoop, ExampleSink into) {
    throw new DataException(name() + ": Spark reads format = table, and is not started for this");
  }
}
