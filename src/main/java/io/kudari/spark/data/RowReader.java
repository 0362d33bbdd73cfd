package io.kudari.spark.data;

import io.kudari.data.DataException;
import io.kudari.data.ExampleSink;
import io.kudari.data.format.SparkTable;
import io.kudari.data.format.StructImage;
import io.kudari.data.format.TypedReader;
import io.kudari.data.format.TypedRows;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Gives the rows of a data frame to a sink, one after another. Not thread-safe. */
final class RowReader implements TypedRows {

  private final String source;
  private final TypedReader reader;
  private final List<Column> columns;

  /** Of each column of numbers; else null. */
  private final Cells.Number[] numbers;

  /** Of each column of numbers or texts; else null. */
  private final Cells.Text[] texts;

  private final boolean[] floats;

  /** Of each column of vectors; else null. */
  private final RowFeatures.Whole[] vectors;

  private InternalRow row;

  /**
   * Finds the columns.
   *
   * @param columns of a row, each of a name of its own
   * @throws DataException when they are not there, or not of a type that can be read
   */
  RowReader(SparkTable table, StructType columns, ExampleSink into) {
    StructField[] fields = columns.fields();
    this.source = table.name();
    this.columns = Arrays.stream(fields).map(RowReader::column).toList();
    this.numbers =
        Arrays.stream(fields)
            .map(StructField::dataType)
            .map(type -> Cells.isNumber(type) ? Cells.number(type) : null)
            .toArray(Cells.Number[]::new);
    this.texts =
        Arrays.stream(fields).map(f -> Cells.textOrNull(f.dataType())).toArray(Cells.Text[]::new);
    this.floats = new boolean[fields.length];
    for (int c = 0; c < fields.length; c++) floats[c] = Cells.isOfFloats(fields[c].dataType());
    this.vectors =
        this.columns.stream()
            .map(c -> c.kind() == Kind.VECTOR ? RowFeatures.whole(columns, c.name()) : null)
            .toArray(RowFeatures.Whole[]::new);
    this.reader = new TypedReader(source, table.spec(), this.columns, into);
    reader.open(this);
  }

  private static Column column(StructField field) {
    return new Column(field.name(), Cells.kind(field.dataType()), field.dataType().catalogString());
  }

  /** The next row. */
  void add(InternalRow next) {
    row = next;
    reader.add();
  }

  /** All rows were added. */
  void end() {
    reader.end();
  }

  @Override
  public List<Column> columns() {
    return columns;
  }

  @Override
  public boolean isNull(int column) {
    return row.isNullAt(column);
  }

  @Override
  public double number(int column) {
    return numbers[column].at(row, column);
  }

  @Override
  public boolean isFloat(int column) {
    return floats[column];
  }

  @Override
  public boolean flag(int column) {
    return row.getBoolean(column);
  }

  @Override
  public String text(int column) {
    return texts[column].at(row, column);
  }

  @Override
  public double[] vector(int column, boolean gaps) {
    return vectors[column].of(row, gaps);
  }

  @Override
  public byte[] bytes(int column) {
    return row.getBinary(column);
  }

  @Override
  public StructImage image(int column) {
    return Cells.image(row, column);
  }

  @Override
  public DataException error(String what) {
    return new DataException(source + ": " + what);
  }

  @Override
  public DataException rowError(String what) {
    return error(what);
  }
}
