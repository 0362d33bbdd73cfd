package io.kudari.data.format;

import com.univocity.parsers.common.TextParsingException;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import com.univocity.parsers.csv.UnescapedQuoteHandling;
import io.kudari.data.CellText;
import io.kudari.data.DataException;
import io.kudari.data.RangedSource;
import io.kudari.data.SplitException;
import io.kudari.data.file.InputFile;
import io.kudari.data.file.InputPath;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Locale;
import org.apache.commons.io.input.BOMInputStream;

/**
 * The lines of delimited text files, one after another, split by univocity-parsers. UTF-8, with or
 * without a byte order mark; any line ending; empty lines are passed over; white space around a
 * value is not part of it unless quoted; what becomes of that is for the reader to say. Memory is
 * bounded by the limits below, whatever the file holds. Not thread-safe.
 */
final class TextRows implements Closeable {

  /** Columns of a line at most. */
  static final int MOST_COLUMNS = 1 << 18;

  /** Columns that there is always room for. */
  private static final int FEW_COLUMNS = 1 << 12;

  private static final int LONGEST_VALUE = 1 << 16;
  private static final int SHOWN = 40;

  /** Characters that are read at a time of each of several files, which may be many and short. */
  private static final int SMALL_BUFFER = 1 << 16;

  private final Iterator<InputPath> following;
  private final boolean whole;
  private final Look look;
  private final int columns;
  private final boolean several;
  private InputPath path;
  private InputFile file;
  private CsvParser parser;
  private Heading heading = Heading.NONE;
  private long begin;
  private long line;

  /**
   * How lines are split.
   *
   * @param delimiter between values
   * @param quote around values that hold delimiters, or {@link PlainText#NO_QUOTE}
   * @param comment a line that starts with it is passed over; 0 for none
   */
  record Look(char delimiter, char quote, char comment) {}

  /**
   * Lines of a table.
   *
   * @param rows where the range begins with the file, those behind the first
   * @param first line of the file, or null where there is none
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Table(TextRows rows, String[] first) {}

  /**
   * The lines of a table that are in a range. As nearly all tables have few columns, room for many
   * is taken for those alone that turn out to need it.
   *
   * @param header whether the first line of each file names its columns, which must be the same
   * @param once whether the file can be read no more than once
   */
  static Table table(TextRange range, Look look, boolean header, boolean once) throws IOException {
    Table whole = beginning(range.beginning(), look, header, once);
    if (range.from() == 0) return whole;
    whole.rows.close();
    int columns = whole.first == null ? 0 : whole.first.length;
    return new Table(new TextRows(range, look, room(columns)), whole.first);
  }

  private static Table beginning(TextRange range, Look look, boolean header, boolean once)
      throws IOException {
    if (once) return beginning(range, look, header, MOST_COLUMNS);
    try {
      return beginning(range, look, header, FEW_COLUMNS);
    } catch (DataException e) {
      return beginning(range, look, header, MOST_COLUMNS);
    }
  }

  private static Table beginning(TextRange range, Look look, boolean header, int columns)
      throws IOException {
    TextRows rows = new TextRows(range, look, columns);
    try {
      String[] first = rows.next();
      if (header && first != null) rows.heading = range.heading().of(rows.path, first);
      return new Table(rows, first);
    } catch (IOException | RuntimeException e) {
      rows.close();
      throw e;
    }
  }

  /**
   * Room for lines of about so many columns, some of which may be empty. The parser takes 16 bytes
   * for each: with room for {@link #MOST_COLUMNS} in each of many splits, the collector of garbage
   * takes half of the time.
   */
  static int room(int columns) {
    return (int) Math.min(MOST_COLUMNS, Math.max(FEW_COLUMNS, 4L * columns));
  }

  /**
   * The lines of a range.
   *
   * @param columns of a line at most
   */
  TextRows(TextRange range, Look look, int columns) throws IOException {
    this.whole = range.to() == RangedSource.END;
    this.look = look;
    this.columns = columns;
    this.following = range.files().iterator();
    this.several = range.files().size() > 1;
    open(following.next(), range.from(), range.to());
  }

  private void open(InputPath next, long from, long to) throws IOException {
    path = next;
    file = path.openAt(Math.max(0, from - 1));
    parser = new CsvParser(settings(look, columns, several));
    try {
      InputStream text = file;
      if (!whole || from > 0) {
        LineRange lines = new LineRange(file, from, to);
        begin = from == 0 ? 0 : lines.at();
        text = lines;
      }
      if (from == 0) text = BOMInputStream.builder().setInputStream(text).get();
      InputStreamReader decoded = new InputStreamReader(text, StandardCharsets.UTF_8.newDecoder());
      parser.beginParsing(new PlainText(decoded, look.delimiter, look.quote, this::linesBefore));
    } catch (IOException | RuntimeException e) {
      file.close();
      throw reason(e);
    }
  }

