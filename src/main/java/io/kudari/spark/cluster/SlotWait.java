package io.kudari.spark.cluster;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Waits for a cluster's executors, which register one by one, and does not do so in silence. Used
 * by one thread.
 *
 * @param demand what was asked of the cluster
 * @param nanos a clock
 * @param pause waits a moment
 * @param say takes lines for the user
 */
record SlotWait(Demand demand, LongSupplier nanos, Pause pause, Consumer<String> say) {

  /** Executors that are missing come within a minute or not at all. */
  static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(60);

  /** When no more executors have come for so long, those that are there are all. */
  private static final long SETTLED_NANOS = TimeUnit.SECONDS.toNanos(3);

  /** Of a wait that most starts of a cluster need. */
  private static final long FIRST_LINE_SECONDS = 5;

  /** A moment. */
  interface Pause {
    void run() throws InterruptedException;
  }

  /** What can be seen of a cluster. */
  interface Cluster {
    /** Room for so many tasks on the executors that have come. */
    int slots();

    /** What the master has, where it can be asked. */
    Optional<Offer> offer();
  }

  /**
   * Waits for room for so many tasks, for at most a minute.
   *
   * @param fewer whether to go on with fewer when no more come
   * @param lasting whether the workers there are will not be joined by larger ones: those that have
   *     been there for some seconds
   * @return the room there is at the end, which may be too little
   * @throws RankSlots.UnsuitableException when no worker can run an executor as asked for
   */
  int await(Cluster cluster, int wanted, boolean fewer, boolean lasting)
      throws InterruptedException {
    long start = nanos.getAsLong();
    long changed = start;
    WaitLines lines = new WaitLines(nanos, FIRST_LINE_SECONDS);
    long checkAfter = SETTLED_NANOS;
    int slots = cluster.slots();
    while (slots < wanted) {
      long waited = nanos.getAsLong() - start;
      boolean settled = fewer && slots > 0 && start + waited - changed > SETTLED_NANOS;
      if (settled || waited > MOST_NANOS) break;
      if (lasting && slots == 0 && waited >= checkAfter) {
        refuse(cluster.offer());
        checkAfter += SETTLED_NANOS;
      }
      int there = slots;
      lines.tick(seconds -> line(there, wanted, seconds, cluster.offer()), say);
      pause.run();
      slots = cluster.slots();
      if (slots != there) changed = nanos.getAsLong();
    }
    return slots;
  }

  private void refuse(Optional<Offer> offer) {
    Optional<String> obstacle = offer.flatMap(o -> o.obstacle(demand));
    if (obstacle.isPresent())
      throw new RankSlots.UnsuitableException("no executor can start: " + obstacle.get());
  }

  private String line(int slots, int wanted, long seconds, Optional<Offer> offer) {
    return "waiting for executors since %d s: room for %d of %s; asked for: %s; %s"
        .formatted(
            seconds,
            slots,
            Demand.count(wanted, "task"),
            demand.text(),
            offer
                .map(o -> "the cluster has " + o.shown() + others(o))
                .orElse("what the cluster has is not known here"));
  }

  private static String others(Offer offer) {
    if (offer.others().isEmpty()) return "";
    return ", and " + Demand.count(offer.others().size(), "other application") + " on it";
  }
}
