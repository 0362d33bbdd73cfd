package io.kudari.optim;

import io.kudari.math.Layout;
import io.kudari.math.Role;

/**
 * What a transform sees of the vector: copies of at most {@link Layout#BLOCK} elements, all indexed
 * from 0 alike.
 *
 * <p>Several arrays under one index is the form of loop that the JIT vectorises without knowing
 * whether they overlap, and a block of every array fits the cache, so a chain of small loops reads
 * and writes memory once. One object serves all blocks of a step.
 */
final class Block {

  /** Number of the block in the whole layout. */
  int index;

  /** The role of its segment. */
  Role role;

  /** The elements to treat are [from, to): the block, or one piece of it. */
  int from;

  int to;

  /** Parameters. */
  final float[] params = new float[Layout.BLOCK];

  /** The gradient at the start of the chain, what is subtracted from the parameters at its end. */
  final float[] update = new float[Layout.BLOCK];

  /** The slots of the transform that is called. */
  float[][] slots;

  /** Totals of the piece's group start here in {@link #totals}: for measured transforms. */
  int total;

  double[] totals;

  /** Elements of the piece's group. */
  int groupSize;

  float[] slot(int i) {
    return slots[i];
  }

  double total(int i) {
    return totals[total + i];
  }

  boolean isWeight() {
    return role == Role.WEIGHT;
  }
}
