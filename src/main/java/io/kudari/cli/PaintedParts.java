package io.kudari.cli;

import io.kudari.data.Examples;
import io.kudari.data.digits.DigitsSource;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * The built-in digits in parts, which all processors make side by side, a few at a time. Says every
 * ten seconds how far it is. Not thread-safe.
 */
final class PaintedParts implements Iterator<Examples> {

  private static final int PART = 1 << 12;
  private static final long BETWEEN_LINES = TimeUnit.SECONDS.toNanos(10);

  private final DigitsSource source;
  private final Queue<Examples> made = new ArrayDeque<>();
  private int at;
  private long nextLine = System.nanoTime() + BETWEEN_LINES;

  PaintedParts(DigitsSource source) {
    this.source = source;
  }

  @Override
  public boolean hasNext() {
    return !made.isEmpty() || at < source.examples();
  }

  @Override
  public Examples next() {
    if (!hasNext()) throw new NoSuchElementException();
    if (made.isEmpty()) make();
    return made.remove();
  }

  private void make() {
    if (System.nanoTime() >= nextLine) {
      System.err.printf(Locale.ROOT, "kudari: made %,d of %,d images%n", at, source.examples());
      nextLine += BETWEEN_LINES;
    }
    int left = (source.examples() - at - 1) / PART + 1;
    int parts = Math.min(left, 2 * Runtime.getRuntime().availableProcessors());
    int from = at;
    made.addAll(IntStream.range(0, parts).parallel().mapToObj(p -> part(from, p)).toList());
    at = end(from, parts);
  }

  private Examples part(int from, int part) {
    int begin = from + part * PART;
    return source.make(begin, end(begin, 1));
  }

  private int end(int from, int parts) {
    return (int) Math.min(source.examples(), from + (long) parts * PART);
  }
}
