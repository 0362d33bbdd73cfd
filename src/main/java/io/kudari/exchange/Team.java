package io.kudari.exchange;

import io.kudari.collective.CollectiveException;
import io.kudari.collective.Collectives;
import io.kudari.collective.Courier;
import io.kudari.collective.Distribution;
import io.kudari.collective.TeamBarrier;
import io.kudari.collective.TeamSum;
import io.kudari.collective.TreeSum;
import io.kudari.math.Layout;
import io.kudari.math.Slice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * What the threads of one rank share: where they wait for each other, what they show each other,
 * and the way to the other ranks, which the lead (thread 0) uses for all, itself or by a {@link
 * Courier} that exchanges while they compute.
 */
public final class Team implements AutoCloseable {

  private final Layout layout;
  private final Distribution distribution;
  private final int rank;
  private final TeamSum sum;
  private final List<Slice> rankSlices;
  private final TeamBarrier barrier;
  private final Collectives collectivesOrNull;
  private final Object[] shown;
  private final Object[] steps;
  private final List<List<TreeSum.Node<float[]>>> vectorsOf;
  private final Courier courier;
  private volatile long sentBytes;
  private Object result;

  /**
   * A team that has not met yet.
   *
   * @param threads of this rank, at least 1 and no more than it has workers
   * @param collectivesOrNull the way to the other ranks, or null when there are none
   * @param patience longest wait of a thread for the others
   */
  public Team(
      Layout layout,
      Distribution distribution,
      int rank,
      int threads,
      Collectives collectivesOrNull,
      Duration patience) {
    if (threads > distribution.last(rank) - distribution.first(rank)) {
      throw new IllegalArgumentException(
          threads + " threads are too many for the workers of rank " + rank);
    }
    this.layout = layout;
    this.distribution = distribution;
    this.rank = rank;
    this.collectivesOrNull = collectivesOrNull;
    this.barrier = new TeamBarrier(threads, patience);
    this.sum = new TeamSum(distribution.workers(), barrier);
    this.rankSlices =
        IntStream.range(0, distribution.ranks())
            .mapToObj(r -> layout.shard(r, distribution.ranks()))
            .toList();
    this.shown = new Object[threads];
    this.steps = new Object[threads];
    this.vectorsOf = new ArrayList<>(Collections.nCopies(threads, List.of()));
    this.courier = new Courier("kudari-rank-" + rank + "-courier");
  }

  /** This rank. */
  public int rank() {
    return rank;
  }

  /** Number of threads. */
  public int threads() {
    return barrier.threads();
  }

  /** Of the parameters. */
  public Layout layout() {
    return layout;
  }

  /** Which rank hosts which workers. */
  public Distribution distribution() {
    return distribution;
  }

  /** How many workers this rank hosts. */
  public int hosted() {
    return distribution.last(rank) - distribution.first(rank);
  }

  /** Sums vectors of the rank's threads. */
  TeamSum sum() {
    return sum;
  }

  /** By rank: the part of the vector that it updates. */
  List<Slice> rankSlices() {
    return rankSlices;
  }

  /** Whether this is the only rank. */
  public boolean isAlone() {
    return collectivesOrNull == null;
  }

  /**
   * The way to the other ranks, for the lead and its courier. The lead gets it when all that the
   * courier was given is done.
   */
  public Collectives collectives() {
    if (!courier.hasBegun() || courier.isCaller()) return collectivesOrNull;
    courier.await();
    sentBytes = collectivesOrNull.sentBytes();
    return collectivesOrNull;
  }

  /** Who exchanges while the threads compute; given work by the lead. */
  Courier courier() {
    // What was sent before counts as sent before.
    if (!courier.hasBegun()) sentBytes = sentBytes();
    return courier;
  }

  /**
   * Bytes that this rank has sent to others. With a courier, those before the lead's last
   * operation: however far that is with what it has to do.
   */
  public long sentBytes() {
    if (isAlone()) return 0;
    return courier.hasBegun() ? sentBytes : collectivesOrNull.sentBytes();
  }

  /** The part of the vector that a thread updates. */
  public Slice slice(int thread) {
    return layout.shard(rankSlices.get(rank), thread, threads());
  }

  /** Waits for all threads. */
  public void await(int thread) {
    barrier.await(thread);
  }

  /** As the other, with something useful to do while other threads are not here yet. */
  public void await(int thread, Runnable meanwhile) {
    if (barrier.arrive(thread)) return;
    meanwhile.run();
    barrier.awaitOthers(thread);
  }

  /** Shows something to the other threads, which see it after the next {@link #await}. */
  public void show(int thread, Object value) {
    shown[thread] = value;
  }

  /** What a thread has shown. */
  @SuppressWarnings("unchecked")
  public <T> T shownBy(int thread) {
    return (T) shown[thread];
  }

  /** As {@link #showStep}, of the vectors. */
  void offer(int thread, List<TreeSum.Node<float[]>> vectors) {
    vectorsOf.set(thread, vectors);
  }

  /** What a thread has offered in this step. */
  List<TreeSum.Node<float[]>> offered(int thread) {
    return vectorsOf.get(thread);
  }

  /**
   * Shows the others what this thread has computed in a step. They see it after the next {@link
   * #await} and may read it until the one after: unlike what is {@link #show shown}, which another
   * exchange may replace meanwhile.
   */
  public void showStep(int thread, Object value) {
    steps[thread] = value;
  }

  /** What a thread has computed in this step. */
  @SuppressWarnings("unchecked")
  public <T> T stepOf(int thread) {
    return (T) steps[thread];
  }

  /** Waits for all threads, lets the lead work, and gives all of them its result. */
  @SuppressWarnings("unchecked")
  public <T> T lead(int thread, Supplier<T> work) {
    barrier.await(thread);
    if (thread == 0) result = work.get();
    barrier.await(thread);
    return (T) result;
  }

  /**
   * Ends the training for all threads and ranks: to be called when a thread cannot go on.
   *
   * @param reason one line
   */
  public void fail(Throwable reason) {
    String line = reason.getMessage() == null ? reason.toString() : reason.getMessage();
    barrier.fail(line);
    if (collectivesOrNull != null && !(reason instanceof CollectiveException))
      collectivesOrNull.abort(line);
  }

  /** Ends the courier, whatever it does. */
  @Override
  public void close() {
    courier.close();
  }
}
