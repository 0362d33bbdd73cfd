package io.kudari.math;

/** What a segment of the parameter vector is, which decides what an update may do to it. */
public enum Role {
  /** Multiplies inputs. The only role that weight decay and trust ratios touch. */
  WEIGHT,
  /** Is added to outputs: biases and the shift (β) of batch normalisation. */
  BIAS,
  /** The scale (γ) of batch normalisation. */
  SCALE,
  /**
   * Running mean or variance of batch normalisation: assigned from the workers' average, never
   * optimised.
   */
  STATISTIC,
  /** Learned otherwise, but keeps its value in this run. */
  FROZEN,
  /** A running statistic that keeps its value in this run. */
  FROZEN_STATISTIC;

  /** Whether an update changes it. */
  public boolean isLearned() {
    return this == WEIGHT || this == BIAS || this == SCALE;
  }

  /** Whether it is a running statistic of batch normalisation. */
  public boolean isStatistic() {
    return this == STATISTIC || this == FROZEN_STATISTIC;
  }
}
