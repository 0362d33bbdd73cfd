package io.kudari.optim;

/**
 * What an update may depend on besides the vectors.
 *
 * @param step number of the step, from 0; bias corrections count step + 1 updates
 * @param rate learning rate of this step, as its schedule says
 * @param previousRate learning rate of the step before (the same as {@code rate} in the first), for
 *     momentum correction
 * @param momentum momentum of this step where a schedule sets it, NaN where the recipe's own
 *     setting holds
 */
public record Step(long step, double rate, double previousRate, double momentum)
    implements java.io.Serializable {

  public Step {
    if (step < 0) throw new IllegalArgumentException("step must be at least 0, not " + step);
  }

  /** A step whose rate was the same before and whose momentum is the recipe's. */
  public static Step of(long step, double rate) {
    return new Step(step, rate, rate, Double.NaN);
  }
}
