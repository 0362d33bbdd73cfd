package io.kudari.collective;

import io.kudari.math.Slice;
import java.util.ArrayDeque;
import java.util.List;

/**
 * A reduce-scatter by hosts: each part of the vector is summed over the ranks of a host by one of
 * them first, the owner's deputy, and only what they make together travels to the owner: the nodes
 * of the tree that cover the host's workers, one where those are a whole subtree. So the bits are
 * those of the tree, and rounding happens at the same nodes.
 *
 * <p>A rank sends each mate the chunk of the next slice that the mate sums, sums those that some
 * units ago came from them, and ends those of its own slice that are older still: so the messages
 * of a pair are few however many hosts there are. Nothing is sent early: nearly all of the vector
 * must be known for the first chunks of all parts.
 */
final class HostReduceScatter implements ReduceScatter {

  private final Collectives attempt;
  private final HostRoutes routes;
  private final Place place;
  private final List<TreeSum.Node<float[]>> own;
  private final List<Slice> slices;
  private final Precision precision;
  private final int chunk;

  /** By peer: number of messages. */
  private final int[] sent;

  private final int[] received;

  /** Of this rank's slice: what the host has summed, chunk by chunk. */
  private final ArrayDeque<List<TreeSum.Node<float[]>>> ofHost = new ArrayDeque<>();

  HostReduceScatter(
      Collectives attempt,
      HostRoutes routes,
      Place place,
      List<TreeSum.Node<float[]>> own,
      List<Slice> slices,
      Precision precision) {
    this.attempt = attempt;
    this.routes = routes;
    this.place = place;
    this.own = own;
    this.slices = slices;
    this.precision = precision;
    this.chunk = attempt.payload / precision.bytes();
    this.sent = new int[attempt.peers.length];
    this.received = new int[attempt.peers.length];
  }

  @Override
  public void advance(int from) {}

  @Override
  public void finish(float[] into) {
    try {
      int units = attempt.rows(slices, precision.bytes()) * routes.units();
      for (int u = 0; u < units + 2 * Collectives.AHEAD; u++) {
        for (int mate : routes.mates()) tell(mate, u);
        sumHost(u - Collectives.AHEAD);
        // Its owner waits for the last unit of a row, when all deputies have handed theirs on.
        int last = u + 1 - 2 * Collectives.AHEAD;
        if (routes.isOwn(last)) sumAll(routes.row(last) - 1, into);
      }
    } catch (CollectiveException e) {
      throw attempt.giveUp(e);
    }
  }

  private Slice part(int owner, int c) {
    return MeshReduceScatter.part(slices.get(owner), c, chunk);
  }

  private void tell(int mate, int unit) {
    int owner = routes.owner(mate, unit);
    if (owner < 0) return;
    Slice part = part(owner, routes.row(unit));
    for (TreeSum.Node<float[]> n : own) send(mate, n.value(), part.from(), part.size());
  }

  /** Of this rank's slice and of those that it is the deputy of. */
  private void sumHost(int unit) {
    int owner = routes.owner(attempt.rank, unit);
    if (owner < 0) return;
    Slice part = part(owner, routes.row(unit));
    if (part.size() == 0) return;
    List<TreeSum.Node<float[]>> nodes = sumHost(part).nodes();
    if (owner == attempt.rank) ofHost.add(nodes);
    else handOn(owner, part, nodes);
  }

  private void handOn(int owner, Slice part, List<TreeSum.Node<float[]>> nodes) {
    for (TreeSum.Node<float[]> n : nodes) {
      send(owner, n.value(), 0, part.size());
      attempt.scratch.push(n.value());
    }
  }

  private ChunkSum sumHost(Slice part) {
    ChunkSum sum = sum(part);
    for (int r = routes.first(); r < routes.last(); r++) {
      if (r == attempt.rank) for (TreeSum.Node<float[]> n : own) sum.add(n, n.value());
      else receive(r, attempt.nodes.get(r), part, sum);
    }
    return sum;
  }

  /** Of this rank's slice. */
  private void sumAll(int c, float[] into) {
    Slice part = part(attempt.rank, c);
    if (part.size() == 0) return;
    ChunkSum sum = sum(part);
    for (int h = 0; h < routes.hosts(); h++) {
      if (h == routes.host()) ofHost.remove().forEach(sum::adopt);
      else receive(routes.deputy(h), routes.nodes(h), part, sum);
    }
    sum.finish(into);
  }

  private ChunkSum sum(Slice part) {
    int workers = attempt.distribution.workers();
    return new ChunkSum(workers, attempt.scratch, chunk, part.from(), part.size(), precision);
  }

  private void send(int peer, float[] values, int from, int length) {
    if (length == 0) return;
    Conversation to = attempt.peers[peer];
    var message = to.prepare();
    precision.put(values, from, length, message);
    to.send(place, sent[peer]++, length * precision.bytes(), message);
  }

  private void receive(int peer, List<TreeSum.Node<Boolean>> nodes, Slice part, ChunkSum sum) {
    for (TreeSum.Node<Boolean> n : nodes) {
      var message =
          attempt.peers[peer].receive(place, received[peer]++, part.size() * precision.bytes());
      sum.add(n, message);
      attempt.link.release(peer, message);
    }
  }
}
