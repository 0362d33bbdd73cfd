package io.kudari.data;

import io.kudari.data.order.Division;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Takes what {@link Dealer}s of all splits give to a part, in any order, and makes its shards of
 * it. Not thread-safe.
 */
public final class Receipt {

  private final ExampleSource source;
  private final Division division;
  private final Division.Part part;
  private final int first;
  private final int last;
  private final int classes;
  private final ExampleStore.Layout layout;
  private final Keeper kept;
  private long sum;
  private long read;

  /**
   * Of nothing yet.
   *
   * @param of what was described
   * @param source for errors
   * @param first worker
   * @param last worker after the last
   */
  public Receipt(
      Description of, ExampleSource source, Deal deal, int first, int last, StoreWriter.Room room) {
    this.source = source;
    this.division = deal.division();
    this.part = division.part(first, last);
    this.first = first;
    this.last = last;
    this.classes = of.classes();
    this.layout =
        ExampleStore.Layout.of(
            of.shape(),
            of.bytes() && deal.offsets().isNone(),
            of.targets(),
            of.weighted(),
            of.schema().encoding());
    this.kept = new Keeper(source.name(), layout, room);
    room.expect(part.needed() * layout.size());
  }

  /** Bytes of an example. */
  public int size() {
    return layout.size();
  }

  /**
   * Takes an example.
   *
   * @throws DataException when there are more than were described
   */
  public void take(long key, ByteBuffer record) {
    if (kept.count() == part.needed()) throw source.changed();
    kept.add(key, record);
  }

  /**
   * Hears the sum of the keys of all examples of a split, whoever they were given to.
   *
   * @param keys modulo 2^64
   * @param bytes that were read for the split
   */
  public void counted(long keys, long bytes) {
    sum += keys;
    read += bytes;
  }

  /**
   * All of them.
   *
   * @throws DataException when they are not those that were described
   */
  public Shards shards() {
    if (kept.count() < part.needed() || sum != division.keySum()) throw source.changed();
    Kept all = kept.kept(IntStream.range(0, classes).toArray());
    return Kept.shards(source, List.of(all), division, first, last).after(read);
  }
}
