package io.kudari.train.meter;

import io.kudari.event.Event;
import io.kudari.math.Floats;
import io.kudari.math.Layout;
import io.kudari.math.Segment;
import io.kudari.math.VectorSource;
import io.kudari.train.BlockNorms;
import io.kudari.train.Meter;
import io.kudari.train.MeterSpec;
import io.kudari.train.NoiseMeter;
import io.kudari.train.Workers;
import io.kudari.train.plan.StepRange;
import java.util.function.Consumer;

/**
 * The L2 norm of each layer's mean gradient, before clipping and decay, and of its parameters after
 * the step: gradients that shrink from layer to layer vanish. Tags are {@code
 * gradient-norm/0.weight} and {@code parameter-norm/0.weight}, with the names of segments. With
 * local steps the gradient is how far the workers came in a round, and the rounds measured are
 * those with a multiple of {@value NoiseMeter#EVERY} among their steps. With an exchange that is
 * not exact nothing is measured.
 */
record LayerNorms() implements MeterSpec {

  @Override
  public String name() {
    return "layer-norms";
  }

  @Override
  public String doc() {
    return "every 20 steps, the norm of each layer's gradient and parameters";
  }

  @Override
  public Meter open(Meter.Context context) {
    // Where threads keep their own sums, there is no mean gradient.
    return context.plan().exchange().isExact() ? new Norms(context) : new Meter() {};
  }

  /** Whether a multiple is among the steps [from, to), which a round takes at once. */
  static boolean isDue(long from, long to) {
    return Math.floorDiv(to - 1, NoiseMeter.EVERY) > Math.floorDiv(from - 1, NoiseMeter.EVERY);
  }

  private static final class Norms implements Meter {

    private final Layout layout;
    private final BlockNorms norms;
    private double[] gradients;

    Norms(Context context) {
      this.layout = context.layout();
      this.norms = new BlockNorms(layout, context.workers(), Floats::sumOfSquares);
    }

    @Override
    public void before(StepRange step, long steps, float[] parameters, Workers.Sum sum) {
      gradients = isDue(step.step(), steps) ? norms.squares(sum.mean(layout)) : null;
    }

    @Override
    public void after(long steps, float[] parameters, Consumer<Event> events) {
      if (gradients == null) return;
      tell("gradient-norm/", steps, gradients, events);
      tell("parameter-norm/", steps, norms.squares(VectorSource.of(parameters)), events);
    }

    private void tell(String tag, long steps, double[] squares, Consumer<Event> events) {
      int b = 0;
      for (Segment s : layout.segments()) {
        double sum = 0;
        for (int at = s.offset(); at < s.end(); at += Layout.BLOCK) sum += squares[b++];
        if (s.role().isLearned())
          events.accept(new Event.Scalar(tag + s.name(), steps, Math.sqrt(sum)));
      }
    }
  }
}
