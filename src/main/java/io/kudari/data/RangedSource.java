package io.kudari.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** A source that can be read from the middle: by examples, or by bytes. */
public interface RangedSource extends ExampleSource {

  /** The end of the last range, wherever it is. */
  long END = Long.MAX_VALUE;

  /**
   * Reads the examples that begin within a range, as {@link #read(Configuration, ExampleSink)}
   * reads all.
   *
   * @param from where it begins
   * @param to behind it, or {@link #END}
   */
  void read(Configuration hadoop, long from, long to, ExampleSink into) throws IOException;

  @Override
  default void read(Configuration hadoop, ExampleSink into) throws IOException {
    read(hadoop, 0, END, into);
  }

  /**
   * Its ranges, of which the last goes to the end.
   *
   * @param length of all of it
   * @param each length of a range
   */
  default List<ExampleSource> ranges(long length, long each) {
    List<ExampleSource> ranges = cut(length, each, (from, to) -> new Range(this, from, to));
    return ranges.size() < 2 ? List.of(this) : ranges;
  }

  /** A range, of whatever it is. */
  interface Cutting<T> {
    T of(long from, long to);
  }

  /**
   * Cuts into ranges, the last of which goes to {@link #END}.
   *
   * @param length of all
   * @param each length of a range
   */
  static <T> List<T> cut(long length, long each, Cutting<? extends T> range) {
    List<T> ranges = new ArrayList<>();
    for (long from = 0; from < length; from += each)
      ranges.add(range.of(from, from + each >= length ? END : from + each));
    return ranges;
  }

  /** A range of a source. */
  record Range(RangedSource of, long from, long to) implements ExampleSource {

    @Override
    public String name() {
      return of.name();
    }

    @Override
    public void read(Configuration hadoop, ExampleSink into) throws IOException {
      of.read(hadoop, from, to, into);
    }
  }
}
