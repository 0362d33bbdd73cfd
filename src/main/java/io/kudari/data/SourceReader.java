package io.kudari.data;

import io.kudari.data.order.Division;
import io.kudari.model.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;

/**
 * Reads sources by their splits, on some threads. What it gives does not depend on how many there
 * are.
 *
 * @param hadoop says which file systems there are
 * @param threads that read side by side
 * @param room where examples are kept
 * @param watch told how far it is
 */
public record SourceReader(
    Configuration hadoop, int threads, StoreWriter.Room room, ReadProgress.Watch watch)
    implements SetReader {

  /** One thread, and no limit but the heap's. */
  public SourceReader(Configuration hadoop) {
    this(hadoop, 1, StoreWriter.Room.ofHeap());
  }

  /** Nobody looks how far it is. */
  public SourceReader(Configuration hadoop, int threads, StoreWriter.Room room) {
    this(hadoop, threads, room, ReadProgress.Watch.NONE);
  }

  @Override
  public SourceReader watched(ReadProgress.Watch other) {
    return new SourceReader(hadoop, threads, room, other);
  }

  /** What becomes of a split. */
  private interface Work<T> {
    T of(ExampleSource split) throws IOException;
  }

  @Override
  public FoundTable columnsOnce(TableSource source, Schema schema) throws IOException {
    return SplitReading.of(source, hadoop, (splits, again) -> columns(source, splits, schema))
        .found();
  }

  private FoundTable columns(ExampleSource source, List<ExampleSource> splits, Schema schema)
      throws IOException {
    return finding(source, splits, schema, 0, false, (number, one) -> {}).columnsFound();
  }

  private Finding finding(
      ExampleSource source,
      List<ExampleSource> splits,
      Schema schema,
      long seed,
      boolean keeps,
      BiConsumer<int[], Keeper> kept)
      throws IOException {
    Finding all = new Finding(source.name(), schema);
    long read =
        forEach(
            false,
            splits,
            split -> {
              Describer one = new Describer(split.name(), schema, seed, keeps ? room : null);
              split.read(hadoop, one);
              if (one.keeper() != null) one.keeper().seal();
              return one;
            },
            one -> {
              int[] number = all.add(one.finding());
              if (one.keeper() != null && one.keeper().count() > 0)
                kept.accept(number, one.keeper());
              return one.count();
            });
    all.read(read);
    return all;
  }

  @Override
  public Survey surveyOnce(ExampleSource source, Schema schema, long seed, boolean keeps)
      throws IOException {
    SplitReading<Survey> whole =
        SplitReading.of(
            source,
            hadoop,
            (splits, again) -> emptied(again).survey(source, splits, schema, seed, keeps));
    return whole.found().after(whole.read());
  }

  /** Where something was read before that counts no more, with a room of which nothing is taken. */
  private SourceReader emptied(boolean again) {
    return again ? new SourceReader(hadoop, threads, room.empty(), watch) : this;
  }

  private Survey survey(
      ExampleSource source, List<ExampleSource> splits, Schema schema, long seed, boolean keeps)
      throws IOException {
    List<Keeper> kept = new ArrayList<>();
    List<int[]> numbers = new ArrayList<>();
    Finding all =
        finding(
            source,
            splits,
            schema,
            seed,
            keeps,
            (number, keeper) -> {
              kept.add(keeper);
              numbers.add(number);
            });
    Survey found = all.survey(splits);
    // Where columns have offsets or categories, what was kept lacks them.
    boolean encoded = !schema.isKnown() && !found.description().schema().encoding().isNone();
    boolean lacking = encoded || !found.rounding().offsets().isNone() || found.again().isPresent();
    if (!keeps || lacking) return found;
    int[] last = all.finalNumbers();
    List<Kept> parts = new ArrayList<>();
    for (int i = 0; i < kept.size(); i++)
      parts.add(kept.get(i).kept(IntStream.of(numbers.get(i)).map(n -> last[n]).toArray()));
    return found.with(parts);
  }

  @Override
  public Shards deal(ExampleSource source, Description of, Deal deal, int first, int last)
      throws IOException {
    return deal(source, deal, first, last);
  }

  /**
   * All examples of a set that was surveyed, for all workers: those that were kept, else read
   * again.
   */
  @Override
  public Shards all(ExampleSource source, Survey found, Deal deal) throws IOException {
    int workers = deal.division().workers();
    boolean kept = deal.offsets().isNone() && !found.kept().isEmpty();
    return kept
        ? Kept.shards(source, found.kept(), deal.division(), 0, workers)
        : emptied(true).deal(source, deal, 0, workers);
  }

  /** As the other: what the set holds is found again. */
  public Shards deal(ExampleSource source, Deal deal, int first, int last) throws IOException {
    SplitReading<Shards> whole =
        SplitReading.of(
            source,
            hadoop,
            (splits, again) -> emptied(again).deal(source, splits, deal, first, last));
    return whole.found().after(whole.read());
  }

  private Shards deal(
      ExampleSource source, List<ExampleSource> splits, Deal deal, int first, int last)
      throws IOException {
    Division.Part part = deal.division().part(first, last);
    AtomicBoolean told = new AtomicBoolean();
    int[] same = IntStream.range(0, deal.schema().classes()).toArray();
    List<Kept> parts = new ArrayList<>();
    LongAdder keys = new LongAdder();
    long read =
        forEach(
            true,
            splits,
            split -> {
              Own own =
                  new Own(
                      split.name(),
                      deal.schema().encoding(),
                      size -> {
                        if (!told.getAndSet(true)) room.expect(part.needed() * size);
                      });
              Dealer dealer = new Dealer(split.name(), deal, List.of(part), own);
              split.read(hadoop, dealer);
              own.keySum = dealer.keySum();
              if (own.keeper != null) own.keeper.seal();
              return own;
            },
            own -> {
              keys.add(own.keySum);
              if (own.keeper == null) return 0;
              Kept kept = own.keeper.kept(same);
              parts.add(kept);
              return kept.keys().length;
            });
    long count = parts.stream().mapToLong(of -> of.keys().length).sum();
    boolean equal = keys.sum() == deal.division().keySum();
    if (parts.isEmpty() || count != part.needed() || !equal) throw source.changed();
    return Kept.shards(source, parts, deal.division(), first, last).after(read);
  }

  /** Keeps what a split has for this process. */
  private final class Own implements Dealer.Receiver {

    private final String source;
    private final Encoding encoding;
    private final IntConsumer size;
    private Keeper keeper;
    private long keySum;

    Own(String source, Encoding encoding, IntConsumer size) {
      this.source = source;
      this.encoding = encoding;
      this.size = size;
    }

    @Override
    public void begin(Shape shape, boolean ofBytes, int targets, boolean weighted) {
      var layout = ExampleStore.Layout.of(shape, ofBytes, targets, weighted, encoding);
      keeper = new Keeper(source, layout, room);
      size.accept(layout.size());
    }

    @Override
    public void take(int part, long key, ByteBuffer record) {
      keeper.add(key, record);
    }
  }

  /** Takes what comes of a split. */
  private interface Taker<T> {

    /** The number of examples in it. */
    int take(T found) throws IOException;
  }

  /** Reads a split. */
  public interface Reading {

    /**
     * The reading.
     *
     * @param number of the split, from 0
     */
    void of(int number, ExampleSource split) throws IOException;
  }

  /** Reads splits of a set that differ, a few at a time. */
  public void forEach(List<ExampleSource> splits, Reading reading) throws IOException {
    Map<ExampleSource, Integer> numbers = new IdentityHashMap<>();
    for (ExampleSource split : splits) numbers.put(split, numbers.size());
    long unused =
        forEach(
            false,
            splits,
            split -> {
              reading.of(numbers.get(split), split);
              return split;
            },
            read -> 0);
  }

  /**
   * What comes of a split.
   *
   * @param bytes that were read for it
   */
  private record Done<T>(T found, long bytes) {

    /**
     * Reads.
     *
     * @param all told the bytes, also where it fails
     */
    static <T> Done<T> of(Work<T> work, ExampleSource split, LongAdder all) throws IOException {
      long before = ThreadBytes.read();
      try {
        T found = work.of(split);
        return new Done<>(found, ThreadBytes.read() - before);
      } finally {
        all.add(ThreadBytes.read() - before);
      }
    }
  }

  /** Takes what comes of splits in their order, and tells how far it is. */
  private final class Taking<T> {

    private final boolean dealing;
    private final int of;
    private final Taker<T> taker;
    private final long begun = System.nanoTime();
    private int done;
    private long examples;
    private long bytes;

    Taking(boolean dealing, int of, Taker<T> taker) {
      this.dealing = dealing;
      this.of = of;
      this.taker = taker;
    }

    void take(Done<T> split) throws IOException {
      examples += taker.take(split.found);
      bytes += split.bytes;
      double seconds = (System.nanoTime() - begun) / 1e9;
      watch.accept(new ReadProgress(dealing, ++done, of, examples, bytes, seconds));
    }
  }

  /**
   * Reads splits, a few at a time, and hands on what comes of each, in their order.
   *
   * @param dealing whether examples are dealt, for who watches
   * @return bytes that were read
   */
  private <T> long forEach(
      boolean dealing, List<ExampleSource> splits, Work<T> work, Taker<T> taker)
      throws IOException {
    LongAdder read = new LongAdder();
    try {
      forEach(
          splits, split -> Done.of(work, split, read), new Taking<>(dealing, splits.size(), taker));
      return read.sum();
    } catch (SplitException e) {
      throw e.after(read.sum());
    }
  }

  private <T> void forEach(List<ExampleSource> splits, Work<Done<T>> work, Taking<T> taking)
      throws IOException {
    int used = Math.min(threads, splits.size());
    if (used == 1) {
      for (ExampleSource split : splits) taking.take(work.of(split));
      return;
    }
    ExecutorService readers = Executors.newFixedThreadPool(used, SourceReader::named);
    try {
      Deque<Future<Done<T>>> running = new ArrayDeque<>();
      for (ExampleSource split : splits) {
        if (running.size() == 2 * used) taking.take(get(running.remove()));
        Callable<Done<T>> reading = () -> work.of(split);
        running.add(readers.submit(reading));
      }
      while (!running.isEmpty()) taking.take(get(running.remove()));
    } finally {
      List<Runnable> unused = readers.shutdownNow();
      awaitEnd(readers);
    }
  }

  /** They fill the room until they end. */
  private static void awaitEnd(ExecutorService readers) {
    try {
      boolean unused = readers.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread named(Runnable work) {
    Thread thread = new Thread(work, "kudari-reader");
    thread.setDaemon(true);
    return thread;
  }

  private static <T> T get(Future<T> reading) throws IOException {
    try {
      return reading.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while reading examples", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException failure) throw failure;
      if (e.getCause() instanceof RuntimeException failure) throw failure;
      if (e.getCause() instanceof Error failure) throw failure;
      throw new IllegalStateException(e.getCause());
    }
  }
}
