package io.kudari.inference;

import io.kudari.data.format.ParquetRowWriter;
import io.kudari.data.format.ParquetRowWriter.Column;
import io.kudari.data.format.ParquetRowWriter.Kind;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Writes predictions as a Parquet file: a long, of classes a text, and floats, under the names that
 * they have in a CSV. Not thread-safe.
 */
public final class ParquetPredictions implements Closeable {

  private final Predictions table;
  private final ParquetRowWriter file;
  private final Object[] row;

  /** Begins a file; one that is there is replaced. */
  public ParquetPredictions(FileSystem files, Path path, Predictions table) throws IOException {
    this.table = table;
    this.row = new Object[table.columns().size()];
    List<Column> columns = new ArrayList<>();
    for (String name : table.columns()) {
      boolean text = columns.size() == 1 && table.classes();
      columns.add(new Column(name, columns.isEmpty() ? Kind.LONG : text ? Kind.TEXT : Kind.FLOAT));
    }
    this.file = new ParquetRowWriter(files, path, columns);
  }

  /**
   * Adds rows.
   *
   * @param first number of the first
   * @param outputs {@code count × width} values, perhaps with more behind
   */
  public void write(long first, int count, float[] outputs) throws IOException {
    int width = table.width();
    for (int e = 0; e < count; e++) {
      int at = 0;
      row[at++] = first + e;
      if (table.classes()) row[at++] = table.predicted(outputs, e * width);
      for (int o = 0; o < width; o++) row[at++] = outputs[e * width + o];
      file.write(row);
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
