package io.kudari.train;

import io.kudari.data.FeatureStatistics;
import io.kudari.data.Normalizer;
import io.kudari.data.TrainingFeatures;
import io.kudari.event.StepTimes;
import io.kudari.math.Layout;
import io.kudari.math.Role;
import io.kudari.math.Segment;
import io.kudari.math.Slice;
import io.kudari.math.VectorSource;
import io.kudari.model.Evaluation;
import io.kudari.model.Figures;
import io.kudari.model.ScoreCounts;
import io.kudari.optim.OptimizerSpec;
import io.kudari.optim.PartialSums;
import io.kudari.optim.noise.ShardNorms;
import io.kudari.state.Stateful;
import io.kudari.train.plan.StepRange;
import java.util.List;
import java.util.function.Consumer;

/**
 * All logical workers of a run, wherever they are, as {@link TrainingLoop} sees them. The answers
 * have the same bits for every implementation.
 *
 * <p>Several loops may run the same training side by side, each on a thread of its own and each
 * updating its slice of the parameters. Then all of them call the same methods in the same order,
 * and all get the same answers.
 */
public interface Workers extends TrainingFeatures, AutoCloseable {

  /** Number of ranks that share the workers. */
  int ranks();

  /** Number of threads of a rank. */
  int threads();

  /** The part of the parameter vector that the caller updates: whole blocks. */
  Slice slice();

  /**
   * The part of {@link #slice} whose state the caller saves: where several ranks update the same
   * parameters, each saves some.
   */
  default Slice saved() {
    return slice();
  }

  /** Completes sums over the vector that are spread over the owners of slices. */
  default PartialSums partialSums() {
    return PartialSums.WHOLE;
  }

  /**
   * One array for all callers that share memory.
   *
   * @param own what the caller would take
   * @return the array of one of them, the same for all
   */
  default float[] shared(float[] own) {
    return own;
  }

  /**
   * Statistics of all training targets, and behind them of the examples' weights, which are 1 where
   * there are none.
   */
  FeatureStatistics targetStatistics();

  /**
   * Sums the gradients of a step over all workers. Between two calls something must be {@link
   * #share shared}, so that no caller computes anew what another still reads.
   *
   * @param parameters the whole vector; only read
   * @return the sum, whose values are valid until the next call, or where {@link #sumsLate} until
   *     the one after
   */
  Sum gradient(float[] parameters, Normalizer normalizer, StepRange step);

  /**
   * Says which step comes after the one whose gradient is asked for next, so that its batches can
   * be assembled while there is nothing else to do.
   *
   * @param next may be empty
   */
  default void announce(StepRange next) {}

  /**
   * Whether the values of a {@link #gradient} are still summed when it returns. Reading them waits,
   * so they are best read after the next gradient has been computed.
   */
  default boolean sumsLate() {
    return false;
  }

  /** Whether {@link #updateAside} can be asked for. */
  default boolean updatesAside() {
    return false;
  }

  /**
   * Lets the next parameters be made and shared while the next gradient is computed at these. All
   * callers ask, before {@link #gradient}; {@link #share} of these then gives the next.
   *
   * @param parameters the whole vector; only read, also by the update
   * @param update changes the caller's slice of an array that has a copy of the parameters there;
   *     called on another thread, after all values of gradients so far have been summed
   */
  default void updateAside(float[] parameters, Consumer<float[]> update) {
    throw new UnsupportedOperationException("updateAside");
  }

  /** Waits for all that was begun beside the caller. */
  default void settle() {}

  /**
   * Lets every worker take the steps of a round, from the same parameters.
   *
   * @param parameters the whole vector; only read
   * @return the sum over all workers of how far each has come from the parameters, times the weight
   *     of its examples; the values are valid within the caller's slice until the next call
   */
  Sum round(float[] parameters, Normalizer normalizer, Round round);

  /**
   * The sum over all workers of an optimizer slot at the end of the last round, times the weight of
   * the worker's examples. Only where slots are averaged; between two calls something must be
   * {@link #share shared}.
   *
   * @param slot index among {@link io.kudari.optim.Optimizer#slots}
   * @return values that are valid within the caller's slice until the next call
   */
  float[] slotSum(int slot);

  /** What the workers that this caller hosts keep between rounds, copied. */
  Kept kept();

  /**
   * Takes over what workers keep between rounds.
   *
   * @param slots by worker, of all workers; not to be changed
   * @param optimizer whose slots they are
   * @param replicas whether each worker's first is its parameters, and the others the slots
   */
  void keep(float[][][] slots, OptimizerSpec optimizer, boolean replicas);

