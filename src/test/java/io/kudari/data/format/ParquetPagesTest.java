package io.kudari.data.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputDecompressor;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(30)
class ParquetPagesTest {

  private static final Configuration HADOOP = new Configuration();

  @ParameterizedTest
  @EnumSource(names = {"SNAPPY", "GZIP", "ZSTD", "LZ4_RAW"})
  void aPageIsReadWholeAndOneOfAnotherLengthThanDeclaredIsRefused(CompressionCodecName codec)
      throws IOException {
    byte[] content = new byte[200_000];
    for (int i = 0; i < content.length; i++) content[i] = (byte) (i * i >> 7);
    byte[] page = compressed(codec, content);
    BytesInputDecompressor pages = new ParquetPages(HADOOP).getDecompressor(codec);
    BytesInput read = pages.decompress(BytesInput.from(page), content.length);
    assertArrayEquals(content, read.toByteArray());
    ByteBuffer into = ByteBuffer.allocate(content.length);
    pages.decompress(ByteBuffer.wrap(page), page.length, into, content.length);
    assertArrayEquals(content, into.array());
    for (int length :
        new int[] {content.length + 1, content.length - 1, 0, -1, Integer.MAX_VALUE}) {
      assertThrows(
          Exception.class,
          () -> pages.decompress(BytesInput.from(page), length).toByteArray(),
          "declared " + length);
    }
    byte[] half = Arrays.copyOf(page, page.length / 2);
    assertThrows(
        Exception.class,
        () -> pages.decompress(BytesInput.from(half), content.length).toByteArray());
  }

  private static byte[] compressed(CompressionCodecName codec, byte[] content) throws IOException {
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    new CodecFactory(HADOOP, 1 << 16)
        .getCompressor(codec)
        .compress(BytesInput.from(content))
        .writeAllTo(page);
    return page.toByteArray();
  }
}
