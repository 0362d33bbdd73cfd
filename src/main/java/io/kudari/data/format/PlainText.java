package io.kudari.data.format;

import java.io.IOException;
import java.io.Reader;
import java.util.function.LongSupplier;

/**
 * The characters of delimited text, every line end as one line feed, whether it was written as
 * {@code \n}, {@code \r\n} or {@code \r}. Refuses what the parser would pass over: a quote that
 * opens a value and is never closed, for which the rest of the file is one value; and bytes 0,
 * which it takes for white space, and which lost blocks of a file read as. Keeps no characters; not
 * thread-safe.
 */
final class PlainText extends Reader {

  /** In a format without quotes: no character. */
  static final char NO_QUOTE = '\uffff';

  /** What no delimited text holds; the message names the line. */
  static final class BrokenException extends IOException {

    private static final long serialVersionUID = 1;

    private final boolean open;

    BrokenException(long line, String what, boolean open) {
      super("line " + line + ": " + what);
      this.open = open;
    }

    /** Whether a quote is not closed before the end. */
    boolean isOpen() {
      return open;
    }
  }

  /** Where the next character is. */
  private enum Place {
    /** At the start of a value, or in white space before it. */
    START,
    /** In a value without quotes. */
    BARE,
    /** Between quotes. */
    QUOTED,
    /** Behind a quote that closes a value, unless another follows. */
    CLOSED
  }

  private final Reader in;
  private final char delimiter;
  private final char quote;
  private final LongSupplier before;
  private Place place = Place.START;
  private boolean afterReturn;
  private long line = 1;
  private long opened;

  /**
   * Of the text from some line on.
   *
   * @param before how many lines are before it; asked for a message
   */
  PlainText(Reader in, char delimiter, char quote, LongSupplier before) {
    this.in = in;
    this.before = before;
    this.delimiter = delimiter;
    this.quote = quote;
  }

  @Override
  public int read(char[] into, int from, int length) throws IOException {
    int kept = 0;
    while (kept == 0) {
      int read = in.read(into, from, length);
      if (read < 0 && place == Place.QUOTED) {
        throw new BrokenException(before.getAsLong() + opened, "a quote is not closed", true);
      }
      if (read <= 0) return read;
      kept = take(into, from, from + read) - from;
    }
    return kept;
  }

  /** Moves what is kept to the front; its end. */
  private int take(char[] text, int from, int to) throws IOException {
    int kept = from;
    for (int i = from; i < to; i++) {
      char c = text[i];
      boolean second = afterReturn && c == '\n';
      afterReturn = c == '\r';
      if (second) continue;
      if (c == '\r') c = '\n';
      if (c == 0)
        throw new BrokenException(
            before.getAsLong() + line, "holds a byte 0, as a damaged file does", false);
      text[kept++] = c;
      place = next(c);
      if (c == '\n') line++;
    }
    return kept;
  }

  private Place next(char c) {
    if (place == Place.QUOTED) return c == quote ? Place.CLOSED : Place.QUOTED;
    if (c == delimiter || c == '\n') return Place.START;
    if (c == quote && place != Place.BARE) {
      if (place == Place.START) opened = line;
      return Place.QUOTED;
    }
    return c <= ' ' ? place : Place.BARE;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
