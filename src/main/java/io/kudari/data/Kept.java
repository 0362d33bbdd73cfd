package io.kudari.data;

import io.kudari.data.order.Division;
import io.kudari.data.order.KeyOrder;
import java.util.List;

/**
 * Examples of a set, or of a part of it, and their keys. Immutable by convention.
 *
 * @param store of the examples
 * @param keys of each
 * @param spilled bytes of them that lie in a file
 */
@SuppressWarnings("ArrayRecordComponent")
public record Kept(ExampleStore store, long[] keys, long spilled) {

  /**
   * Bytes of an example while it is dealt: its key, twice, its row, its place, and its worker's.
   */
  public static final long DEALT = 2 * Long.BYTES + 3 * Integer.BYTES;

  /**
   * Deals examples to neighbouring workers, each worker's in the order of their keys.
   *
   * @param parts of which at least one is not empty
   * @param division of the set
   * @param first worker
   * @param last worker after the last
   */
  public static Shards shards(List<Kept> parts, Division division, int first, int last) {
    ExampleStore store = ExampleStore.joined(parts.stream().map(Kept::store).toList());
    int count = parts.stream().mapToInt(part -> part.keys.length).sum();
    long[] keys = new long[count];
    int[] rows = new int[count];
    int at = 0;
    int row = 0;
    for (Kept part : parts) {
      System.arraycopy(part.keys, 0, keys, at, part.keys.length);
      for (int i = 0; i < part.keys.length; i++) rows[at++] = row + i;
      row += part.store.span();
    }
    int[][] training = new int[last - first][];
    int[][] held = new int[last - first][];
    for (int v = first; v < last; v++) {
      training[v - first] = new int[division.examples(false, v)];
      held[v - first] = new int[division.examples(true, v)];
    }
    Division.Places places = division.part(first, last).places();
    for (int i : KeyOrder.sort(keys, count, (a, b) -> store.compare(rows[a], rows[b]))) {
      int label = store.targets() > 0 ? 0 : store.label(rows[i]);
      Division.Place place = places.next(label, keys[i]);
      if (place != null)
        (place.held() ? held : training)[place.worker() - first][place.row()] = rows[i];
    }
    return new Shards(store, training, held);
  }
}
