package io.kudari.data.format;

import io.kudari.data.file.OutputFiles;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopStreams;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/** Writes rows of plain values as a Parquet file, compressed by Snappy. Not thread-safe. */
public final class ParquetRowWriter implements Closeable {

  /** What a column holds, never null. */
  public enum Kind {
    /** A {@code Long}. */
    LONG(PrimitiveTypeName.INT64),
    /** A {@code Float}. */
    FLOAT(PrimitiveTypeName.FLOAT),
    /** A {@code Double}. */
    DOUBLE(PrimitiveTypeName.DOUBLE),
    /** A {@code String}. */
    TEXT(PrimitiveTypeName.BINARY);

    private final PrimitiveTypeName type;

    Kind(PrimitiveTypeName type) {
      this.type = type;
    }
  }

  /** A column. */
  public record Column(String name, Kind kind) {

    private Type type() {
      var required = Types.required(kind.type);
      return kind == Kind.TEXT
          ? required.as(LogicalTypeAnnotation.stringType()).named(name)
          : required.named(name);
    }
  }

  private final ParquetWriter<Object[]> writer;

  /**
   * Begins a file.
   *
   * @param path of it; a file that is there is replaced
   * @param columns with different names
   */
  public ParquetRowWriter(FileSystem files, Path path, List<Column> columns) throws IOException {
    writer =
        new Opening(new Output(files, path), columns)
            .withCompressionCodec(CompressionCodecName.SNAPPY)
            .build();
  }

  /**
   * Adds a row.
   *
   * @param values one a column, of its kind
   */
  public void write(Object... values) throws IOException {
    writer.write(values);
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }

  private static final class Opening extends ParquetWriter.Builder<Object[], Opening> {

    private final List<Column> columns;

    Opening(OutputFile file, List<Column> columns) {
      super(file);
      this.columns = columns;
    }

    @Override
    protected Opening self() {
      return this;
    }

    @Override
    protected WriteSupport<Object[]> getWriteSupport(Configuration hadoop) {
      return new Rows(columns);
    }
  }

  private static final class Rows extends WriteSupport<Object[]> {

    private final List<Column> columns;
    private RecordConsumer to;

    Rows(List<Column> columns) {
      this.columns = columns;
    }

    @Override
    public WriteContext init(Configuration hadoop) {
      List<Type> types = columns.stream().map(Column::type).toList();
      return new WriteContext(new MessageType("row", types), Map.of());
    }

    @Override
    public void prepareForWrite(RecordConsumer consumer) {
      to = consumer;
    }

    @Override
    public void write(Object[] row) {
      to.startMessage();
      for (int c = 0; c < columns.size(); c++) {
        to.startField(columns.get(c).name(), c);
        add(columns.get(c).kind(), row[c]);
        to.endField(columns.get(c).name(), c);
      }
      to.endMessage();
    }

    private void add(Kind kind, Object value) {
      switch (kind) {
        case LONG -> to.addLong((Long) value);
        case FLOAT -> to.addFloat((Float) value);
        case DOUBLE -> to.addDouble((Double) value);
        case TEXT -> to.addBinary(Binary.fromString((String) value));
      }
    }
  }

  /** A file as Parquet's writers take it, made as all others are. */
  private record Output(FileSystem files, Path path) implements OutputFile {

    @Override
    public PositionOutputStream create(long block) throws IOException {
      return HadoopStreams.wrap(OutputFiles.create(files, path, false));
    }

    @Override
    public PositionOutputStream createOrOverwrite(long block) throws IOException {
      return HadoopStreams.wrap(OutputFiles.create(files, path, true));
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }
  }
}
