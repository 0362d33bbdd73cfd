package io.kudari.train;

import io.kudari.event.Event;
import io.kudari.math.Floats;
import io.kudari.math.Layout;
import io.kudari.math.Segment;
import io.kudari.optim.BatchRule;
import io.kudari.optim.noise.GradientNoise;
import io.kudari.optim.noise.NoiseScale;
import io.kudari.optim.noise.ShardNorms;
import io.kudari.state.StateReader;
import io.kudari.state.StateWriter;
import io.kudari.state.Stateful;
import io.kudari.train.plan.NoiseMode;
import io.kudari.train.plan.StepRange;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Measures how far the workers' gradients lie apart, as they are before clipping and decay, and
 * keeps the noise scale. It never changes a bit of the training, and its own bits do not depend on
 * where the workers are.
 *
 * <p>Where examples have weights, an example's gradient is taken with its weight, and the examples
 * are counted: a weight that all have in common changes the variance and the squared norm, not
 * their ratio.
 *
 * <p>A measurement reads every worker's gradient and their mean once more, which takes about a
 * tenth of a step: so it is taken every {@value #EVERY} steps, from step {@value #LATER} on every
 * {@value #LATER_EVERY}, and in every step only where AdaScale needs it. Not thread-safe.
 */
public final class NoiseMeter implements Meter, Stateful {

  /** The noise scale's tag of {@link Event.Scalar}; those of its interval's ends begin with it. */
  public static final String TAG = "noise-scale";

  public static final String LOW = TAG + ".low";
  public static final String HIGH = TAG + ".high";

  /**
   * The measurement itself: {@link GradientNoise#variance} and {@link GradientNoise#squaredNorm}.
   */
  public static final String VARIANCE = TAG + ".variance";

  public static final String SQUARED_NORM = TAG + ".squared-norm";

  /** Steps from a measurement to the next, at first. */
  public static final int EVERY = 20;

  /** The same when the scale changes slowly any more. */
  static final int LATER_EVERY = 50;

  /** The first such step. */
  static final int LATER = 1000;

  /** A half has at least two examples, which batch normalisation needs. */
  private static final int LEAST_HALVED = 4;

  private final NoiseMode mode;
  private final boolean everyStep;
  private final int logicalWorkers;
  private final BlockNorms gradients;
  private final NoiseScale scale = new NoiseScale();
  private Optional<GradientNoise> measured = Optional.empty();

  /**
   * A meter that has measured nothing.
   *
   * @param logicalWorkers of the experiment
   * @param workers give the slice to read and complete the sums
   * @throws IllegalArgumentException when AdaScale needs a measurement that there cannot be; one
   *     line
   */
  public NoiseMeter(TrainingPlan plan, int logicalWorkers, Layout layout, Workers workers) {
    String obstacle = plan.noiseObstacle(logicalWorkers);
    if (!obstacle.isEmpty()) throw new IllegalArgumentException(obstacle);
    // Where threads keep their own sums, there is no mean gradient.
    this.mode = plan.exchange().isExact() ? plan.noise() : NoiseMode.OFF;
    this.everyStep = plan.rule() == BatchRule.ADASCALE;
    this.logicalWorkers = logicalWorkers;
    this.gradients = new BlockNorms(layout, workers, Floats::fastSumOfSquares);
  }

  /** The step, with norms where it is to be measured. */
  public StepRange ask(StepRange step) {
    return isDue(step) ? step.withNorms() : step;
  }

  private boolean isDue(StepRange step) {
    int examples = step.to() - step.from();
    int every = step.step() < LATER ? EVERY : LATER_EVERY;
    boolean regular = mode != NoiseMode.OFF && step.step() % every == 0;
    if (Math.min(logicalWorkers, examples) > 1) return everyStep || regular;
    return regular && mode == NoiseMode.HALVES && isHalved(examples);
  }

  /** Whether the gradients of both halves of this batch are to be computed, if there is but one. */
  public static boolean isHalved(int examples) {
    return examples >= LEAST_HALVED;
  }

  /**
   * Measures a step, before the update.
   *
   * @return what it tells; empty where norms were not asked for or are of one gradient only
   */
  public Optional<GradientNoise> measure(Workers.Sum sum) {
    if (sum.norms().shards() < 2) return Optional.empty();
    GradientNoise found =
        GradientNoise.of(sum.norms(), sum.count(), gradients.squaredNorm(sum.perExample()));
    if (mode != NoiseMode.OFF) {
      scale.add(found);
      measured = Optional.of(found);
    }
    return Optional.of(found);
  }

  /** Tells the noise scale if it has just been measured. */
  @Override
  public void after(long step, float[] parameters, Consumer<Event> events) {
    if (measured.isEmpty()) return;
    GradientNoise last = measured.get();
    measured = Optional.empty();
    NoiseScale.Reading reading = scale.reading();
    events.accept(new Event.Scalar(TAG, step, reading.value()));
    events.accept(new Event.Scalar(LOW, step, reading.low()));
    events.accept(new Event.Scalar(HIGH, step, reading.high()));
    events.accept(new Event.Scalar(VARIANCE, step, last.variance()));
    events.accept(new Event.Scalar(SQUARED_NORM, step, last.squaredNorm()));
  }

  /**
   * The norms of one worker's gradient, of what is learned.
   *
   * @param values sum of the examples' gradients
   * @param count of the examples, at least 1
   */
  public static ShardNorms norms(Layout layout, float[] values, long count) {
    double sum = 0;
    for (Segment s : layout.segments())
      if (s.role().isLearned()) sum += Floats.fastSumOfSquares(values, s.offset(), s.end());
    return ShardNorms.of(sum, count);
  }

  @Override
  public String name() {
    return "noise";
  }

  @Override
  public void save(StateWriter to) {
    to.numbers("scale", scale.state());
  }

  @Override
  public void restore(StateReader from) {
    scale.restore(from.numbers("scale", scale.state().length));
  }
}
