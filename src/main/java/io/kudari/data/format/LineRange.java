package io.kudari.data.format;

import java.io.IOException;
import java.io.InputStream;

/**
 * The lines of a file that begin within a range of bytes. Only line feeds are looked for: a file
 * without any is one line, which begins in its first range. Not thread-safe.
 */
final class LineRange extends InputStream {

  private final InputStream in;
  private final long end;
  private long at;
  private boolean ended;

  /**
   * Finds the first line.
   *
   * @param in at the byte before the range's first, or at the file's first
   * @param begin of the range
   * @param end of the range
   */
  LineRange(InputStream in, long begin, long end) throws IOException {
    this.in = in;
    this.at = Math.max(0, begin - 1);
    this.end = end;
    if (begin > 0) skipLine();
    ended = this.at >= end;
  }

  private void skipLine() throws IOException {
    int read;
    do {
      read = in.read();
      at++;
    } while (read >= 0 && read != '\n');
    if (read < 0) at = Long.MAX_VALUE;
  }

  /** Where the next byte is in the file. */
  long at() {
    return at;
  }

  @Override
  public int read() throws IOException {
    if (ended) return -1;
    int read = in.read();
    if (read < 0) {
      ended = true;
      return read;
    }
    at++;
    ended = read == '\n' && at >= end;
    return read;
  }

  /** A line that begins within the range is read to its end. */
  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    if (length == 0) return 0;
    if (ended) return -1;
    long safe = end - 1 - at;
    if (safe > 0) {
      int read = in.read(into, from, (int) Math.min(length, safe));
      if (read < 0) ended = true;
      else at += read;
      return read;
    }
    int read = read();
    if (read < 0) return -1;
    into[from] = (byte) read;
    return 1;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
