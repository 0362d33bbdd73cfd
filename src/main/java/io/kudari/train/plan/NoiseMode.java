package io.kudari.train.plan;

/** Whether a run measures the noise scale of its gradient: {@code train.noise-scale}. */
public enum NoiseMode {
  /** Between the workers, every so many steps; nothing where there is only one worker. */
  AUTO,
  /**
   * As auto; and where there is only one worker, between the halves of its batch, whose gradients
   * are computed beside that of the whole.
   */
  HALVES,
  /** Not at all. */
  OFF
}
