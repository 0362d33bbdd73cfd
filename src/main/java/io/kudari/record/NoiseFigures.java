package io.kudari.record;

import io.kudari.event.Event;
import io.kudari.optim.noise.NoiseScale;
import io.kudari.train.NoiseMeter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * The noise scale as events tell it: the newest, and the batch in which it was measured. For who
 * shows it. Used by one thread.
 */
public final class NoiseFigures implements Consumer<Event> {

  private static final MathContext DIGITS = new MathContext(2);

  private double value = Double.NaN;
  private double low;
  private double high = Double.POSITIVE_INFINITY;
  private boolean told;
  private boolean fresh;
  private int batch;

  @Override
  public void accept(Event event) {
    if (event instanceof Event.Scalar s) scalar(s);
    // The step of what was measured comes next.
    if (event instanceof Event.StepDone s && fresh) {
      batch = s.examples();
      fresh = false;
    }
  }

  private void scalar(Event.Scalar s) {
    switch (s.tag()) {
      case NoiseMeter.TAG -> value = s.value();
      case NoiseMeter.LOW -> low = s.value();
      // A log has null of what is infinite.
      case NoiseMeter.HIGH -> high = Double.isNaN(s.value()) ? Double.POSITIVE_INFINITY : s.value();
      default -> {
        return;
      }
    }
    told = true;
    fresh = true;
  }

  /** Whether it was measured at all. */
  public boolean isTold() {
    return told;
  }

  /** The newest, or {@link NoiseScale.Reading#UNDETERMINED}. */
  public NoiseScale.Reading reading() {
    return new NoiseScale.Reading(value, low, high);
  }

  /** The batch in which it was measured, or 0. */
  public int batch() {
    return batch;
  }

  /** In a few characters: 2,400 or ≥ 2,100 or undetermined. */
  public String brief() {
    if (reading().isDetermined()) return round(value);
    return reading().isBounded() ? "≥ " + round(low) : "undetermined";
  }

  /** With its interval and what it means for the batch. */
  public String full() {
    if (!reading().isDetermined()) return brief();
    return String.format(
        Locale.ROOT,
        "%s (%s–%s), %.0f%% of a batch of %d redundant",
        round(value),
        round(low),
        round(high),
        100 * reading().redundantShare(batch),
        batch);
  }

  /** To two digits: it is an estimate. */
  private static String round(double number) {
    return String.format(Locale.ROOT, "%,.0f", new BigDecimal(number).round(DIGITS));
  }
}
