package io.kudari.bench;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.function.IntConsumer;

/**
 * Discrete events of one exchange among ranks: each host has a network interface that sends one
 * message after the other and receives one after the other, at the same time; ranks of one host
 * exchange through its memory. Costs are α, β and γ of the usual model (Thakur, Rabenseifner,
 * Gropp, "Optimization of collective communication operations in MPICH", 2005). One use.
 */
final class ScaleModel {

  /**
   * What a link costs.
   *
   * @param alpha seconds from the begin of a message until its first byte arrives
   * @param beta seconds a byte
   * @param gamma seconds to sum a byte of what has arrived
   * @param alphaOfMemory as α, between ranks of one host
   * @param betaOfMemory as β, between ranks of one host
   * @param perHost ranks of a host, which are neighbours
   */
  record Costs(
      double alpha,
      double beta,
      double gamma,
      double alphaOfMemory,
      double betaOfMemory,
      int perHost) {}

  /** How the sum of all ranks' vectors comes to all of them. */
  enum Exchange {
    /** Every rank sends every other its part, and after that the sum of its own part. */
    MESH(true),
    /** Parts go round, 2 (r − 1) messages one after the other. The order of a sum is its part's. */
    RING(false),
    /** Halves, quarters, … to partners at distance 1, 2, 4, …, and the same way back. */
    HALVING(true),
    /** Within a host through memory, and between hosts, of each part, every one to every other. */
    HIERARCHICAL(true);

    /** Whether sums can be along the fixed tree, so that the bits do not depend on the ranks. */
    final boolean sameBits;

    Exchange(boolean sameBits) {
      this.sameBits = sameBits;
    }
  }

