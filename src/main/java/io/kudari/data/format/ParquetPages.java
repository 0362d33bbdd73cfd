package io.kudari.data.format;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.compress.CodecPool;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.Decompressor;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/**
 * Decompresses the pages of Parquet files. Parquet's own way believes what a page's header
 * declares: it takes that much memory, and waits for ever for bytes that are not there. Here memory
 * grows with what is there, and a page of another length is an error.
 */
final class ParquetPages extends CodecFactory {

  private static final int FIRST = 1 << 16;

  ParquetPages(Configuration hadoop) {
    super(hadoop, 0);
  }

  @Override
  protected BytesDecompressor createDecompressor(CompressionCodecName name) {
    return switch (name) {
      case UNCOMPRESSED -> super.createDecompressor(name);
      case SNAPPY -> new Pages(ParquetPages::snappy);
      case LZ4_RAW -> new Pages((bytes, length) -> lz4(getCodec(name), bytes, length));
      default -> new Pages((bytes, length) -> inflate(getCodec(name), bytes, length));
    };
  }

  /** From the bytes of a page to its content of a declared length. */
  private interface Decoder {
    byte[] decode(BytesInput bytes, int length) throws IOException;
  }

  private static final class Pages extends BytesDecompressor {

    private final Decoder decoder;

    Pages(Decoder decoder) {
      this.decoder = decoder;
    }

    @Override
    public BytesInput decompress(BytesInput bytes, int length) throws IOException {
      return BytesInput.from(decoder.decode(bytes, length));
    }

    @Override
    public void decompress(ByteBuffer from, int bytes, ByteBuffer to, int length)
        throws IOException {
      ByteBuffer compressed = from.slice().limit(bytes);
      to.clear();
      to.put(decoder.decode(BytesInput.from(compressed), length)).flip();
    }

    @Override
    public void release() {}
  }

  /** Snappy's block format starts with the length of the content. */
  private static byte[] snappy(BytesInput bytes, int length) throws IOException {
    byte[] compressed = bytes.toByteArray();
    // A copy of 64 bytes takes 3.
    if (Snappy.uncompressedLength(compressed) != length || length / 64 > compressed.length)
      throw new IOException("a page of another length than its header declares");
    byte[] content = new byte[length];
    if (Snappy.uncompress(compressed, 0, compressed.length, content, 0) != length)
      throw new IOException("a page that ends early");
    return content;
  }

  /**
   * The codec gives all at once, in room for it, and nobody can ask whether there is more: one byte
   * of room is left over. It makes at most 255 bytes of one.
   */
  private static byte[] lz4(CompressionCodec codec, BytesInput bytes, int length)
      throws IOException {
    if (length / 255 > bytes.size())
      throw new IOException("a page of " + length + " bytes, more than its bytes hold");
    return inflated(
        codec,
        bytes,
        length,
        in -> {
          byte[] room = new byte[length + 1];
          if (Math.max(0, in.read(room, 0, room.length)) != length)
            throw new IOException("a page of another length than its header declares");
          return Arrays.copyOf(room, length);
        });
  }

  private static byte[] inflate(CompressionCodec codec, BytesInput bytes, int length)
      throws IOException {
    return inflated(codec, bytes, length, in -> read(in, length));
  }

  /** Reads what is decompressed. */
  private interface Content {
    byte[] of(InputStream in) throws IOException;
  }

  private static byte[] inflated(
      CompressionCodec codec, BytesInput bytes, int length, Content content) throws IOException {
    if (length < 0) throw new IOException("a page of " + length + " bytes");
    Decompressor decompressor = CodecPool.getDecompressor(codec);
    try (InputStream in = codec.createInputStream(bytes.toInputStream(), decompressor)) {
      return content.of(in);
    } finally {
      CodecPool.returnDecompressor(decompressor);
    }
  }

  private static byte[] read(InputStream in, int length) throws IOException {
    byte[] content = new byte[Math.min(length, FIRST)];
    int at = 0;
    while (at < length) {
      if (at == content.length)
        content = Arrays.copyOf(content, (int) Math.min(length, 2L * content.length));
      int read = in.read(content, at, content.length - at);
      // Some codecs say nothing was read rather than that nothing is left.
      if (read <= 0) throw new EOFException("a page ends after " + at + " of " + length + " bytes");
      at += read;
    }
    if (in.read(new byte[1], 0, 1) > 0)
      throw new IOException("a page goes on after " + length + " bytes");
    return content;
  }
}
