package io.kudari.data.format;

/** How large the splits of files are. */
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
}
