package io.kudari.spark;

import io.kudari.train.SnapshotRule;

/**
 * How ranks are started, and started again when one is lost.
 *
 * @param ranks number of barrier tasks, within 1..workers; a leg after a loss may have fewer
 * @param threads of each
 * @param minRanks the fewest of a later leg, within 1..ranks
 * @param retries how many legs in a row may be lost without a complete snapshot of a later step in
 *     between
 * @param snapshots how often ranks send their state to the driver
 */
public record LegRules(int ranks, int threads, int minRanks, int retries, SnapshotRule snapshots) {

  /** The first leg is the last. */
  public static LegRules once(int ranks, int threads) {
    return new LegRules(ranks, threads, ranks, 0, SnapshotRule.NEVER);
  }
}
