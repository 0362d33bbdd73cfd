package io.kudari.spark.data;

import io.kudari.data.DataException;
import io.kudari.data.SplitException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a task has made of some examples, or says of its part of a set, as it travels.
 *
 * <pre>
 * byte  kind    0: made of examples, 1: a line for the user, 2: why the part cannot be read,
 *               3: the same, of splits alone
 * int   how many examples, the highest byte first
 * …     what was made of them, or the line in UTF-8
 * </pre>
 */
@SuppressWarnings("ArrayRecordComponent")
record Piece(byte kind, int examples, byte[] content) {

  private static final byte MADE = 0;
  private static final byte NOTE = 1;
  private static final byte REASON = 2;
  private static final byte SPLIT = 3;

  private static final int HEAD = 1 + Integer.BYTES;

  static Piece made(int examples, byte[] content) {
    return new Piece(MADE, examples, content);
  }

  static Piece note(String line) {
    return new Piece(NOTE, 0, line.getBytes(StandardCharsets.UTF_8));
  }

  static Piece reason(DataException e) {
    byte kind = e instanceof SplitException ? SPLIT : REASON;
    return new Piece(kind, 0, e.getMessage().getBytes(StandardCharsets.UTF_8));
  }

  static Piece of(byte[] bytes) {
    ByteBuffer head = ByteBuffer.wrap(bytes);
    return new Piece(head.get(), head.getInt(), Arrays.copyOfRange(bytes, HEAD, bytes.length));
  }

  byte[] toBytes() {
    return ByteBuffer.allocate(HEAD + content.length)
        .put(kind)
        .putInt(examples)
        .put(content)
        .array();
  }

  boolean isMade() {
    return kind == MADE;
  }

  boolean isNote() {
    return kind == NOTE;
  }

  /** The line, of what is not made of examples. */
  String line() {
    return new String(content, StandardCharsets.UTF_8);
  }

  boolean isRefusal() {
    return kind == REASON || kind == SPLIT;
  }

  /** What a reason says. */
  DataException refusal() {
    return kind == SPLIT ? new SplitException(line()) : new DataException(line());
  }
}
