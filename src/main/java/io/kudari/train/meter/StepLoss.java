package io.kudari.train.meter;

import io.kudari.event.Event;
import io.kudari.train.Meter;
import io.kudari.train.MeterSpec;
import io.kudari.train.Workers;
import io.kudari.train.plan.StepRange;
import java.util.function.Consumer;

/**
 * The mean loss of each step's examples, before its update: what is otherwise told only to who
 * follows the run step by step. The tag is {@code step-loss}; a round of local steps is one value.
 */
record StepLoss() implements MeterSpec {

  private static final String TAG = "step-loss";

  @Override
  public String name() {
    return TAG;
  }

  @Override
  public String doc() {
    return "every step, the mean loss of its examples before the update";
  }

  @Override
  public Meter open(Meter.Context context) {
    return new Last();
  }

  private static final class Last implements Meter {

    private double loss;

    @Override
    public void before(StepRange step, long steps, float[] parameters, Workers.Sum sum) {
      loss = sum.meanLoss();
    }

    @Override
    public void after(long steps, float[] parameters, Consumer<Event> events) {
      events.accept(new Event.Scalar(TAG, steps, loss));
    }
  }
}
