package io.kudari.exchange;

import java.util.Arrays;

/**
 * Whether a rank sends what is final of its gradient while it computes the rest. That helps where a
 * step waits for the network, and costs where a message is but a copy in memory: the sender
 * computes on with a colder cache, and finds the peer as busy as itself. So it is tried: from time
 * to time every other step overlaps for a while, and what has the lower median time is kept.
 *
 * <p>Messages have the same order either way, so every rank decides for itself, and no bit depends
 * on it. Not thread-safe.
 */
final class Overlap {

  /** Steps from the begin of a trial to that of the next. */
  static final int PERIOD = 2048;

  /** Steps before the first trial, in which code becomes warm. */
  static final int WARM_UP = 64;

  /** Steps of a trial. */
  static final int TRIAL = 64;

  /** Less is not told from noise. */
  private static final double GAIN = 0.98;

  private final long[][] nanos = new long[2][TRIAL / 2];
  private long step;
  private long begun;
  private boolean helps;

  /**
   * Begins a step.
   *
   * @param now nanoseconds of a monotonic clock
   * @return whether to overlap in this step
   */
  boolean next(long now) {
    int before = (int) ((step - WARM_UP - 1) % PERIOD);
    if (step > WARM_UP && before < TRIAL) nanos[before % 2][before / 2] = now - begun;
    if (before == TRIAL - 1) helps = median(nanos[1]) < GAIN * median(nanos[0]);
    int place = (int) ((step - WARM_UP) % PERIOD);
    boolean trial = step >= WARM_UP && place < TRIAL;
    begun = now;
    step++;
    return trial ? place % 2 == 1 : helps;
  }

  private static long median(long[] values) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
