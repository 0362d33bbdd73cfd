package io.kudari.spark.coordinator;

import io.kudari.train.TrainState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What the driver knows of the ranks of one attempt: who has called, who still gives signs of life,
 * the parts of snapshots that have come. Thread-safe.
 */
public final class Attempt {

  private final Duration start;
  private final Duration silence;
  private final long number;
  private final int parameters;
  private final LongSupplier nanos;
  private final Runnable[] lines;
  private final boolean[] hungUp;
  private final long[] heard;
  private final Map<List<Long>, List<TrainState>> parts = new LinkedHashMap<>();
  private long begun;
  private long looked;
  private boolean over;

  /**
   * An attempt whose ranks have not called yet.
   *
   * @param number of no attempt before, such as a reading of the clock: whoever still runs of one
   *     is not let in
   * @param parameters of the model
   * @param start longest time until all ranks have called
   * @param silence longest time without a sign of life
   * @param nanos a clock
   */
  public Attempt(
      long number,
      int ranks,
      int parameters,
      Duration start,
      Duration silence,
      LongSupplier nanos) {
    this.number = number;
    this.parameters = parameters;
    this.start = start;
    this.silence = silence;
    this.nanos = nanos;
    this.lines = new Runnable[ranks];
    this.hungUp = new boolean[ranks];
    this.heard = new long[ranks];
    this.begun = nanos.getAsLong();
    this.looked = begun;
  }

  /** What its ranks greet by. */
  public long number() {
    return number;
  }

  int parameters() {
    return parameters;
  }

  /**
   * Lets a rank in.
   *
   * @param hangUp called when the attempt ends, under its lock; must not wait
   * @throws IllegalArgumentException when it is of another attempt, or has called already
   */
  synchronized void greeted(Greeting greeting, Runnable hangUp) {
    if (over || greeting.attempt() != number)
      throw new IllegalArgumentException("attempt " + greeting.attempt() + " is over");
    int rank = greeting.rank();
    if (rank < 0 || rank >= lines.length || lines[rank] != null)
      throw new IllegalArgumentException("rank " + rank + " is not expected to call");
    lines[rank] = hangUp;
    heard[rank] = nanos.getAsLong();
  }

  /** Notes that no rank could call yet: the time to do so begins now. */
  public synchronized void postpone() {
    begun = nanos.getAsLong();
  }

  /**
   * Notes a sign of life.
   *
   * @throws IllegalArgumentException when the attempt is over
   */
  synchronized void heard(int rank) {
    if (over) throw new IllegalArgumentException("attempt " + number + " is over");
    heard[rank] = nanos.getAsLong();
  }

  /** Notes that no more will come from a rank, which may have ended well. */
  synchronized void hungUp(int rank) {
    hungUp[rank] = true;
  }

  /**
   * Takes a part of a snapshot.
   *
   * @return the whole state when this was the last part of it, else null
   */
  synchronized TrainState add(TrainState part) {
    List<Long> place = List.of(part.step(), (long) part.epoch(), (long) part.position());
    List<TrainState> same = parts.computeIfAbsent(place, p -> new ArrayList<>());
    same.add(part);
    if (!TrainState.isWhole(same, parameters)) return null;
    TrainState whole = TrainState.join(same);
    // Ranks send in the order of their steps: what is incomplete and older stays so.
    parts.keySet().removeIf(p -> p.get(0) <= part.step());
    return whole;
  }

  /**
   * Why the attempt cannot go on, or null when it can. To be asked often: when the driver itself
   * was not running for a while, it has not listened either, and nobody is blamed.
   */
  public synchronized String lost() {
    long now = nanos.getAsLong();
    if (now - looked > silence.toNanos() / 4) {
      for (int r = 0; r < heard.length; r++) heard[r] = now;
    }
    looked = now;
    for (int r = 0; r < heard.length; r++) {
      if (lines[r] == null && now - begun >= start.toNanos())
        return "rank %d did not begin within %.1f s".formatted(r, seconds(start));
      if (lines[r] != null && !hungUp[r] && now - heard[r] >= silence.toNanos())
        return "rank %d gave no sign of life for %.1f s".formatted(r, seconds(silence));
    }
    return null;
  }

  private static double seconds(Duration d) {
    return d.toNanos() / 1e9;
  }

  /** Ends the attempt: nothing more is taken from its ranks, which are told so by hanging up. */
  public synchronized void end() {
    over = true;
    parts.clear();
    for (Runnable hangUp : lines) if (hangUp != null) hangUp.run();
  }
}
