package io.kudari.spark.recovery;

import io.kudari.collective.LinkChoice;
import io.kudari.collective.Topology;
import io.kudari.train.SnapshotRule;

/**
 * How ranks are started, and started again when one is lost.
 *
 * @param ranks number of barrier tasks, within 1..workers; an attempt after a loss may have fewer
 * @param threads of each
 * @param link how their messages travel
 * @param topology which of them send each other parts of vectors
 * @param port at which rank 0 listens for others, rank r at {@code port + r}; 0 is any that is free
 * @param minRanks the fewest of a later attempt, within 1..ranks
 * @param retries how many attempts in a row may be lost without a complete snapshot of a later step
 *     in between
 * @param snapshots how often ranks send their state to the driver
 */
public record AttemptRules(
    int ranks,
    int threads,
    LinkChoice link,
    Topology topology,
    int port,
    int minRanks,
    int retries,
    SnapshotRule snapshots) {

  /** At any ports. */
  public AttemptRules(
      int ranks, int threads, LinkChoice link, int minRanks, int retries, SnapshotRule snapshots) {
    this(ranks, threads, link, Topology.MESH, 0, minRanks, retries, snapshots);
  }
}
