package io.kudari.data.format;

import io.kudari.data.ExampleSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** How files become splits, and how large these are. */
final class Splits {

  private static final long LEAST = 4L << 20;
  private static final long MOST = 64L << 20;

  /** Splits of a set of middle size. */
  private static final int USUAL = 64;

  private Splits() {}

  /**
   * Bytes of a split: so many that opening a file again does not count, and so few that all readers
   * have some.
   *
   * @param all bytes of the file
   */
  static long bytes(long all) {
    return Math.max(LEAST, Math.min(MOST, all / USUAL));
  }

  /**
   * Splits of some files, in their order: small ones that follow each other together.
   *
   * @param bytes of a file
   * @param most bytes of files that are put together, but for a single larger one
   * @param cut pieces of a file that is to be cut; of another none
   * @param together a split of whole files, which it may not keep
   */
  static <F> List<ExampleSource> of(
      List<F> files,
      ToLongFunction<F> bytes,
      long most,
      Function<F, List<? extends ExampleSource>> cut,
      Function<List<F>, ExampleSource> together) {
    List<ExampleSource> splits = new ArrayList<>();
    List<F> small = new ArrayList<>();
    long size = 0;
    for (F file : files) {
      long length = bytes.applyAsLong(file);
      if (!small.isEmpty() && size + length > most) {
        splits.add(together.apply(small));
        small.clear();
        size = 0;
      }
      List<? extends ExampleSource> pieces = cut.apply(file);
      splits.addAll(pieces);
      if (!pieces.isEmpty()) continue;
      small.add(file);
      size += length;
    }
    if (!small.isEmpty()) splits.add(together.apply(small));
    return splits;
  }
}
