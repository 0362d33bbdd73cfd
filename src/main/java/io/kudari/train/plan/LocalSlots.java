package io.kudari.train.plan;

/**
 * What becomes of the workers' optimizer slots, such as momentum, when their parameters are
 * averaged: the rules that Wang et al. 2020 (SlowMo) compare.
 *
 * <p>{@link #AVERAGE} is the default. With it all workers begin a round in one state: nothing local
 * outlives a round, averages of the recipe (a moving average, lookahead) are defined, and with one
 * local step momentum is that of gradient sharing, because it is linear in the gradients. Its price
 * is one more vector to exchange for each slot.
 */
public enum LocalSlots {
  /** Each worker goes on with its own: nothing more to exchange, a vector a slot and worker. */
  KEEP,
  /** The mean, weighted as the parameters are. */
  AVERAGE,
  /** Empty at the start of a round; bias corrections count the steps of the round. */
  RESET
}
