package io.kudari.data.format;

import io.kudari.data.DataException;
import io.kudari.data.Description;
import io.kudari.data.Encoding;
import io.kudari.data.ExampleSink;
import io.kudari.data.Schema;
import io.kudari.data.format.ParquetRowWriter.Column;
import io.kudari.data.format.ParquetRowWriter.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes examples as a Parquet file that {@link ParquetSource} reads as the same ones: features as
 * columns of doubles, a boolean as 1 or 0, or of longs where they are pixels, then the class by its
 * name or the targets, then the weight. A file that cannot be written is an {@link
 * UncheckedIOException}.
 */
public final class ParquetSink extends ExampleSink implements Closeable {

  private final Table table;
  private final ParquetRowWriter file;
  private final List<String> classes;
  private final Object[] row;

  /**
   * How the columns of a set are called.
   *
   * @param features as the set names them, or f0, f1, …
   * @param pixels whether they are bytes
   * @param labels to predict
   * @param classification whether that is a class
   * @param weight of an example, or empty where all count 1
   */
  public record Table(
      List<String> features,
      boolean pixels,
      List<String> labels,
      boolean classification,
      String weight) {

    /**
     * Of a set.
     *
     * @param set as it was described
     * @throws DataException when it has categories or gaps, or leaves rows out: the file would say
     *     less than the set does
     */
    public static Table of(String source, Description set) {
      Schema schema = set.schema();
      Encoding encoding = schema.encoding();
      if (!encoding.isOfNumbers() || encoding.rules().areSpecial())
        throw new DataException(
            source
                + ": has columns of texts or gaps, or leaves rows out (data.missing, data.invalid),"
                + " and only rows of numbers and booleans are written");
      List<String> labels = schema.labels();
      if (labels.isEmpty())
        labels =
            schema.classes() > 0
                ? List.of("label")
                : IntStream.range(0, schema.targets()).mapToObj(t -> "target" + t).toList();
      String weight = set.weighted() ? schema.weight().isEmpty() ? "weight" : schema.weight() : "";
      List<String> others = new ArrayList<>(labels);
      if (set.weighted()) others.add(weight);
      int size = schema.shape().size();
      List<String> features = schema.features();
      if (!areColumns(features, size, others)) {
        features = IntStream.range(0, size).mapToObj(j -> "f" + j).toList();
        if (!areColumns(features, size, others))
          throw new DataException(
              source + ": its columns cannot be told apart by " + others + " and f0, f1, …");
      }
      return new Table(features, set.bytes(), labels, schema.classes() > 0, weight);
    }

    private static boolean areColumns(List<String> features, int size, List<String> others) {
      HashSet<String> all = new HashSet<>(features);
      all.addAll(others);
      return features.size() == size && all.size() == size + others.size();
    }

    private List<Column> columns() {
      List<Column> all = new ArrayList<>();
      for (String name : features) all.add(new Column(name, pixels ? Kind.LONG : Kind.DOUBLE));
      for (String name : labels)
        all.add(new Column(name, classification ? Kind.TEXT : Kind.DOUBLE));
      if (!weight.isEmpty()) all.add(new Column(weight, Kind.DOUBLE));
      return all;
    }
  }

  /**
   * Begins a file.
   *
   * @param source name of the set, for errors
   * @param schema as the set was described
   * @param path of the file; one that is there is replaced
   */
  public ParquetSink(String source, Schema schema, Table table, FileSystem files, Path path)
      throws IOException {
    super(source, schema);
    this.table = table;
    this.classes = schema.names();
    this.row = new Object[table.columns().size()];
    this.file = new ParquetRowWriter(files, path, table.columns());
  }

  @Override
  protected void begun() {}

  @Override
  protected void take(byte[] pixels, int label) {
    for (int j = 0; j < pixels.length; j++) row[j] = (long) (pixels[j] & 0xff);
    row[pixels.length] = classes.get(label);
    write();
  }

  @Override
  protected void take(double[] features, int label) {
    for (int j = 0; j < features.length; j++) row[j] = features[j];
    row[features.length] = classes.get(label);
    write();
  }

  @Override
  protected void take(double[] features, double[] values) {
    for (int j = 0; j < features.length; j++) row[j] = features[j];
    for (int k = 0; k < values.length; k++) row[features.length + k] = values[k];
    write();
  }

  private void write() {
    if (!table.weight.isEmpty()) row[row.length - 1] = weight();
    try {
      file.write(row);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
