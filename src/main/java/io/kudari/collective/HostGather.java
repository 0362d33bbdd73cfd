package io.kudari.collective;

import io.kudari.math.Slice;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * An all-gather by hosts: a rank sends its slice to its mates and, once, to its deputy on each
 * other host, which hands it on to its own mates. One use.
 */
final class HostGather {

  private final Collectives attempt;
  private final HostRoutes routes;
  private final Place place;
  private final int bytes;
  private final List<Slice> slices;
  private final Collectives.Copy put;
  private final Collectives.Copy get;

  /** By peer: number of messages. */
  private final int[] sent;

  private final int[] received;

  /**
   * Of some array.
   *
   * @param bytes of an element
   */
  HostGather(
      Collectives attempt,
      HostRoutes routes,
      Place place,
      int bytes,
      List<Slice> slices,
      Collectives.Copy put,
      Collectives.Copy get) {
    this.attempt = attempt;
    this.routes = routes;
    this.place = place;
    this.bytes = bytes;
    this.slices = slices;
    this.put = put;
    this.get = get;
    this.sent = new int[attempt.peers.length];
    this.received = new int[attempt.peers.length];
  }

  /**
   * Chunk after chunk; what comes from other hosts is handed on some chunks later, and what mates
   * hand on is waited for later still.
   */
  void run() {
    int ahead = Collectives.AHEAD;
    int rows = attempt.rows(slices, bytes);
    for (int c = 0; c < rows + 2 * ahead; c++) {
      for (int deputy : routes.deputies()) send(deputy, attempt.rank, c);
      for (int mate : routes.mates()) send(mate, attempt.rank, c);
      for (int owner : routes.owners(attempt.rank)) handOn(owner, c - ahead);
      for (int mate : routes.mates()) {
        receive(mate, mate, c - ahead);
        for (int owner : routes.owners(mate)) receive(mate, owner, c - 2 * ahead);
      }
    }
  }

  private void handOn(int owner, int c) {
    receive(owner, owner, c);
    for (int mate : routes.mates()) send(mate, owner, c);
  }

  /** The c-th chunk of an owner's slice, if there is one. */
  private void send(int peer, int owner, int c) {
    Slice part = attempt.chunk(slices.get(owner), c, bytes);
    if (part.size() == 0) return;
    ByteBuffer message = attempt.peers[peer].prepare();
    put.run(message, part.from(), part.to());
    attempt.peers[peer].send(place, sent[peer]++, part.size() * bytes, message);
  }

  private void receive(int peer, int owner, int c) {
    Slice part = attempt.chunk(slices.get(owner), c, bytes);
    if (part.size() == 0) return;
    ByteBuffer message = attempt.peers[peer].receive(place, received[peer]++, part.size() * bytes);
    get.run(message, part.from(), part.to());
    attempt.link.release(peer, message);
  }
}
