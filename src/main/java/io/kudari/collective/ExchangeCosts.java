package io.kudari.collective;

/**
 * What an exchange costs by the α–β–γ model (Thakur, Rabenseifner, Gropp, "Optimization of
 * collective communication operations in MPICH", 2005): the closed form of what {@code
 * scripts/bench-scale} simulates, where all ranks begin at once. The ranks of a host share its
 * network interface, which sends one message after the other and receives likewise.
 *
 * @param alpha seconds until a message's first byte arrives
 * @param beta seconds a byte on the network
 * @param gamma seconds to sum a byte
 * @param alphaOfMemory as α, between ranks of one host
 * @param betaOfMemory as β, between ranks of one host
 */
public record ExchangeCosts(
    double alpha, double beta, double gamma, double alphaOfMemory, double betaOfMemory) {

  /**
   * What is assumed where nothing was measured: 10 Gbit/s between hosts. On faster networks there
   * is less to gain between hosts, and as much to pay within them.
   */
  public static final ExchangeCosts ASSUMED = new ExchangeCosts(5e-5, 8e-10, 1e-10, 1e-6, 1e-10);

  /**
   * An exchange by hosts is chosen where it takes less than this part of a mesh's time: both are
   * within 6% of the simulation, and the constants are assumed.
   */
  private static final double MARGIN = 0.8;

  /**
   * Seconds of a reduce-scatter and an all-gather of all ranks with all.
   *
   * @param bytes of a vector
   */
  public double mesh(double bytes, Hosts hosts) {
    double part = bytes / hosts.ranks();
    double others = (hosts.largest() - 1) * part * beta;
    return between(part, hosts.ranks() - 1, wireOfMesh(bytes, hosts), others);
  }

  /**
   * Seconds of the all-gather alone: all that a step waits for where gradients are sent while the
   * rest of them is computed, at best.
   *
   * @param bytes of a vector
   */
  public double gatherOfMesh(double bytes, Hosts hosts) {
    return alpha + wireOfMesh(bytes, hosts);
  }

  /** Seconds of a host's messages, one way. */
  private double wireOfMesh(double bytes, Hosts hosts) {
    double ranks = hosts.ranks();
    double wire = 0;
    for (int h = 0; h < hosts.count(); h++) {
      double size = hosts.size(h);
      wire = Math.max(wire, size * (ranks - size) / ranks * bytes * beta);
    }
    return wire;
  }

  /**
   * Seconds of the same by hosts: within each through memory, between them of each host's sums.
   *
   * @param bytes of a vector
   */
  public double hierarchical(double bytes, Hosts hosts) {
    double ranks = hosts.ranks();
    double wire = 0;
    for (int h = 0; h < hosts.count(); h++) {
      double size = hosts.size(h);
      // It sends the slices of others, and its own to each of them, or the other way round.
      double share = Math.max((ranks - size) / ranks, (hosts.count() - 1) * size / ranks);
      wire = Math.max(wire, share * bytes * beta);
    }
    double mates = (hosts.largest() - 1.0) / hosts.largest();
    double memory = 2 * alphaOfMemory + mates * bytes * (gamma + betaOfMemory);
    return memory + between(bytes / ranks, hosts.count() - 1, wire, mates * wire);
  }

  /**
   * Parts are summed while others arrive: either the last one is when it has come, or sums take
   * longer than messages, and all are after the first. Of a host's ranks, the first to have its sum
   * sends it on while parts of the others arrive.
   *
   * @param part bytes of one
   * @param parts that a rank sums
   * @param wire seconds of a host's messages, one way
   * @param others seconds of the messages that arrive after the last one of that first rank
   */
  private double between(double part, int parts, double wire, double others) {
    double summed = Math.max(wire + part * gamma, part * beta + parts * part * gamma);
    return 2 * alpha + summed + wire - Math.min(alpha + part * gamma, others);
  }

  /**
   * Whether an exchange by hosts takes clearly less time, if there are hosts with several ranks at
   * all.
   *
   * @param bytes of a vector
   * @param early whether a mesh may send gradients while the rest of them is computed, which an
   *     exchange by hosts does not
   */
  public boolean hostsPay(double bytes, Hosts hosts, boolean early) {
    if (!hosts.areLevels()) return false;
    double waits = early ? gatherOfMesh(bytes, hosts) : mesh(bytes, hosts);
    return hierarchical(bytes, hosts) < MARGIN * waits;
  }
}
