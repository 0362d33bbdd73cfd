package io.kudari.train;

import io.kudari.event.Event;
import io.kudari.math.Floats;
import io.kudari.math.Layout;
import io.kudari.math.VectorSource;
import java.util.function.Consumer;

/**
 * Keeps NaN and infinite values out of the parameters, as {@link Safety} says. It looks at a
 * gradient while that is in the cache anyway, which may be in the step after its own. Not
 * thread-safe.
 */
final class NonFiniteGuard {

  private final Safety safety;
  private final Divergences divergences;
  private final Consumer<Event> events;
  private Watched newest = new Watched();
  private Watched before = new Watched();

  /**
   * Of a loop.
   *
   * @param events told of steps that are skipped
   */
  NonFiniteGuard(TrainingPlan plan, Layout layout, Workers workers, Consumer<Event> events) {
    this.safety = plan.safety();
    this.divergences = new Divergences(layout, workers, plan.exchange().limit());
    this.events = events;
  }

  /**
   * Whether the step can be taken; all loops of a run find the same.
   *
   * @throws DivergedException when not, unless such steps are skipped
   */
  boolean accepts(long step, Workers.Sum sum, float[] parameters) {
    if (safety.action() != Safety.Action.SKIP) {
      if (sum.diverged() == GradientSum.NONE) return true;
      throw divergences.ofLoss(step, sum, parameters);
    }
    DivergedException found = divergences.find(step, sum, parameters);
    if (found == null) return true;
    events.accept(new Event.Diverged(step, found.getMessage(), "skipped"));
    return false;
  }

  /** Passes a vector on and notes whether what is read of it was finite. */
  private static final class Watched implements VectorSource {

    private final float[] marks = new float[Layout.BLOCK];
    private long step;
    private Workers.Sum sum;
    private VectorSource source;
    private boolean read;

    @Override
    public void read(int from, int to, float[] into) {
      source.read(from, to, into);
      read = true;
      // 0 for every number; the loop has no branches and needs no order, so it becomes vectors.
      for (int i = 0; i < to - from; i++) marks[i] += into[i] * 0f;
    }

    /** Whether all that was read since this was last asked was finite. */
    boolean isFinite() {
      if (!read) return true;
      read = false;
      float all = 0;
      for (int i = 0; i < marks.length; i++) {
        all += marks[i];
        marks[i] = 0;
      }
      return all == 0;
    }
  }

  /**
   * Watches a gradient; that of the last but one step is forgotten.
   *
   * @param sum of the step, whose values the gradient is made of
   */
  VectorSource watch(long step, Workers.Sum sum, VectorSource gradient) {
    Watched next = before;
    before = newest;
    newest = next;
    next.step = step;
    next.sum = sum;
    next.source = gradient;
    return next;
  }

  /**
   * Checks what has been read of gradients since this was last called.
   *
   * @throws DivergedException when some of it was no number
   */
  void checkRead() {
    if (!before.isFinite()) throw divergences.ofGradient(before.step, before.sum);
    if (!newest.isFinite()) throw divergences.ofGradient(newest.step, newest.sum);
  }

  /** The last update has no loss after it that would show that it went wrong. */
  void checkResult(long steps, float[] result) {
    int bad = Floats.firstNonFinite(result, 0, result.length);
    if (bad < 0) return;
    throw new DivergedException(steps, divergences.segment(bad), result[bad]);
  }
}
