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
 * sent-bytes}; where there is one rank, it is 0. Where there are more, {@code compression-ratio} is
 * how many times as many the first rank would send by reduce-scatter and all-gather of 4 bytes a
 * parameter: 8 d (r − 1) / r of d parameters among r ranks, once a step, or once a round of local
 * steps.
 */
record SentBytes() implements MeterSpec {

  private static final String TAG = "sent-bytes";
  private static final String RATIO = "compression-ratio";

  @Override
  public String name() {
    return TAG;
  }

  @Override
  public String doc() {
    return "every 20 steps, the mean bytes a step that the first rank sends to the others, and how"
        + " many times as many `dense` would send";
  }

  @Override
  public Meter open(Meter.Context context) {
    int ranks = context.workers().ranks();
    return new Counter(context.workers(), 8.0 * context.layout().size() * (ranks - 1) / ranks);
  }

  private static final class Counter implements Meter {

    private final Workers workers;
    private final double dense;
    private long toldSteps = -1;
    private long toldBytes;

    /** Since it was told: one a step, or a round of local steps. */
    private long exchanges;

    Counter(Workers workers, double dense) {
      this.workers = workers;
      this.dense = dense;
    }

    @Override
    public void after(long steps, float[] parameters, Consumer<Event> events) {
      long now = workers.sentBytes();
      exchanges++;
      boolean first = toldSteps < 0;
      if (!first && steps / NoiseMeter.EVERY == toldSteps / NoiseMeter.EVERY) return;
      // The first step only says from where to count.
      if (!first) tell(steps, now - toldBytes, events);
      toldSteps = steps;
      toldBytes = now;
      exchanges = 0;
    }

    private void tell(long steps, long bytes, Consumer<Event> events) {
      events.accept(new Event.Scalar(TAG, steps, (double) bytes / (steps - toldSteps)));
      if (dense > 0 && bytes > 0)
        events.accept(new Event.Scalar(RATIO, steps, dense * exchanges / bytes));
    }
  }
}
