package io.kudari.data;

import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * What a reading of a set gave that went by its splits, where they turned out to be none by those
 * that are not cut, and where these do not fit together as a whole.
 *
 * @param found what it gave
 * @param read bytes that it took to find splits, and to read some in vain
 */
public record SplitReading<T>(T found, long read) {

  /** Reads splits of a set. */
  public interface Reading<T> {

    /**
     * Reads.
     *
     * @param again whether others were read in vain
     * @throws SplitException when they are none
     */
    T of(List<ExampleSource> splits, boolean again) throws IOException;
  }

  private interface Cut {
    List<ExampleSource> of(ExampleSource source, Configuration hadoop) throws IOException;
  }

  private static final List<Cut> CUTS =
      List.of(ExampleSource::splits, ExampleSource::uncut, (source, hadoop) -> List.of(source));

  /** Reads a set by the first splits that are some. */
  public static <T> SplitReading<T> of(
      ExampleSource source, Configuration hadoop, Reading<T> reading) throws IOException {
    return of(source, hadoop, reading, CUTS, 0);
  }

  private static <T> SplitReading<T> of(
      ExampleSource source, Configuration hadoop, Reading<T> reading, List<Cut> cuts, long vain)
      throws IOException {
    long before = ThreadBytes.read();
    List<ExampleSource> splits = cuts.get(0).of(source, hadoop);
    long read = vain + ThreadBytes.read() - before;
    try {
      return new SplitReading<>(reading.of(splits, cuts.size() < CUTS.size()), read);
    } catch (SplitException e) {
      if (splits.size() == 1) throw e;
      return of(source, hadoop, reading, cuts.subList(1, cuts.size()), read + e.read());
    }
  }
}
