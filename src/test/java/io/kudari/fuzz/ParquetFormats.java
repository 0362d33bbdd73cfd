package io.kudari.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kudari.data.Examples;
import io.kudari.data.Task;
import io.kudari.data.format.ParquetSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** Parquet files of columns and of vectors, plain and compressed. */
final class ParquetFormats {

  private static final int ROWS = 20;

  private static final MessageType COLUMNS =
      MessageTypeParser.parseMessageType(
          "message t { required int32 i; required double d; required boolean b;"
              + " required binary kind (UTF8); }");

  private static final MessageType VECTORS =
      MessageTypeParser.parseMessageType(
          "message t { required binary kind (UTF8); optional group v {"
              + " required int32 type; optional int32 size;"
              + " optional group indices (LIST) { repeated group list { required int32 element; } }"
              + " optional group values (LIST) { repeated group list { required double element; } }"
              + " } }");

  private static final MessageType TEXTS =
      MessageTypeParser.parseMessageType(
          "message t { required binary city (UTF8); required double d; required boolean b;"
              + " required binary kind (UTF8); }");

  private static final MessageType IMAGES =
      MessageTypeParser.parseMessageType(
          "message t { required binary kind (UTF8); required group image {"
              + " required binary origin (UTF8); required int32 height; required int32 width;"
              + " required int32 nChannels; required int32 mode; required binary data; } }");

  private ParquetFormats() {}

  static List<Format> all(Path folder) throws Exception {
    return List.of(
        format("parquet", folder, COLUMNS, CompressionCodecName.UNCOMPRESSED),
        format("parquet gzipped", folder, COLUMNS, CompressionCodecName.GZIP),
        format("parquet snappy", folder, COLUMNS, CompressionCodecName.SNAPPY),
        format("parquet zstd", folder, COLUMNS, CompressionCodecName.ZSTD),
        format("parquet lz4", folder, COLUMNS, CompressionCodecName.LZ4_RAW),
        format("parquet vectors", folder, VECTORS, CompressionCodecName.UNCOMPRESSED),
        format("parquet texts", folder, TEXTS, CompressionCodecName.UNCOMPRESSED),
        format("parquet images", folder, IMAGES, CompressionCodecName.UNCOMPRESSED));
  }

  private static Format format(
      String name, Path folder, MessageType type, CompressionCodecName codec) throws Exception {
    Path file = folder.resolve(name.replace(' ', '-') + ".parquet");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(file.toUri()))
            .withType(type)
            .withCompressionCodec(codec)
            .build()) {
      for (int r = 0; r < ROWS; r++) writer.write(row(type, r));
    }
    Examples valid = Truth.read(source(file));
    return new Format(
        name,
        Map.of("t.parquet", Files.readAllBytes(file)),
        (at, files) -> compare(valid, Truth.read(source(at.resolve("t.parquet")))));
  }

  private static ParquetSource source(Path file) {
    return new ParquetSource(
        file.toString(), Task.CLASSIFICATION, List.of("kind"), List.of(), List.of());
  }

  private static Group row(MessageType type, int r) {
    SimpleGroup row = new SimpleGroup(type);
    row.add("kind", List.of("cat", "dog", "eel").get(r % 3));
    if (type == COLUMNS) {
      row.add("i", r * 7);
      row.add("d", r / 3.0);
      row.add("b", r % 2 == 0);
      return row;
    }
    if (type == TEXTS) {
      row.add("city", List.of("Bern", "Wien").get(r % 2));
      row.add("d", r / 3.0);
      row.add("b", r % 2 == 0);
      return row;
    }
    if (type == IMAGES) {
      Group image = row.addGroup("image").append("origin", "file");
      image.append("height", 1).append("width", 2).append("nChannels", 3).append("mode", 16);
      image.append("data", Binary.fromConstantByteArray(new byte[] {1, 2, 3, (byte) r, 5, 6}));
      return row;
    }
    Group vector = row.addGroup("v").append("type", r % 2);
    if (r % 2 == 0) {
      vector.append("size", 3);
      vector.addGroup("indices").addGroup("list").append("element", 1);
    }
    Group values = vector.addGroup("values");
    for (int i = 0; i < (r % 2 == 0 ? 1 : 3); i++)
      values.addGroup("list").append("element", r + i / 4.0);
    return row;
  }

  /** The pages have checksums: what is read of a changed file is what was written. */
  private static void compare(Examples valid, Examples read) {
    assertEquals(valid.count(), read.count(), "rows");
    assertEquals(valid.shape(), read.shape());
    assertEquals(Arrays.toString(valid.floats()), Arrays.toString(read.floats()));
    assertEquals(Arrays.toString(valid.bytes()), Arrays.toString(read.bytes()));
    assertEquals(Arrays.toString(valid.labels()), Arrays.toString(read.labels()));
  }
}