  /**
   * What workers keep between rounds.
   *
   * @param first the first worker of those that the caller hosts
   * @param slots by hosted worker its replica, where that outlives a round, and then by slot; no
   *     slots of a worker that has taken no step
   * @param of number of all workers
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Kept(int first, float[][][] slots, int of) {}

  /**
   * Completes an array that the callers share and of which each has written its slice.
   *
   * @param values the parameters, or the values of the last gradient
   * @return the complete array: another one where it was {@link #updateAside made aside}
   */
  default float[] share(float[] values) {
    return values;
  }

  /** Bytes that the caller's rank has sent to others so far; 0 for all callers of it but one. */
  default long sentBytes() {
    return 0;
  }

  /**
   * The sum of squares of what each worker's code has lost and not sent yet, by worker; empty where
   * no code keeps anything. All callers ask at the same point.
   */
  default double[] residualSquares() {
    return new double[0];
  }

  /** What of them keeps something between steps. */
  default List<Stateful> stateful() {
    return List.of();
  }

  /**
   * Compares the ranks' parameters.
   *
   * @param parameters complete
   * @param steps taken
   * @throws DriftException when a rank has others
   */
  default void compare(float[] parameters, long steps) {}

  /** Evaluates all examples of a subset. */
  default Evaluation evaluate(float[] parameters, Normalizer normalizer, Subset subset) {
    return evaluate(parameters, normalizer, subset, false).evaluation();
  }

  /**
   * As the other.
   *
   * @param scored whether the classes' scores are counted too, which takes memory
   */
  Evaluated evaluate(float[] parameters, Normalizer normalizer, Subset subset, boolean scored);

  /**
   * What was found.
   *
   * @param scores of the same examples; none where they were not wanted, and of a regression
   */
  record Evaluated(Evaluation evaluation, ScoreCounts scores) {

    /** What is told of it. */
    public Figures figures() {
      return Figures.of(evaluation, scores);
    }
  }

  /** Frees what the workers hold. */
  @Override
  void close();

  /**
   * A sum over all workers.
   *
   * @param values of the gradients, to be read within the caller's slice
   * @param loss sum of the examples' losses, each times its weight
   * @param count number of examples
   * @param weight sum of their weights: {@code count} where they have none
   * @param norms as {@link GradientSum#norms}
   * @param diverged as {@link GradientSum#diverged}
   * @param times where the time went, without the update
   * @param request what somebody asked to do after this step
   * @param busy whether something of an earlier snapshot is still on its way
   */
  record Sum(
      VectorSource values,
      double loss,
      long count,
      double weight,
      ShardNorms norms,
      int diverged,
      StepTimes times,
      Request request,
      boolean busy) {

    /** Of examples without weights. */
    public Sum(
        VectorSource values,
        double loss,
        long count,
        ShardNorms norms,
        int diverged,
        StepTimes times,
        Request request,
        boolean busy) {
      this(values, loss, count, count, norms, diverged, times, request, busy);
    }

    /** Of a gradient that is summed already. */
    public static Sum of(GradientSum total, StepTimes times, Request request, boolean busy) {
      return new Sum(
          VectorSource.of(total.values()),
          total.loss(),
          total.count(),
          total.weight(),
          total.norms(),
          total.diverged(),
          times,
          request,
          busy);
    }

    /** The mean loss of the examples, by their weights; 0 where all weigh nothing. */
    public double meanLoss() {
      return loss / divisor();
    }

    /**
     * What the sum of weighted numbers is divided by for their mean. Examples that all weigh
     * nothing have a sum of 0, and their mean is taken for 0 too.
     */
    public double divisor() {
      return weight == 0 ? 1 : weight;
    }

    /**
     * The mean gradient of the examples, by their weights; of running statistics the mean by the
     * workers' numbers of examples.
     */
    public VectorSource mean(Layout layout) {
      VectorSource weighted = values.times(1f / (float) divisor());
      if (weight == count) return weighted;
      VectorSource counted = perExample();
      return (from, to, into) -> {
        weighted.read(from, to, into);
        float[] statistics = null;
        for (Segment s : layout.segments()) {
          int begin = Math.max(s.offset(), from);
          int end = Math.min(s.end(), to);
          if (s.role() != Role.STATISTIC || begin >= end) continue;
          if (statistics == null) counted.read(from, to, statistics = new float[to - from]);
          System.arraycopy(statistics, begin - from, into, begin - from, end - begin);
        }
      };
    }

    /** The sum, whatever its examples weigh, divided by their number. */
    public VectorSource perExample() {
      return values.times(1f / count);
    }
  }
}
