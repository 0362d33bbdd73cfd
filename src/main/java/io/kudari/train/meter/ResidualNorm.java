package io.kudari.train.meter;

import io.kudari.event.Event;
import io.kudari.train.Meter;
import io.kudari.train.MeterSpec;
import io.kudari.train.Workers;
import io.kudari.train.plan.StepRange;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The L2 norm of what all workers' codes have lost and not sent yet: √Σᵥ‖eᵥ‖², in units of sums
 * over a worker's examples. One that grows all the time says that the code loses more than it
 * sends. The tag is {@code residual-norm}; where nothing is kept nothing is told.
 */
record ResidualNorm() implements MeterSpec {

  private static final String TAG = "residual-norm";

  @Override
  public String name() {
    return TAG;
  }

  @Override
  public String doc() {
    return "every 20 steps, the norm of what lossy codes have lost and not sent yet";
  }

  @Override
  public Meter open(Meter.Context context) {
    Workers workers = context.workers();
    return new Meter() {

      private boolean due;

      @Override
      public void before(StepRange step, long steps, float[] parameters, Workers.Sum sum) {
        due = LayerNorms.isDue(step.step(), steps);
      }

      @Override
      public void after(long steps, float[] parameters, Consumer<Event> events) {
        if (!due) return;
        double[] squares = workers.residualSquares();
        if (squares.length == 0) return;
        double norm = Math.sqrt(Arrays.stream(squares).sum());
        events.accept(new Event.Scalar(TAG, steps, norm));
      }
    };
  }
}
