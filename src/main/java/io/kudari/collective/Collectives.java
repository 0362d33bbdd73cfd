package io.kudari.collective;

import io.kudari.math.Slice;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The collective operations among the ranks of one attempt. All ranks call the same operations in
 * the same order with the same step, slices and lengths. Sums have the bits of {@link TreeSum},
 * whoever hosts which workers and in whatever order messages arrive.
 *
 * <p>Vectors travel in chunks that fit a link's message: while one chunk is packed, earlier ones
 * are on their way, and a chunk is summed as soon as its parts are there, in the order of the tree.
 * With slices of like length, a rank is never more than some chunks ahead of a peer, whatever the
 * length of the vector, unless it sends early what it has computed: then by at most the peer's
 * slice.
 *
 * <p>By {@link Hosts}, vectors are summed within each host first, only what a host's ranks make
 * together travels to others, and what is gathered travels once to each host.
 *
 * <p>Every operation throws {@link CollectiveException} when a peer does not answer within the
 * patience, gives up or is out of step. The rank then tells its peers, and every later operation
 * fails at once: the attempt is over. No two-way handshake ends an operation, so in the last
 * operation of an attempt one rank may succeed while another fails; whoever started the attempt
 * counts it as done only when all ranks report success.
 *
 * <p>Used by one thread of the rank at a time; {@link #abort} by any.
 */
public final class Collectives implements AutoCloseable {

  /**
   * Chunks that are sent to a peer before one of its own is waited for: enough to keep both busy,
   * few enough to bound what a rank holds of messages that it has not used.
   */
  static final int AHEAD = 4;

  /** Puts elements [from, to) into a payload, or gets them out of it. */
  interface Copy {
    void run(ByteBuffer payload, int from, int to);
  }

  final Link link;
  final Distribution distribution;
  final int rank;
  final int payload;
  final Conversation[] peers;
  final List<List<TreeSum.Node<Boolean>>> nodes;
  final ArrayDeque<float[]> scratch = new ArrayDeque<>();
  private final HostRoutes routesOrNull;
  private volatile String failure;

  /**
   * Joins an attempt.
   *
   * @param link to the ranks of the distribution; closed by {@link #close}
   * @param attempt number of the attempt, the same on all ranks and never used before in this run
   * @param patience longest wait for one message, which covers what the slowest rank computes
   *     between two operations
   */
  public Collectives(Link link, long attempt, Distribution distribution, Duration patience) {
    this(link, attempt, distribution, patience, Optional.empty());
  }

  /**
   * As the other.
   *
   * @param hosts by which to sum and gather, the same on all ranks; empty for all with all
   */
  public Collectives(
      Link link,
      long attempt,
      Distribution distribution,
      Duration patience,
      Optional<Hosts> hosts) {
    if (link.size() != distribution.ranks()) {
      throw new IllegalArgumentException(
          "a link of " + link.size() + " ranks for " + distribution.ranks() + " ranges of workers");
    }
    this.link = link;
    this.distribution = distribution;
    this.rank = link.rank();
    this.payload = (link.capacity() - Header.BYTES) / Long.BYTES * Long.BYTES;
    if (payload < Long.BYTES) {
      throw new IllegalArgumentException("messages of " + link.capacity() + " bytes hold nothing");
    }
    this.peers = new Conversation[link.size()];
    for (int p = 0; p < peers.length; p++) peers[p] = new Conversation(link, p, attempt, patience);
    this.nodes = IntStream.range(0, link.size()).mapToObj(distribution::nodes).toList();
    this.routesOrNull = hosts.map(h -> new HostRoutes(h, distribution, rank)).orElse(null);
  }

  /**
   * Sums the workers' vectors; each rank gets the part of the sum that it owns.
   *
   * @param own this rank's nodes, as {@link Distribution#nodes} of it, each a vector of full length
   * @param slices which part each rank owns: in rank order, contiguous, covering the vector; may be
   *     empty
   * @param into full length; receives the sum within this rank's slice. It may be the array of one
   *     of its own nodes
   */
  public void reduceScatter(
      long step, List<TreeSum.Node<float[]>> own, List<Slice> slices, float[] into) {
    startReduceScatter(step, own, slices).finish(into);
  }

  /**
   * Begins a {@link #reduceScatter} of vectors that are still being computed. Until it is finished,
   * no other operation may begin.
   */
  public ReduceScatter startReduceScatter(
      long step, List<TreeSum.Node<float[]>> own, List<Slice> slices) {
    return startReduceScatter(step, own, slices, Precision.FULL);
  }

  /**
   * As the other.
   *
   * @param precision of the nodes, which have been rounded to it, and of their sums
   */
  public ReduceScatter startReduceScatter(
      long step, List<TreeSum.Node<float[]>> own, List<Slice> slices, Precision precision) {
    checkNodes(own);
    Place place = begin(step, Phase.REDUCE_SCATTER);
    return routesOrNull == null
        ? new MeshReduceScatter(this, place, own, slices, precision)
        : new HostReduceScatter(this, routesOrNull, place, own, slices, precision);
  }

  /** How many chunks the longest slice has. */
  int rows(List<Slice> slices, int bytes) {
    int longest = slices.stream().mapToInt(s -> s.to() - s.from()).max().orElse(0);
    return (int) (((long) longest * bytes + payload - 1) / payload);
  }

  /** The c-th chunk of a slice of elements of so many bytes; empty where there is none. */
  Slice chunk(Slice slice, int c, int bytes) {
    long size = payload / bytes;
    long from = Math.min(slice.from() + Math.max(0, c) * size, slice.to());
    return new Slice((int) from, c < 0 ? (int) from : (int) Math.min(from + size, slice.to()));
  }

  private void checkNodes(List<? extends TreeSum.Node<?>> own) {
    List<TreeSum.Node<Boolean>> expected = nodes.get(rank);
    boolean same = own.size() == expected.size();
    for (int k = 0; same && k < own.size(); k++) {
      same =
          own.get(k).level() == expected.get(k).level()
              && own.get(k).index() == expected.get(k).index();
    }
    if (!same) {
      throw new IllegalArgumentException(
          "the nodes are not those of the workers "
              + distribution.first(rank)
              + ".."
              + (distribution.last(rank) - 1));
    }
  }

  /**
   * Completes a vector of which each rank holds its slice.
   *
   * @param values full length; the own slice is sent, the others are overwritten
   * @param slices as in {@link #reduceScatter}
   */
  public void allGather(long step, float[] values, List<Slice> slices) {
    gather(begin(step, Phase.ALL_GATHER), values, slices);
  }

  private void gather(Place place, float[] values, List<Slice> slices) {
    gather(
        place,
        Float.BYTES,
        slices,
        (m, from, to) -> m.asFloatBuffer().put(values, from, to - from),
        (m, from, to) -> m.asFloatBuffer().get(values, from, to - from));
  }

  /** As the other, for doubles: such as the partial sums of a norm, of which each rank has some. */
  public void allGather(long step, double[] values, List<Slice> slices) {
    gather(
        begin(step, Phase.ALL_GATHER),
        Double.BYTES,
        slices,
        (m, from, to) -> m.asDoubleBuffer().put(values, from, to - from),
        (m, from, to) -> m.asDoubleBuffer().get(values, from, to - from));
  }

  /** As the other, for longs. */
  public void allGather(long step, long[] values, List<Slice> slices) {
    gather(begin(step, Phase.ALL_GATHER), values, slices);
  }

  /** As the other, for bytes. */
  public void allGather(long step, byte[] values, List<Slice> slices) {
    gather(
        begin(step, Phase.ALL_GATHER),
        Byte.BYTES,
        slices,
        (m, from, to) -> m.slice().put(values, from, to - from),
        (m, from, to) -> m.slice().get(values, from, to - from));
  }

  private void gather(Place place, long[] values, List<Slice> slices) {
    gather(
        place,
        Long.BYTES,
        slices,
        (m, from, to) -> m.asLongBuffer().put(values, from, to - from),
        (m, from, to) -> m.asLongBuffer().get(values, from, to - from));
  }

  private void gather(Place place, int bytes, List<Slice> slices, Copy put, Copy get) {
    try {
      if (routesOrNull != null) {
        new HostGather(this, routesOrNull, place, bytes, slices, put, get).run();
        return;
      }
      int rows = rows(slices, bytes);
      for (int c = 0; c < rows + AHEAD; c++) {
        for (int d = 1; d < peers.length; d++) {
          send(place, (rank + d) % peers.length, c, bytes, slices.get(rank), put);
        }
        for (int d = 1; d < peers.length; d++) {
          int peer = (rank + d) % peers.length;
          receive(place, peer, c - AHEAD, bytes, slices.get(peer), get);
        }
      }
    } catch (CollectiveException e) {
      throw giveUp(e);
    }
  }

  /** Sends the c-th chunk of a slice, if there is one. */
  private void send(Place place, int peer, int c, int bytes, Slice slice, Copy put) {
    Slice part = chunk(slice, c, bytes);
    if (part.from() == part.to()) return;
    ByteBuffer message = peers[peer].prepare();
    put.run(message, part.from(), part.to());
    peers[peer].send(place, c, (part.to() - part.from()) * bytes, message);
  }

  /** Receives the c-th chunk of a slice, if there is one. */
  private void receive(Place place, int peer, int c, int bytes, Slice slice, Copy get) {
    Slice part = chunk(slice, c, bytes);
    if (part.from() == part.to()) return;
    ByteBuffer message = peers[peer].receive(place, c, (part.to() - part.from()) * bytes);
    get.run(message, part.from(), part.to());
    link.release(peer, message);
  }

  /**
   * Gives all ranks the root's vector. The root sends each rank a part, and the ranks complete each
   * other, so the root sends the vector about twice however many ranks there are.
   *
   * @param values of the same length on all ranks; overwritten except on the root
   */
  public void broadcast(long step, int root, float[] values) {
    Place place = begin(step, Phase.BROADCAST);
    List<Slice> parts = even(values.length);
    try {
      int rows = rows(parts, Float.BYTES);
      for (int c = 0; c < rows; c++) {
        for (int d = 1; rank == root && d < peers.length; d++) {
          int peer = (rank + d) % peers.length;
          send(
              place,
              peer,
              c,
              Float.BYTES,
              parts.get(peer),
              (m, from, to) -> m.asFloatBuffer().put(values, from, to - from));
        }
        if (rank != root) {
          receive(
              place,
              root,
              c,
              Float.BYTES,
              parts.get(rank),
              (m, from, to) -> m.asFloatBuffer().get(values, from, to - from));
        }
      }
    } catch (CollectiveException e) {
      throw giveUp(e);
    }
    gather(place, values, parts);
  }

  private List<Slice> even(int length) {
    int n = peers.length;
    return IntStream.range(0, n)
        .mapToObj(
            r -> new Slice((int) ((long) length * r / n), (int) ((long) length * (r + 1) / n)))
        .toList();
  }

  /**
   * Sums a few numbers of each worker along the tree.
   *
   * @param own this rank's nodes, as in {@link #reduceScatter}; all of the same length
   * @return the sum, with the same bits on all ranks
   */
  public double[] reduce(long step, List<TreeSum.Node<double[]>> own) {
    checkNodes(own);
    Place place = begin(step, Phase.REDUCE);
    int width = own.get(0).value().length;
    List<Slice> parts = new ArrayList<>();
    for (List<TreeSum.Node<Boolean>> n : nodes) {
      int from = parts.isEmpty() ? 0 : parts.get(parts.size() - 1).to();
      parts.add(new Slice(from, from + n.size() * width));
    }
    double[] all = new double[parts.get(parts.size() - 1).to()];
    for (int k = 0; k < own.size(); k++) {
      System.arraycopy(own.get(k).value(), 0, all, parts.get(rank).from() + k * width, width);
    }
    gather(
        place,
        Double.BYTES,
        parts,
        (m, from, to) -> m.asDoubleBuffer().put(all, from, to - from),
        (m, from, to) -> m.asDoubleBuffer().get(all, from, to - from));
    return sum(all, width);
  }

  private double[] sum(double[] all, int width) {
    TreeSum<double[]> tree = new TreeSum<>(distribution.workers(), Collectives::add);
    int at = 0;
    for (List<TreeSum.Node<Boolean>> of : nodes) {
      for (TreeSum.Node<Boolean> n : of) {
        double[] value = Arrays.copyOfRange(all, at, at + width);
        tree.add(new TreeSum.Node<>(n.level(), n.index(), value));
        at += width;
      }
    }
    return tree.root();
  }

  private static double[] add(double[] left, double[] right) {
    for (int i = 0; i < left.length; i++) left[i] += right[i];
    return left;
  }

  /**
   * Sums a few whole numbers of each rank, such as counts.
   *
   * @param own of the same length on all ranks; not changed
   */
  public long[] reduce(long step, long[] own) {
    Place place = begin(step, Phase.REDUCE);
    int width = own.length;
    long[] all = new long[width * peers.length];
    System.arraycopy(own, 0, all, rank * width, width);
    gather(
        place,
        all,
        IntStream.range(0, peers.length)
            .mapToObj(r -> new Slice(r * width, (r + 1) * width))
            .toList());
    long[] sum = new long[width];
    for (int i = 0; i < all.length; i++) sum[i % width] += all[i];
    return sum;
  }

  /** Bytes of all messages that this rank has sent so far, as the link gets them. */
  public long sentBytes() {
    long sum = 0;
    for (Conversation peer : peers) sum += peer.sentBytes();
    return sum;
  }

  private Place begin(long step, Phase phase) {
    Place place = new Place(rank, step, phase);
    if (failure != null) throw place.failure("the attempt is over: " + failure);
    return place;
  }

  CollectiveException giveUp(CollectiveException e) {
    abort(e.getMessage());
    return e;
  }

  /**
   * Ends the attempt for all ranks: to be called when this rank cannot go on, for instance because
   * its gradient function failed. Waits of the peers end at once; later operations of this rank
   * fail.
   *
   * @param reason one line, which the peers report
   */
  public void abort(String reason) {
    if (failure == null) failure = reason;
    link.abort(reason);
  }

  /** Gives buffers back and closes the link. */
  @Override
  public void close() {
    for (Conversation peer : peers) peer.close();
    link.close();
  }
}