  private record Event(double time, long order, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int first = Double.compare(time, other.time);
      return first != 0 ? first : Long.compare(order, other.order);
    }
  }

  private record Message(int to, double bytes, Runnable arrived) {}

  private final Costs costs;
  private final double bytes;
  private final double[] ready;
  private final int ranks;
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final Deque<Message>[] outgoing;
  private final boolean[] sending;
  private final double[] receiving;

  /** Until when a rank sums. */
  private final double[] summing;

  private final double[] finished;
  private double now;
  private long scheduled;

  /**
   * One exchange.
   *
   * @param bytes of a vector
   * @param ready when each rank has computed its vector; a power of two of them
   */
  @SuppressWarnings("unchecked")
  ScaleModel(Costs costs, double bytes, double[] ready) {
    this.costs = costs;
    this.bytes = bytes;
    this.ready = ready;
    this.ranks = ready.length;
    if (Integer.bitCount(ranks) != 1 || Integer.bitCount(costs.perHost) != 1)
      throw new IllegalArgumentException("ranks and ranks of a host must be powers of two");
    int hosts = Math.max(1, ranks / costs.perHost);
    this.outgoing = new Deque[hosts];
    Arrays.setAll(outgoing, h -> new ArrayDeque<>());
    this.sending = new boolean[hosts];
    this.receiving = new double[hosts];
    this.summing = ready.clone();
    this.finished = new double[ranks];
  }

  /** When each rank has the sum. */
  double[] run(Exchange by) {
    if (ranks == 1) return ready.clone();
    switch (by) {
      case MESH -> new Mesh(1, ready, 0).begin();
      case RING -> ring();
      case HALVING -> new Halving(ready).begin();
      case HIERARCHICAL -> hierarchical();
    }
    while (!events.isEmpty()) {
      Event next = events.poll();
      now = next.time;
      next.action.run();
    }
    return finished;
  }

  private void at(double time, Runnable action) {
    events.add(new Event(time, scheduled++, action));
  }

  private void send(int from, int to, double size, Runnable arrived) {
    int host = from / costs.perHost;
    if (host == to / costs.perHost) {
      at(now + costs.alphaOfMemory + size * costs.betaOfMemory, arrived);
      return;
    }
    outgoing[host].add(new Message(to, size, arrived));
    if (!sending[host]) sendNext(host);
  }

  private void sendNext(int host) {
    Message m = outgoing[host].poll();
    sending[host] = m != null;
    if (m == null) return;
    at(now + m.bytes * costs.beta, () -> sendNext(host));
    at(now + costs.alpha, () -> receive(m));
  }

  /** The first byte has arrived. */
  private void receive(Message m) {
    int host = m.to / costs.perHost;
    receiving[host] = Math.max(now, receiving[host]) + m.bytes * costs.beta;
    at(receiving[host], m.arrived);
  }

  /** When a rank has summed what has just arrived. */
  private double sum(int rank, double size) {
    summing[rank] = Math.max(now, summing[rank]) + size * costs.gamma;
    return summing[rank];
  }

  /** Each rank with all, among ranks of equal remainder by the distance; each owns a part. */
  private final class Mesh {

    private final int distance;
    private final double part = bytes / ranks;
    private final double[] start;
    private final double after;
    private final int[] summed = new int[ranks];
    private final int[] gathered = new int[ranks];

    Mesh(int distance, double[] start, double after) {
      this.distance = distance;
      this.start = start;
      this.after = after;
      for (int r = 0; r < ranks; r++) summing[r] = Math.max(summing[r], start[r]);
    }

    void begin() {
      for (int r = 0; r < ranks; r++) {
        int from = r;
        at(start[r], () -> toOthers(from, to -> send(from, to, part, () -> sumPart(to))));
      }
    }

    private void toOthers(int from, IntConsumer send) {
      for (int k = distance; k < ranks; k += distance) send.accept((from + k) % ranks);
    }

    private void sumPart(int rank) {
      double done = sum(rank, part);
      if (++summed[rank] < ranks / distance - 1) return;
      at(
          done,
          () -> {
            gather(rank);
            toOthers(rank, to -> send(rank, to, part, () -> gather(to)));
          });
    }

    /** Its own sum is one of the parts. */
    private void gather(int rank) {
      if (++gathered[rank] == ranks / distance) finished[rank] = now + after;
    }
  }

  private void ring() {
    for (int r = 0; r < ranks; r++) {
      int from = r;
      at(ready[r], () -> pass(from, 0));
    }
  }

  private void pass(int from, int place) {
    int to = (from + 1) % ranks;
    double part = bytes / ranks;
    send(
        from,
        to,
        part,
        () -> {
          double done = sum(to, place < ranks - 1 ? part : 0);
          if (place == 2 * ranks - 3) at(done, () -> finished[to] = now);
          else at(done, () -> pass(to, place + 1));
        });
  }

  private void hierarchical() {
    int own = Math.min(costs.perHost, ranks);
    double others = bytes * (own - 1) / own;
    double[] reduced = new double[ranks];
    for (int first = 0; first < ranks; first += own) {
      double all = Arrays.stream(ready, first, first + own).max().orElseThrow();
      double done = all + (own > 1 ? costs.alphaOfMemory : 0) + others * costs.gamma;
      Arrays.fill(reduced, first, first + own, done);
    }
    double back = (own > 1 ? costs.alphaOfMemory : 0) + others * costs.betaOfMemory;
    if (own == ranks) {
      for (int r = 0; r < ranks; r++) finished[r] = reduced[r] + back;
      return;
    }
    new Mesh(own, reduced, back).begin();
  }

  /** Recursive halving and doubling. */
  private final class Halving {

    private final double[] start;
    private final int rounds = 2 * Integer.numberOfTrailingZeros(ranks);
    private final int[] done = new int[ranks];
    private final boolean[][] arrived = new boolean[ranks][rounds];

    Halving(double[] start) {
      this.start = start;
    }

    void begin() {
      for (int r = 0; r < ranks; r++) {
        int rank = r;
        at(start[r], () -> next(rank));
      }
    }

    /** Halves at distances 1, 2, 4, …; then back. */
    private void next(int rank) {
      int round = done[rank];
      int level = Math.min(round, rounds - 1 - round);
      int partner = rank ^ (1 << level);
      send(rank, partner, bytes / (2 << level), () -> arrive(partner, round));
      if (arrived[rank][round]) complete(rank, round);
    }

    private void arrive(int rank, int round) {
      arrived[rank][round] = true;
      boolean sent = done[rank] == round && now >= start[rank];
      if (sent) complete(rank, round);
    }

    private void complete(int rank, int round) {
      int level = Math.min(round, rounds - 1 - round);
      double summed = sum(rank, round < rounds / 2 ? bytes / (2 << level) : 0);
      at(
          summed,
          () -> {
            done[rank]++;
            if (done[rank] < rounds) next(rank);
            else finished[rank] = now;
          });
    }
  }
}
