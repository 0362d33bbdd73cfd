package io.kudari.bench;

import io.kudari.event.Event;
import io.kudari.event.StepTimes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Listens to a run: lets it warm up, measures for some seconds, then asks it to stop. At the first
 * step it says {@code ready} and waits for a line, so that several processes can begin together.
 */
final class SteadyState implements Consumer<Event>, BooleanSupplier {

  private final int batch;
  private final long warmNanos;
  private final long measuredNanos;
  private long begun;
  private long from;
  private long last;
  private long examples;
  private StepTimes times = StepTimes.ZERO;
  private double loss;
  private volatile boolean stop;

  /**
   * A listener.
   *
   * @param batch examples of a step over all workers
   * @param warm seconds
   * @param measured seconds
   */
  SteadyState(int batch, double warm, double measured) {
    this.batch = batch;
    this.warmNanos = (long) (warm * 1e9);
    this.measuredNanos = (long) (measured * 1e9);
  }

  @Override
  public void accept(Event event) {
    if (!(event instanceof Event.StepDone step) || stop) return;
    if (begun == 0) {
      awaitStart();
      begun = System.nanoTime();
    }
    long now = System.nanoTime();
    if (now - begun < warmNanos) return;
    if (from == 0) {
      from = now;
      return;
    }
    last = now;
    examples += step.examples();
    times = times.plus(step.times());
    loss = step.loss();
    stop = now - from >= measuredNanos;
  }

  @Override
  public boolean getAsBoolean() {
    return stop;
  }

  /**
   * What was measured; its split is by step of the global batch, also where a report is of a round
   * of several, and {@code other} in it is what the parts do not explain.
   */
  Rate rate() {
    if (examples == 0) throw new IllegalStateException("the run ended while it was warming up");
    Map<String, Double> split = new LinkedHashMap<>();
    split.put("compute", milliseconds(times.compute()));
    split.put("waiting", milliseconds(times.waiting()));
    split.put("exchange", milliseconds(times.exchange()));
    split.put("update", milliseconds(times.update()));
    split.put("input", milliseconds(times.input()));
    split.put("other", milliseconds(last - from - times.total()));
    split.put("step", milliseconds(last - from));
    return new Rate(examples, (last - from) / 1e9, loss, split);
  }

  private double milliseconds(long nanos) {
    return nanos / 1e6 * batch / examples;
  }

  /** Says {@code ready} on standard output and waits for a line on standard input. */
  static void awaitStart() {
    System.out.println("ready");
    try {
      if (System.in.read() < 0) throw new IllegalStateException("nobody gave the start");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
