package io.kudari.data.format;

import io.kudari.data.DataException;
import io.kudari.data.file.InputFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Passes an image on, and where it is a PNG compares the checksum that ends each of its chunks,
 * which {@code javax.imageio} does not. Other formats have none. Keeps no bytes.
 *
 * <p>A PNG is a signature (8 bytes) and chunks: the length of the content (4), the type (4), the
 * content, and the CRC-32 of type and content (4); the last is {@code IEND}. What follows it is
 * nobody's.
 */
final class PngCheck extends InputStream {

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final int HEAD = 8;
  private static final int CRC = 4;

  private final InputFile file;
  private final byte[] one = new byte[1];
  private final ByteBuffer head = ByteBuffer.allocate(HEAD);
  private final ByteBuffer checksum = ByteBuffer.allocate(CRC);
  private final CRC32 crc = new CRC32();
  private int signature;
  private boolean isPng = true;
  private boolean ended;
  private long left;

  PngCheck(InputFile file) {
    this.file = file;
  }

  @Override
  public int read() throws IOException {
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    int read = file.read(into, from, length);
    for (int at = from; at < from + read && isPng && !ended; ) {
      at = take(into, at, from + read);
    }
    return read;
  }

  /**
   * Reads the rest of a PNG, of which a decoder may have left some.
   *
   * @throws DataException when it ends before its last chunk
   */
  void finish() throws IOException {
    byte[] rest = new byte[1 << 13];
    while (isPng && !ended) {
      if (read(rest, 0, rest.length) < 0) throw file.path().error("is truncated");
    }
  }

  /** Takes some of the bytes; where the next ones are. */
  private int take(byte[] bytes, int from, int to) {
    if (signature < SIGNATURE.length) {
      isPng = bytes[from] == SIGNATURE[signature++];
      return from + 1;
    }
    if (head.hasRemaining()) {
      head.put(bytes[from]);
      if (!head.hasRemaining()) begin();
      return from + 1;
    }
    if (left > 0) {
      int here = (int) Math.min(left, to - from);
      crc.update(bytes, from, here);
      left -= here;
      return from + here;
    }
    checksum.put(bytes[from]);
    if (!checksum.hasRemaining()) end();
    return from + 1;
  }

  private void begin() {
    left = head.getInt(0) & 0xffffffffL;
    crc.reset();
    crc.update(head.array(), Integer.BYTES, Integer.BYTES);
  }

  private void end() {
    String type = new String(head.array(), Integer.BYTES, Integer.BYTES, StandardCharsets.US_ASCII);
    if (checksum.getInt(0) != (int) crc.getValue()) {
      throw file.path()
          .error(
              "is damaged: the checksum of its chunk "
                  + type.replaceAll("[^A-Za-z]", "?")
                  + " is wrong");
    }
    ended = type.equals("IEND");
    head.clear();
    checksum.clear();
  }
}
