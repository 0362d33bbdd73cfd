package io.kudari.engine.program;

import io.kudari.model.MiniBatch;
import java.util.function.IntConsumer;

/** The arguments of one run through a program, filled in anew for every run. */
final class Pass {

  /** The whole parameter vector; only read. */
  float[] parameters;

  /** Where the gradient goes; null without one. */
  float[] sum;

  /** Number of examples. */
  int count;

  /** Examples and the random numbers that belong to them; only read. */
  MiniBatch batch;

  /** Hears from where on the gradient is final. */
  IntConsumer finalFrom;

  /** Whether dropout is on and batch normalisation looks at the batch. */
  boolean training;
}
