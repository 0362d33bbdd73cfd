package io.kudari.spark.data;

import io.kudari.data.DataException;
import io.kudari.data.ExampleSource;
import io.kudari.data.SplitException;
import io.kudari.spark.cluster.Parcel;
import io.kudari.spark.cluster.Removals;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;

/**
 * What tasks have made of a set in one reading, which lies on the executors' disks until it is
 * closed: one is lost, its parts are made again. It has the order of the set. Used by one thread.
 */
public final class SetPass implements AutoCloseable {

  private final SetJobs jobs;
  private final ExampleSource source;
  private final Removals removals = new Removals();
  private final Broadcast<Parcel<Pass>> pass;
  private JavaRDD<byte[]> pieces;
  private List<Summary> parts;

  private SetPass(JavaSparkContext spark, ExampleSource source, Pass pass) {
    this.jobs = new SetJobs(spark);
    this.source = source;
    this.pass = spark.broadcast(Parcel.of(pass));
  }

  /**
   * What a task says of its part.
   *
   * @param examples it has
   * @param notes for the user
   * @param refusalOrNull why it cannot be read
   */
  record Summary(long examples, List<String> notes, DataException refusalOrNull)
      implements Serializable {

    private static final long serialVersionUID = 1;

    /**
     * Takes all pieces: Spark warns of a block that is not read to its end. Of several refusals the
     * first one counts, for the split behind one that broke off may be refused for want of its
     * beginning.
     */
    static Summary of(Iterator<byte[]> pieces) {
      long examples = 0;
      List<String> notes = new ArrayList<>();
      DataException refusal = null;
      while (pieces.hasNext()) {
        Piece piece = Piece.of(pieces.next());
        examples += piece.examples();
        if (piece.isNote()) notes.add(piece.line());
        else if (piece.isRefusal() && refusal == null) refusal = piece.refusal();
      }
      return new Summary(examples, notes, refusal);
    }
  }

  /**
   * Reads all of a set.
   *
   * @param source files, or a {@link FrameSource}
   * @throws DataException when it breaks its format's rules, or holds no examples
   */
  public static SetPass of(
      JavaSparkContext spark, ExampleSource source, Configuration hadoop, Pass pass)
      throws IOException {
    boolean files = !(source instanceof FrameSource);
    List<ExampleSource> splits = files ? source.splits(hadoop) : List.of();
    SetPass made = new SetPass(spark, source, pass);
    try {
      made.read(() -> Splits.of(spark, source, splits));
      return made;
    } catch (IOException | RuntimeException e) {
      made.close();
      throw e;
    }
  }

  /** Finds the set, which may need jobs. */
  private interface Finding {
    TaskSet set() throws IOException;
  }

  private void read(Finding finding) throws IOException {
    try {
      read(finding, false);
    } catch (SplitException e) {
      removals.add(pieces);
      read(finding, true);
    }
    if (examples() == 0) throw new DataException(source.name() + ": holds no examples");
  }

  private void read(Finding finding, boolean whole) throws IOException {
    parts =
        jobs
            .run(
                source,
                "kudari read",
                work -> {
                  pieces = finding.set().pass(pass, whole).persist(StorageLevel.DISK_ONLY());
                  return pieces
                      .mapPartitions(all -> List.of(Parcel.of(Summary.of(all))).iterator())
                      .collect();
                })
            .stream()
            .map(Parcel::content)
            .toList();
    for (Summary part : parts) if (part.refusalOrNull != null) throw part.refusalOrNull;
  }

  /** How many examples there are. */
  public long examples() {
    return parts.stream().mapToLong(Summary::examples).sum();
  }

  /** How many parts they lie in. */
  public int parts() {
    return parts.size();
  }

  /** Lines for the user, each once. */
  public Set<String> notes() {
    Set<String> all = new LinkedHashSet<>();
    parts.forEach(part -> all.addAll(part.notes));
    return all;
  }

  /** Takes what was made of the examples. */
  public interface Taker {

    /**
     * A piece.
     *
     * @param first number of its first example
     */
    void take(long first, int examples, byte[] content) throws IOException;
  }

  /** Brings all pieces to this process, in order, a part at a time. */
  public void forEach(Taker taker) throws IOException {
    long unused =
        jobs.run(
            source,
            "kudari fetch",
            work -> {
              long taken = give(pieces.toLocalIterator(), 0, taker);
              if (taken != examples()) throw source.changed();
              return taken;
            });
  }

  private static long give(Iterator<byte[]> pieces, long first, Taker taker) throws IOException {
    long next = first;
    while (pieces.hasNext()) {
      Piece piece = Piece.of(pieces.next());
      if (piece.isRefusal()) throw piece.refusal();
      if (piece.isMade()) taker.take(next, piece.examples(), piece.content());
      next += piece.examples();
    }
    return next;
  }

  /** Writes a part where it is. */
  public interface Writing extends Serializable {

    /**
     * Opens what a part is written to. A part may be written more than once, also at once, of which
     * one is to count.
     *
     * @param part its number
     * @param attempt no other of this part has this number
     */
    PartWriter open(int part, long attempt) throws IOException;
  }

  /** Takes the pieces of a part. */
  public interface PartWriter extends Taker {

    /** All were taken: it counts. */
    void commit() throws IOException;

    /** Something failed: nothing is to be left of it. */
    void abort();
  }

  /**
   * Has tasks write all parts, each its own.
   *
   * @throws IOException when one cannot be written; one line
   */
  public void write(Writing writing) throws IOException {
    long[] first = new long[parts.size() + 1];
    for (int p = 0; p < parts.size(); p++) first[p + 1] = first[p] + parts.get(p).examples;
    DataException changed = source.changed();
    List<Parcel<WrittenPart>> written =
        jobs.run(
            source,
            "kudari write",
            work ->
                pieces
                    .mapPartitionsWithIndex(
                        (part, all) ->
                            List.of(
                                    Parcel.of(
                                        WrittenPart.of(
                                            writing,
                                            part,
                                            to -> {
                                              long end = give(all, first[part], to);
                                              if (end != first[part + 1]) throw changed;
                                            })))
                                .iterator(),
                        false)
                    .collect());
    for (Parcel<WrittenPart> part : written) part.content().check();
  }

  @Override
  public void close() {
    if (pieces != null) removals.add(pieces);
    removals.add(pass);
    removals.close();
  }
}
