package io.kudari.collective;

import java.util.List;
import java.util.Optional;

/** Which ranks send each other parts of vectors. No bit depends on it. */
public enum Topology {
  /**
   * By hosts where {@link ExchangeCosts} says that it pays, else every rank with every other. What
   * a mesh sends while gradients are still computed is not in those costs.
   */
  AUTO,
  /** Every rank with every other. */
  MESH,
  /**
   * By hosts; as a mesh where no host has several ranks, there is one host, or the ranks of one are
   * no neighbours.
   */
  HIERARCHICAL;

  /**
   * Chooses.
   *
   * @param names of each rank's host, in rank order
   * @param bytes of a vector
   * @return the hosts to exchange by, or empty for every rank with every other
   */
  public Optional<Hosts> choose(List<String> names, long bytes) {
    if (this == MESH || !Hosts.areNeighbours(names)) return Optional.empty();
    Hosts hosts = Hosts.of(names);
    boolean pays = this == HIERARCHICAL || ExchangeCosts.ASSUMED.hostsPay(bytes, hosts);
    return pays && hosts.areLevels() ? Optional.of(hosts) : Optional.empty();
  }
}
