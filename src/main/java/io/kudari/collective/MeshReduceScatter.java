package io.kudari.collective;

import io.kudari.math.Slice;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Every rank sends every other its part. Chunks go from the end of the vector to its beginning,
 * which is the order in which a backward pass finishes them; so each rank may send early or late as
 * it likes.
 */
final class MeshReduceScatter implements ReduceScatter {

  private final Collectives attempt;
  private final Place place;
  private final List<TreeSum.Node<float[]>> own;
  private final List<Slice> slices;
  private final Precision precision;
  private final int chunk;

  /** By peer: number of messages sent. */
  private final int[] sent;

  MeshReduceScatter(
      Collectives attempt,
      Place place,
      List<TreeSum.Node<float[]>> own,
      List<Slice> slices,
      Precision precision) {
    this.attempt = attempt;
    this.place = place;
    this.own = own;
    this.slices = slices;
    this.precision = precision;
    this.chunk = attempt.payload / precision.bytes();
    this.sent = new int[attempt.peers.length];
  }

  @Override
  public void advance(int from) {
    try {
      for (int d = 1; d < sent.length; d++) {
        int peer = (attempt.rank + d) % sent.length;
        // The last message is left to finish(), which waits until it is gone.
        while (next(peer).from() >= from && !isLast(peer) && attempt.peers[peer].isFree(place)) {
          send(peer, true);
        }
      }
    } catch (CollectiveException e) {
      throw attempt.giveUp(e);
    }
  }

  @Override
  public void finish(float[] into) {
    try {
      int rows = attempt.rows(slices, precision.bytes());
      for (int c = 0; c < rows + Collectives.AHEAD; c++) {
        sendUpTo(c);
        Slice part = part(slices.get(attempt.rank), c - Collectives.AHEAD);
        if (part.from() < part.to()) sum(c - Collectives.AHEAD, part, into);
      }
    } catch (CollectiveException e) {
      throw attempt.giveUp(e);
    }
  }

  private int chunks(Slice slice) {
    return (slice.size() + chunk - 1) / chunk;
  }

  private Slice part(Slice slice, int c) {
    return part(slice, c, chunk);
  }

  /** The c-th chunk of a slice, counted from its end; empty where there is none. */
  static Slice part(Slice slice, int c, int chunk) {
    if (c < 0 || (long) c * chunk >= slice.size()) return new Slice(slice.from(), slice.from());
    int to = slice.to() - c * chunk;
    return new Slice(Math.max(to - chunk, slice.from()), to);
  }

  /** The elements of the next message to a peer. */
  private Slice next(int peer) {
    return part(slices.get(peer), sent[peer] / own.size());
  }

  private boolean isLast(int peer) {
    return sent[peer] + 1 >= chunks(slices.get(peer)) * own.size();
  }

  /** Sends each peer its chunks up to the c-th, to the next rank first. */
  private void sendUpTo(int c) {
    for (int d = 1; d < sent.length; d++) {
      int peer = (attempt.rank + d) % sent.length;
      int messages = Math.min(c + 1, chunks(slices.get(peer))) * own.size();
      while (sent[peer] < messages) send(peer, false);
    }
  }

  private void send(int peer, boolean post) {
    Slice part = next(peer);
    int length = part.to() - part.from();
    float[] values = own.get(sent[peer] % own.size()).value();
    Conversation to = attempt.peers[peer];
    ByteBuffer message = to.prepare();
    precision.put(values, part.from(), length, message);
    if (post) to.post(place, sent[peer]++, length * precision.bytes(), message);
    else to.send(place, sent[peer]++, length * precision.bytes(), message);
  }

  private void sum(int c, Slice part, float[] into) {
    int length = part.to() - part.from();
    ChunkSum sum =
        new ChunkSum(
            attempt.distribution.workers(), attempt.scratch, chunk, part.from(), length, precision);
    for (int r = 0; r < sent.length; r++) {
      List<TreeSum.Node<Boolean>> theirs = attempt.nodes.get(r);
      for (int k = 0; k < theirs.size(); k++) {
        if (r == attempt.rank) {
          sum.add(own.get(k), own.get(k).value());
          continue;
        }
        ByteBuffer message =
            attempt.peers[r].receive(place, c * theirs.size() + k, length * precision.bytes());
        sum.add(theirs.get(k), message);
        attempt.link.release(r, message);
      }
    }
    sum.finish(into);
  }
}
