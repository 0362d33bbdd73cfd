package io.kudari.data.format;

import io.kudari.data.file.InputPath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.apache.parquet.bytes.BytesUtils;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;

/**
 * What a file's footer says twice. The footer has no checksum, and Parquet's reader takes the
 * schema's word for the type of a column's values: where that is wrong, it makes other numbers of
 * them.
 */
final class ParquetFooter {

  /** Length of the footer and four letters. */
  private static final int END = 8;

  private ParquetFooter() {}

  /**
   * A file's footer, checked.
   *
   * @throws io.kudari.data.DataException when it is no such file
   */
  static ParquetMetadata of(InputPath file) {
    if (file.status().isDirectory()) {
      throw file.error("is a folder; partitioned sets are not read");
    }
    if (file.status().getLen() == 0) throw file.error("is empty");
    try (ParquetFileReader reader = ParquetFileReader.open(new ParquetInput(file))) {
      ParquetMetadata footer = reader.getFooter();
      check(file, footer.getFileMetaData().getSchema());
      return footer;
    } catch (IOException | RuntimeException e) {
      throw file.error("cannot be read as Parquet", e);
    }
  }

  /**
   * Checks that the values of each column are of the type that the schema declares.
   *
   * @param schema as Parquet's reader found it, which has checked the footer's place
   * @throws IOException when they are not
   */
  private static void check(InputPath file, MessageType schema) throws IOException {
    for (RowGroup group : read(file).getRow_groups()) {
      for (ColumnChunk chunk : group.getColumns()) {
        ColumnMetaData values = chunk.getMeta_data();
        if (values == null) continue;
        String[] path = values.getPath_in_schema().toArray(new String[0]);
        ColumnDescriptor column = schema.getColumnDescription(path);
        String declared = column.getPrimitiveType().getPrimitiveTypeName().name();
        String found = values.getType().name().replace("BYTE_ARRAY", "BINARY");
        if (!declared.replace("BYTE_ARRAY", "BINARY").equals(found))
          throw new IOException(
              "column %s is %s by the schema, but has values of %s"
                  .formatted(String.join(".", path), declared, found));
      }
    }
  }

  private static FileMetaData read(InputPath file) throws IOException {
    long end = file.status().getLen() - END;
    try (SeekableInputStream in = new ParquetInput(file).newStream()) {
      in.seek(end);
      byte[] footer = new byte[BytesUtils.readIntLittleEndian(in)];
      in.seek(end - footer.length);
      in.readFully(footer);
      return Util.readFileMetaData(new ByteArrayInputStream(footer));
    }
  }
}