  /** Lines before the first, counted again for each message, of which there is one. */
  private long linesBefore() {
    if (begin == 0) return 0;
    try (InputFile before = path.open()) {
      long lines = 0;
      byte[] buffer = new byte[1 << 16];
      int last = 0;
      for (long left = begin; left > 0; ) {
        int read = before.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (read < 0) break;
        left -= read;
        for (int i = 0; i < read; i++) {
          if (buffer[i] == '\n' ? last != '\r' : buffer[i] == '\r') lines++;
          last = buffer[i];
        }
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CsvParserSettings settings(Look look, int columns, boolean several) {
    CsvParserSettings settings = new CsvParserSettings();
    settings.getFormat().setDelimiter(look.delimiter);
    settings.getFormat().setComment(look.comment);
    settings.getFormat().setQuote(look.quote);
    settings.getFormat().setQuoteEscape(look.quote);
    settings.getFormat().setLineSeparator("\n");
    settings.setUnescapedQuoteHandling(UnescapedQuoteHandling.RAISE_ERROR);
    settings.setMaxColumns(columns);
    settings.setMaxCharsPerColumn(LONGEST_VALUE);
    settings.setReadInputOnSeparateThread(false);
    if (several) settings.setInputBufferSize(SMALL_BUFFER);
    settings.setCommentProcessingEnabled(look.comment != 0);
    return settings;
  }

  /** What each file has to begin with, where the first line names columns. */
  Heading heading() {
    return heading;
  }

  /** The values of the next line, null where one is empty; null at the end of the last file. */
  String[] next() throws IOException {
    String[] values = nextOfFile();
    while (values == null && following.hasNext()) {
      close();
      open(following.next(), 0, RangedSource.END);
      values = nextOfFile();
      if (values == null || heading.equals(Heading.NONE)) continue;
      heading.check(path, values);
      values = nextOfFile();
    }
    return values;
  }

  private String[] nextOfFile() throws IOException {
    try {
      String[] values = parser.parseNext();
      line = parser.getContext().currentLine();
      return values;
    } catch (RuntimeException e) {
      throw reason(e);
    }
  }

  /**
   * A number that is finite as a float, and that rounds to the float nearest to the text.
   *
   * @param column whose value it is, for the error
   * @param what it is, for the error
   */
  double number(String column, String text, String what) {
    double value = text == null ? Double.NaN : CellText.number(text);
    if (Float.isFinite((float) value)) return value;
    throw error(column, text, what + " must be a finite number");
  }

  /**
   * A weight.
   *
   * @param column whose value it is, for the error
   */
  double weight(String column, String text) {
    double value = text == null ? Double.NaN : CellText.number(text);
    if (WeightColumn.isWeight(value)) return value;
    throw error(column, text, WeightColumn.RULE);
  }

  /** An error in the line read last. */
  DataException error(String what) {
    return path.error("line " + (linesBefore() + line) + ": " + what);
  }

  /** An error in one value of the line read last. */
  DataException error(String column, String found, String rule) {
    return path.error(
        "line "
            + (linesBefore() + line)
            + ", column "
            + column
            + ": "
            + shown(found)
            + ", "
            + rule);
  }

  /** What was found, short and on one line; a tab is seen. */
  static String shown(String text) {
    if (text == null || text.isEmpty()) return "found nothing";
    String start = text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    return "found '" + start.replace("\t", "\\t").replaceAll("\\p{Cntrl}", " ") + "'";
  }

  /** The parser wraps what went wrong below it. */
  private RuntimeException reason(Exception e) throws IOException {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof DataException data) return data;
      if (cause instanceof PlainText.BrokenException broken)
        return broken.isOpen() && !whole
            ? new SplitException(path.error(broken.getMessage()).getMessage())
            : path.error(broken.getMessage());
      if (cause instanceof CharacterCodingException) return path.error("is not UTF-8 text");
      if (cause instanceof IOException io) throw io;
    }
    if (!(e instanceof TextParsingException parsing)) return new IllegalStateException(e);
    line = parsing.getLineIndex() + 1;
    return error(
        String.format(
            Locale.ROOT,
            "cannot be split: a quote is not closed or not doubled, a value is longer than %d"
                + " characters, or there are more than %d columns",
            LONGEST_VALUE,
            columns));
  }

  @Override
  public void close() throws IOException {
    parser.stopParsing();
    file.close();
  }
}
