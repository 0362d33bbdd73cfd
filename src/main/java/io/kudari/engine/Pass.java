package io.kudari.engine;

import io.kudari.model.MiniBatch;

/** The arguments of one run through a program, filled in anew for every run. */
final class Pass {

  /** The whole parameter vector; only read. */
  float[] parameters;

  /** Where the gradient goes; null without one. */
  float[] sum;

  /** Examples in the batch. */
  int count;

  /** The random numbers of the batch. */
  MiniBatch.Draw draw;

  /** Whether dropout is on and batch normalisation looks at the batch. */
  boolean training;
}
