package io.kudari.train.meter;

import io.kudari.event.Event;
import io.kudari.train.Meter;
import io.kudari.train.MeterSpec;
import io.kudari.train.NoiseMeter;
import io.kudari.train.Workers;
import java.util.function.Consumer;

/**
 * How many bytes the first rank sends to the others a step, in the mean over the steps since this
 * was last told: gradients or their codes, parameters, scalars, headers, and what was evaluated or
 * compared meanwhile. Before encryption, and without the transport's own headers. The tag is {@code
 * sent-bytes}; where there is one rank, it is 0.
 */
record SentBytes() implements MeterSpec {

  private static final String TAG = "sent-bytes";

  @Override
  public String name() {
    return TAG;
  }

  @Override
  public String doc() {
    return "every 20 steps, the mean bytes a step that the first rank sends to the others";
  }

  @Override
  public Meter open(Meter.Context context) {
    return new Counter(context.workers());
  }

  private static final class Counter implements Meter {

    private final Workers workers;
    private long toldSteps = -1;
    private long toldBytes;

    Counter(Workers workers) {
      this.workers = workers;
    }

    @Override
    public void after(long steps, float[] parameters, Consumer<Event> events) {
      long now = workers.sentBytes();
      boolean first = toldSteps < 0;
      if (!first && steps / NoiseMeter.EVERY == toldSteps / NoiseMeter.EVERY) return;
      // The first step only says from where to count.
      if (!first)
        events.accept(
            new Event.Scalar(TAG, steps, (double) (now - toldBytes) / (steps - toldSteps)));
      toldSteps = steps;
      toldBytes = now;
    }
  }
}
