package io.kudari.data;

import io.kudari.model.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.IntConsumer;

/**
 * Examples in memory, each in as many bytes as the others, found by arithmetic: pixels stay bytes
 * until a model computes. In pieces of some megabytes, so that there is no limit of 2^31 bytes.
 * Nobody writes to one that {@link StoreWriter} has made, so threads may share it.
 *
 * <p>An example is its features, as bytes or as floats with the lowest byte first, then its class
 * in 4 bytes, or its targets as floats, then its weight as a float where the set has weights. Of a
 * table with an {@link Encoding} it is the cells, of which a category is the place of its feature,
 * and a gap NaN.
 */
public final class ExampleStore {

  /** Examples that are fetched together for a visit. */
  private static final int VISITED = 256;

  private final Layout layout;
  private final ByteBuffer[] pieces;
  private final FilePages[] pages;

  /** The first of them in a file, of which all that are in one are. */
  private final FilePages inFile;

  private final FloatBuffer[] floats;
  private final int count;
  private final long spilled;

  /**
   * How examples lie in a store.
   *
   * @param shape of one example
   * @param ofBytes whether features are unsigned bytes, rather than floats
   * @param targets of an example, or 0 where it has a class
   * @param weighted whether each has a weight
   * @param encoding of which the cells are kept
   * @param shift log2 of the examples in a piece
   */
  record Layout(
      Shape shape, boolean ofBytes, int targets, boolean weighted, Encoding encoding, int shift) {

    /** Bytes of a piece, about. */
    private static final int PIECE = 1 << 22;

    static Layout of(Shape shape, boolean ofBytes, int targets, boolean weighted) {
      return of(shape, ofBytes, targets, weighted, Encoding.NONE);
    }

    static Layout of(
        Shape shape, boolean ofBytes, int targets, boolean weighted, Encoding encoding) {
      Layout one = new Layout(shape, ofBytes, targets, weighted, encoding, 0);
      int each = (int) Math.max(1, PIECE / one.size());
      int shift = 31 - Integer.numberOfLeadingZeros(each);
      return new Layout(shape, ofBytes, targets, weighted, encoding, shift);
    }

    /** Values that are kept of an example's features. */
    int values() {
      return encoding.isNone() ? shape.size() : encoding.columns().size();
    }

    /** Bytes of an example's features; those of floats end on a multiple of 4. */
    int features() {
      return Math.multiplyExact(values(), ofBytes ? 1 : Float.BYTES);
    }

    /** Bytes of an example. */
    int size() {
      int rest = Math.max(1, targets) + (weighted ? 1 : 0);
      return Math.addExact(features(), rest * Float.BYTES);
    }

    /** Bytes of a whole piece. */
    int piece() {
      return size() << shift;
    }

    int inPiece(int row) {
      return (row & (1 << shift) - 1) * size();
    }
  }

  ExampleStore(Layout layout, ByteBuffer[] pieces, FilePages[] pages, int count, long spilled) {
    this.layout = layout;
    this.pieces = pieces;
    this.pages = pages;
    this.inFile =
        Arrays.stream(pages).filter(p -> p.file() != null).findFirst().orElse(FilePages.NONE);
    this.count = count;
    this.spilled = spilled;
    this.floats = new FloatBuffer[layout.ofBytes() ? 0 : pieces.length];
    for (int p = 0; p < pieces.length; p++) {
      pieces[p].order(ByteOrder.LITTLE_ENDIAN);
      if (!layout.ofBytes()) {
        ByteBuffer all = pieces[p].duplicate().order(ByteOrder.LITTLE_ENDIAN).clear();
        floats[p] = all.asFloatBuffer();
      }
    }
  }

  /** The same examples, copied. */
  public static ExampleStore of(Examples examples) {
    boolean ofBytes = examples.bytes() != null;
    int size = examples.shape().size();
    int outputs =
        examples.targets() == null ? 0 : examples.targets().length / Math.max(1, examples.count());
    Layout layout = Layout.of(examples.shape(), ofBytes, outputs, false);
    StoreWriter to = new StoreWriter(layout, StoreWriter.Room.ofHeap());
    ExampleRecord record = new ExampleRecord(layout);
    byte[] pixels = new byte[ofBytes ? size : 0];
    float[] row = new float[ofBytes ? 0 : size];
    double[] targets = new double[outputs];
    for (int i = 0; i < examples.count(); i++) {
      if (ofBytes) System.arraycopy(examples.bytes(), i * size, pixels, 0, size);
      else System.arraycopy(examples.floats(), i * size, row, 0, size);
      ExampleRecord begun = ofBytes ? record.begin(pixels, Offsets.NONE) : record.begin(row);
      for (int k = 0; k < outputs; k++) targets[k] = examples.targets()[i * outputs + k];
      to.add(outputs == 0 ? begun.end(examples.labels()[i]) : begun.end(targets));
    }
    return to.store();
  }

  /** The examples of several of one layout; rows of each are behind the {@link #span}s before. */
  static ExampleStore joined(List<ExampleStore> parts) {
    ByteBuffer[] all =
        parts.stream().flatMap(part -> Arrays.stream(part.pieces)).toArray(ByteBuffer[]::new);
    FilePages[] in =
        parts.stream().flatMap(part -> Arrays.stream(part.pages)).toArray(FilePages[]::new);
    int count = parts.stream().mapToInt(part -> part.count).reduce(0, Math::addExact);
    long spilled = parts.stream().mapToLong(part -> part.spilled).sum();
    return new ExampleStore(parts.get(0).layout, all, in, count, spilled);
  }

