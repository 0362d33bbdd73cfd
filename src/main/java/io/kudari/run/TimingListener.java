package io.kudari.run;

import io.kudari.event.Event;
import io.kudari.event.StepTimes;
import io.kudari.train.NoiseMeter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Keeps the times of steps by stretches of like length, after a while in which everything warms up;
 * the middle one counts. Goes by the times that steps tell, for they are told later.
 */
final class TimingListener implements RunListener {

  private static final int STRETCHES = 5;

  private final long warmUp;
  private final long stretch;
  private final List<Stretch> stretches = new ArrayList<>();
  private Event.Started started;
  private long warm;
  private StepTimes sum = StepTimes.ZERO;
  private int steps;
  private double sentBytes;
  private volatile boolean done;

  /** So many steps, and their times. */
  private record Stretch(int steps, StepTimes times) {

    private double each() {
      return (double) times.total() / steps;
    }
  }

  /**
   * A listener that has heard nothing.
   *
   * @param seconds it measures, all stretches together, after half as long a warm-up
   */
  TimingListener(double seconds) {
    warmUp = (long) (seconds * 1e9 / 2);
    stretch = (long) (seconds * 1e9 / STRETCHES);
  }

  @Override
  public void on(Event event) {
    if (event instanceof Event.Started s) started = s;
    if (event instanceof Event.Scalar s && s.tag().equals("sent-bytes")) sentBytes = s.value();
    if (event instanceof Event.StepDone s) step(s.times());
  }

  private void step(StepTimes times) {
    if (warm < warmUp) {
      warm += times.total();
      return;
    }
    sum = sum.plus(times);
    steps++;
    // A whole number of the meters' intervals, so that what they cost is in every stretch.
    if (sum.total() < stretch || steps % NoiseMeter.EVERY != 0) return;
    if (stretches.size() < STRETCHES) stretches.add(new Stretch(steps, sum));
    sum = StepTimes.ZERO;
    steps = 0;
    done = stretches.size() == STRETCHES;
  }

  /** Whether enough was measured. */
  boolean isDone() {
    return done;
  }

  /**
   * What was measured.
   *
   * @param cores there are
   */
  StepTiming timing(int cores) {
    Stretch middle =
        stretches.stream()
            .sorted(Comparator.comparingDouble(Stretch::each))
            .toList()
            .get(stretches.size() / 2);
    return new StepTiming(
        started.ranks(),
        started.threads(),
        cores,
        started.parameters(),
        middle.steps(),
        middle.times(),
        sentBytes);
  }
}
