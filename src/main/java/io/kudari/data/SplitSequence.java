package io.kudari.data;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * Reads the splits of a source one after another, each into a sink of its own, so that what is made
 * of a split does not depend on who reads the others. Where they turn out to be no splits, such as
 * of a CSV whose quoted values go over lines, the rest comes from the whole source.
 *
 * @param source whose splits they are
 * @param splits some that follow each other; all of them where the rest is to come from the source
 */
public record SplitSequence(ExampleSource source, List<ExampleSource> splits) {

  public SplitSequence {
    splits = List.copyOf(splits);
  }

  /** Of all splits. */
  public static SplitSequence of(ExampleSource source, Configuration hadoop) throws IOException {
    return new SplitSequence(source, source.splits(hadoop));
  }

  /**
   * Gives sinks.
   *
   * @param <S> their type
   */
  public interface Sinks<S extends ExampleSink> {

    /**
     * One for a split.
     *
     * @param name of the split, for errors
     * @param passed how many examples it is to pass over first
     */
    S next(String name, long passed);

    /** One has got examples, of which there are more than those it was to pass over. */
    void end(S sink);
  }

  /**
   * Reads all.
   *
   * @return how many examples there are
   * @throws DataException as {@link ExampleSource#read}; of a single split also a {@link
   *     SplitException}
   */
  public <S extends ExampleSink> long read(Configuration hadoop, Sinks<S> sinks)
      throws IOException {
    long read = 0;
    for (ExampleSource split : splits) {
      S sink = sinks.next(split.name(), 0);
      try {
        split.read(hadoop, sink);
      } catch (SplitException e) {
        if (splits.size() == 1) throw e;
        return rest(hadoop, sinks, read + end(sinks, sink, 0));
      }
      read += end(sinks, sink, 0);
    }
    return read;
  }

  private <S extends ExampleSink> long rest(Configuration hadoop, Sinks<S> sinks, long read)
      throws IOException {
    S sink = sinks.next(source.name(), read);
    source.read(hadoop, sink);
    return read + end(sinks, sink, read);
  }

  private static <S extends ExampleSink> long end(Sinks<S> sinks, S sink, long passed) {
    long more = sink.count() - passed;
    if (more > 0) sinks.end(sink);
    return Math.max(0, more);
  }
}
