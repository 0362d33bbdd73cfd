package io.kudari.data.file;

import io.kudari.data.DataException;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.hadoop.fs.ChecksumException;

/**
 * One file read once from start to end. A file whose name ends in {@code .gz} is gunzipped as it is
 * read; the name and the content must agree. Holds one buffer, whatever the file's size. Not
 * thread-safe.
 */
public final class InputFile extends InputStream implements Closeable {

  /** Deflate makes at most this many bytes of one. */
  private static final int LARGEST_EXPANSION = 1032;

  /** Small beside a split: what is read beyond its end, and behind a header, is read in vain. */
  private static final int BUFFER = 1 << 14;

  private final InputPath path;
  private final InputStream in;
  private final boolean gzip;

  /** Takes over {@code raw}: closes it when the content is not what the name says. */
  InputFile(InputPath path, InputStream raw) throws IOException {
    this.path = path;
    this.gzip = path.name().endsWith(".gz");
    try {
      this.in = opened(new BufferedInputStream(raw, BUFFER));
    } catch (IOException | RuntimeException e) {
      raw.close();
      throw e;
    }
  }

  private InputFile(InputPath path, BufferedInputStream in) {
    this.path = path;
    this.gzip = false;
    this.in = in;
  }

  /** The rest of a file that is not gzipped. Takes over {@code raw}. */
  static InputFile middle(InputPath path, InputStream raw) {
    return new InputFile(path, new BufferedInputStream(raw, BUFFER));
  }

  private InputStream opened(InputStream raw) throws IOException {
    if (path.status().getLen() == 0) throw path.error("is empty");
    raw.mark(2);
    boolean magic = raw.read() == 0x1f && raw.read() == 0x8b;
    raw.reset();
    if (gzip && !magic) {
      throw path.error("is named .gz, but its content is not gzip");
    }
    if (!gzip && magic) {
      throw path.error("holds gzip, but its name does not end in .gz");
    }
    if (!gzip) return raw;
    try {
      return new BufferedInputStream(new GzipCompressorInputStream(raw, true), BUFFER);
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /** The file. */
  public InputPath path() {
    return path;
  }

  /**
   * Checks, before anything is allocated or read, that the file can hold what its header declares:
   * a raw file exactly, a gzipped one as far as deflate can expand.
   *
   * @param content bytes of the whole file when raw
   * @param declared what they are, for the error
   */
  public void requireLength(long content, String declared) {
    long length = path.status().getLen();
    if (!gzip && content != length) {
      throw path.error(declared + " are " + content + " bytes, but the file has " + length);
    }
    if (gzip && content / LARGEST_EXPANSION > length) {
      throw path.error(
          declared + " are " + content + " bytes, more than " + length + " gzipped bytes can hold");
    }
  }

  /** Checks that a raw file is a whole number of records; of a gzipped one the end will tell. */
  public void requireMultiple(int record, String what) {
    long length = path.status().getLen();
    if (!gzip && length % record != 0) {
      throw path.error(length + " bytes are not a multiple of the " + record + " of " + what);
    }
  }

  /**
   * Reads exactly {@code length} bytes.
   *
   * @param what they are, for the error when the file ends before
   */
  public void readFully(byte[] into, int from, int length, String what) throws IOException {
    int read = readNBytes(into, from, length);
    if (read < length) throw endsIn(what);
  }

  /** Reads four bytes, the highest first. */
  public int readInt(String what) throws IOException {
    byte[] word = new byte[4];
    readFully(word, 0, 4, what);
    return java.nio.ByteBuffer.wrap(word).getInt();
  }

  /** Passes over {@code count} bytes. */
  public void skip(long count, String what) throws IOException {
    try {
      in.skipNBytes(count);
    } catch (EOFException e) {
      throw gzip ? broken(e) : endsIn(what);
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /** Checks that nothing follows; reads one byte at most. */
  public void requireEnd(String declared) throws IOException {
    if (read() >= 0) throw path.error("goes on after " + declared);
  }

  @Override
  public int read() throws IOException {
    try {
      return in.read();
    } catch (IOException e) {
      throw broken(e);
    }
  }

  @Override
  public int read(byte[] into, int from, int length) throws IOException {
    try {
      return in.read(into, from, length);
    } catch (IOException e) {
      throw broken(e);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private DataException endsIn(String what) {
    return path.error("ends within " + what);
  }

  /** Content that cannot be decoded is the data's fault; all else the file system's. */
  private DataException broken(IOException e) throws IOException {
    if (e instanceof ChecksumException) return path.error("does not match its checksum file", e);
    if (gzip && e instanceof EOFException) return path.error("is truncated gzip");
    if (gzip) return path.error("cannot be gunzipped", e);
    throw e;
  }
}
