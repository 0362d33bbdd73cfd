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
   * Unit after unit; what comes from other hosts is handed on some units later, and what mates hand
   * on is waited for later still.
   */
  void run() {
    int ahead = Collectives.AHEAD;
    int units = attempt.rows(slices, bytes) * routes.units();
    for (int u = 0; u < units + 2 * ahead; u++) {
      if (routes.isOwn(u)) sendOwn(routes.row(u));
      handOn(u - ahead);
      for (int mate : routes.mates()) {
        if (routes.isOwn(u - ahead)) receive(mate, mate, routes.row(u - ahead));
        receiveHandedOn(mate, u - 2 * ahead);
      }
    }
  }

  private void sendOwn(int c) {
    for (int deputy : routes.deputies()) send(deputy, attempt.rank, c);
    for (int mate : routes.mates()) send(mate, attempt.rank, c);
  }

  private void handOn(int unit) {
    int owner = routes.owner(attempt.rank, unit);
    if (owner < 0 || routes.isOwn(unit)) return;
    receive(owner, owner, routes.row(unit));
    for (int mate : routes.mates()) send(mate, owner, routes.row(unit));
  }

  private void receiveHandedOn(int mate, int unit) {
    int owner = routes.owner(mate, unit);
    if (owner >= 0 && !routes.isOwn(unit)) receive(mate, owner, routes.row(unit));
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