  /** One more than its last row; it need not have as many, since the last piece may be short. */
  int span() {
    return Math.multiplyExact(pieces.length, 1 << layout.shift());
  }

  /** Shape of one example. */
  public Shape shape() {
    return layout.shape();
  }

  /** Whether features are unsigned bytes, rather than floats. */
  public boolean ofBytes() {
    return layout.ofBytes();
  }

  /** Targets of an example, or 0 where it has a class. */
  public int targets() {
    return layout.targets();
  }

  /** Number of examples. */
  public int count() {
    return count;
  }

  /** Bytes of examples that lie in files rather than on the heap. */
  public long spilled() {
    return spilled;
  }

  /** Keeps examples that lie in a file there until it is closed. */
  public interface Hold extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Keeps examples that lie in a file there. Who reads some needs it as soon as the room that they
   * lie in may be closed.
   *
   * @return to be closed once
   * @throws IllegalStateException when they are gone
   */
  public Hold hold() {
    List<SpillFile> files =
        Arrays.stream(pages).map(FilePages::file).filter(Objects::nonNull).distinct().toList();
    List<SpillFile> held = new ArrayList<>();
    try {
      for (SpillFile file : files) {
        file.hold();
        held.add(file);
      }
    } catch (RuntimeException e) {
      held.forEach(SpillFile::release);
      throw e;
    }
    return () -> held.forEach(SpillFile::release);
  }

  /**
   * Whether examples lie in a file for which memory is too small, so that they are to be fetched
   * before they are read, or reading takes much longer.
   */
  public boolean isFetched() {
    return inFile.areFetched();
  }

  /**
   * Begins to fetch examples, on a thread beside the caller's; where they need not be {@link
   * #isFetched fetched}, none is.
   *
   * @param rows of them, those of [from, to); not to be changed
   */
  public Fetching ahead(int[] rows, int from, int to) {
    if (from == to || !isFetched()) return Fetching.NONE;
    return inFile.file().ahead().begin(new Fetching(from, to, () -> reading(rows)));
  }

  /** What is done with the examples of the rows at [from, to). */
  public interface Visit {
    void of(int from, int to);
  }

  /**
   * Visits some examples in their order; those to come are fetched meanwhile.
   *
   * @param rows of them
   * @param each how many at a time
   */
  public void visit(int[] rows, int each, Visit visit) {
    Fetching next = ahead(rows, 0, Math.min(each, rows.length));
    for (int from = 0; from < rows.length; from += each) {
      int to = Math.min(from + each, rows.length);
      Fetching own = next;
      next = ahead(rows, to, Math.min(to + each, rows.length));
      own.await();
      visit.of(from, to);
    }
  }

  /** Likewise one by one, each by its place in the rows. */
  void visit(int[] rows, IntConsumer place) {
    visit(
        rows,
        VISITED,
        (from, to) -> {
          for (int i = from; i < to; i++) place.accept(i);
        });
  }

  private IntConsumer reading(int[] rows) {
    ByteBuffer into = ByteBuffer.allocate(layout.size());
    return i -> {
      FilePages in = pages[rows[i] >>> layout.shift()];
      if (in.areFetched()) in.fetch(layout.inPiece(rows[i]), into);
    };
  }

  /** Copies an example's features, where they are bytes. */
  public void features(int row, byte[] to, int at) {
    pieces[row >>> layout.shift()].get(layout.inPiece(row), to, at, layout.shape().size());
  }

  /** Copies an example's features, where they are floats; those of a table's gaps are NaN. */
  public void features(int row, float[] to, int at) {
    FloatBuffer piece = floats[row >>> layout.shift()];
    int from = layout.inPiece(row) / Float.BYTES;
    if (layout.encoding().isNone()) piece.get(from, to, at, layout.shape().size());
    else layout.encoding().expand(column -> piece.get(from + column), to, at);
  }

  /**
   * Copies some neighbouring cells of a table's example, as they are kept.
   *
   * @param first column of which to copy the cell
   * @param to as many as it holds are copied
   */
  void cells(int row, int first, float[] to) {
    FloatBuffer piece = floats[row >>> layout.shift()];
    piece.get(layout.inPiece(row) / Float.BYTES + first, to, 0, to.length);
  }

  /** An example's class. */
  public int label(int row) {
    return pieces[row >>> layout.shift()].getInt(layout.inPiece(row) + layout.features());
  }

  /** Copies an example's targets. */
  public void targets(int row, float[] to, int at) {
    ByteBuffer piece = pieces[row >>> layout.shift()];
    int from = layout.inPiece(row) + layout.features();
    for (int k = 0; k < layout.targets(); k++) to[at + k] = piece.getFloat(from + k * Float.BYTES);
  }

  /** Whether examples have weights. */
  public boolean weighted() {
    return layout.weighted();
  }

  /** An example's weight; 1 where they have none. */
  public float weight(int row) {
    if (!weighted()) return 1;
    int last = layout.inPiece(row) + layout.size() - Float.BYTES;
    return pieces[row >>> layout.shift()].getFloat(last);
  }

  /** Orders examples by what they hold. */
  int compare(int a, int b) {
    ByteBuffer one = pieces[a >>> layout.shift()].duplicate();
    ByteBuffer other = pieces[b >>> layout.shift()].duplicate();
    one.clear().position(layout.inPiece(a)).limit(layout.inPiece(a) + layout.size());
    other.clear().position(layout.inPiece(b)).limit(layout.inPiece(b) + layout.size());
    return one.compareTo(other);
  }
}
