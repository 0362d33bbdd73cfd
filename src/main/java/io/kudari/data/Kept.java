package io.kudari.data;

import io.kudari.data.order.Division;
import io.kudari.data.order.KeyOrder;
import java.util.Arrays;
import java.util.List;

/**
 * Examples of a set, or of a part of it, and what says to whom they go, so that the examples, which
 * may lie in a file, are not looked at for it. Immutable by convention.
 *
 * @param store of the examples
 * @param keys of each
 * @param labels class of each; 0 where they have none
 */
@SuppressWarnings("ArrayRecordComponent")
public record Kept(ExampleStore store, long[] keys, int[] labels) {

  /**
   * Bytes of an example while it is dealt: its key, four times, its row and place, its class twice.
   */
  public static final long DEALT = 4 * Long.BYTES + 4 * Integer.BYTES;

  private static int[] unfilled(int count) {
    int[] rows = new int[count];
    Arrays.fill(rows, -1);
    return rows;
  }

  /** The row behind a part: the places of all are counted, also those of its last piece's end. */
  private static int behind(ExampleSource source, int parts, int row, int span) {
    if (row <= Integer.MAX_VALUE - span) return row + span;
    throw new DataException(
        source.name()
            + ": one process cannot hold examples of "
            + parts
            + " splits, each with places for "
            + span
            + " at least, more than 2^31-1 in all: write fewer, larger files");
  }

  /**
   * Deals examples to neighbouring workers, each worker's in the order of their keys.
   *
   * @param source for errors
   * @param parts of which at least one is not empty
   * @param division of the set
   * @param first worker
   * @param last worker after the last
   * @throws DataException when they are not the examples that were described
   */
  public static Shards shards(
      ExampleSource source, List<Kept> parts, Division division, int first, int last) {
    ExampleStore store = ExampleStore.joined(parts.stream().map(Kept::store).toList());
    try (ExampleStore.Hold unused = store.hold()) {
      return shards(source, parts, store, division, first, last);
    }
  }

  private static Shards shards(
      ExampleSource source,
      List<Kept> parts,
      ExampleStore store,
      Division division,
      int first,
      int last) {
    int count = parts.stream().mapToInt(part -> part.keys.length).reduce(0, Math::addExact);
    long[] keys = new long[count];
    int[] labels = new int[count];
    int[] rows = new int[count];
    int at = 0;
    int row = 0;
    for (Kept part : parts) {
      System.arraycopy(part.keys, 0, keys, at, part.keys.length);
      System.arraycopy(part.labels, 0, labels, at, part.keys.length);
      for (int i = 0; i < part.keys.length; i++) rows[at++] = row + i;
      row = behind(source, parts.size(), row, part.store.span());
    }
    int[][] training = new int[last - first][];
    int[][] held = new int[last - first][];
    for (int v = first; v < last; v++) {
      training[v - first] = unfilled(division.examples(false, v));
      held[v - first] = unfilled(division.examples(true, v));
    }
    Division.Places places = division.part(first, last).places();
    for (int i : KeyOrder.sort(keys, count, (a, b) -> store.compare(rows[a], rows[b]))) {
      Division.Place place = places.next(labels[i], keys[i]);
      if (place == null) continue;
      int[] own = (place.held() ? held : training)[place.worker() - first];
      if (own[place.row()] >= 0) throw source.changed();
      own[place.row()] = rows[i];
    }
    for (int v = 0; v < last - first; v++)
      for (int[] own : List.of(training[v], held[v]))
        for (int found : own) if (found < 0) throw source.changed();
    return new Shards(store, training, held, 0);
  }
}
