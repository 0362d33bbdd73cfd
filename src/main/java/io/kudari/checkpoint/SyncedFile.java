package io.kudari.checkpoint;

import io.kudari.data.DataException;
import io.kudari.data.file.OutputFiles;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Files that are on the disk when they are written, and are checked when they are read. */
final class SyncedFile {

  /** No description in JSON or HOCON is longer: 64 MiB. */
  private static final long LONGEST_TEXT = 64L << 20;

  private static final int CHUNK = 1 << 16;

  private SyncedFile() {}

  /** Writes some bytes. */
  interface Content {
    void to(OutputStream out) throws IOException;
  }

  /**
   * Creates or replaces a file; when this returns, the store holds it.
   *
   * @return its length and SHA-256
   */
  static Manifest.Entry write(FileSystem files, Path path, Content content) throws IOException {
    try (FSDataOutputStream file = OutputFiles.create(files, path, true)) {
      Digesting out = new Digesting(file);
      content.to(out);
      out.flush();
      sync(file);
      return new Manifest.Entry(out.count, HexFormat.of().formatHex(out.digest.digest()));
    }
  }

  /** Object stores cannot sync, and need not: a closed file is stored. */
  private static void sync(FSDataOutputStream file) throws IOException {
    try {
      file.hsync();
    } catch (UnsupportedOperationException e) {
      file.flush();
    }
  }

  /** Raw little-endian floats. */
  static Content floats(float[] values) {
    return out -> {
      ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < values.length; i++) {
        chunk.putInt(Float.floatToRawIntBits(values[i]));
        if (chunk.hasRemaining() && i < values.length - 1) continue;
        out.write(chunk.array(), 0, chunk.position());
        chunk.clear();
      }
    };
  }

  /**
   * Reads floats.
   *
   * @throws DataException unless the file is what the manifest says and holds so many floats
   */
  static float[] floats(FileSystem files, Path path, Manifest.Entry entry, int count)
      throws IOException {
    if (entry.bytes() != 4L * count) {
      throw new DataException(
          path + ": has " + entry.bytes() + " bytes, but " + count + " parameters need 4 each");
    }
    checkLength(files, path, entry);
    float[] values = new float[count];
    MessageDigest digest = sha256();
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK).order(ByteOrder.LITTLE_ENDIAN);
    try (FSDataInputStream in = files.open(path)) {
      for (int at = 0; at < count; ) {
        int here = Math.min(CHUNK / 4, count - at);
        in.readFully(chunk.array(), 0, 4 * here);
        digest.update(chunk.array(), 0, 4 * here);
        for (int i = 0; i < here; i++) values[at + i] = Float.intBitsToFloat(chunk.getInt(4 * i));
        at += here;
      }
    }
    checkDigest(path, entry, digest);
    return values;
  }

  /**
   * Reads a text's bytes.
   *
   * @throws DataException unless the file is what the manifest says
   */
  static byte[] bytes(FileSystem files, Path path, Manifest.Entry entry) throws IOException {
    checkLength(files, path, entry);
    byte[] bytes = bytes(files, path);
    MessageDigest digest = sha256();
    digest.update(bytes);
    checkDigest(path, entry, digest);
    return bytes;
  }

  /**
   * Reads a whole short file, unchecked. It may be replaced meanwhile: its length is that of what
   * is opened, not of what was there before.
   */
  static byte[] bytes(FileSystem files, Path path) throws IOException {
    FileStatus status = files.getFileStatus(path);
    if (!status.isFile() || status.getLen() > LONGEST_TEXT)
      throw new DataException(path + ": must be a file of at most " + LONGEST_TEXT + " bytes");
    try (FSDataInputStream in = files.open(path)) {
      return in.readNBytes((int) LONGEST_TEXT);
    }
  }

  /** Before memory is taken for it. */
  static void checkLength(FileSystem files, Path path, Manifest.Entry entry) throws IOException {
    long length = files.getFileStatus(path).getLen();
    if (length != entry.bytes()) {
      throw new DataException(
          path + ": has " + length + " bytes, but its manifest says " + entry.bytes());
    }
  }

  private static void checkDigest(Path path, Manifest.Entry entry, MessageDigest digest) {
    String found = HexFormat.of().formatHex(digest.digest());
    if (!found.equals(entry.sha256())) {
      throw new DataException(
          path
              + ": is damaged: its SHA-256 is "
              + found
              + ", but its manifest says "
              + entry.sha256());
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Counts and digests what passes. */
  private static final class Digesting extends FilterOutputStream {

    private final MessageDigest digest = sha256();
    private long count;

    Digesting(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
      digest.update(bytes, from, length);
      count += length;
    }
  }
}
