package io.kudari.collective;

import java.util.List;
import java.util.Optional;

/** Which ranks send each other parts of vectors. No bit depends on it. */
public enum Topology {
  /**
   * By hosts where {@link ExchangeCosts} says that it clearly pays, else every rank with every
   * other.
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
   * @param bytes of a vector that is summed; 0 where none is, in which hosts never pay
   * @param early whether a mesh may send gradients while the rest of them is computed
   * @return the hosts to exchange by, or empty for every rank with every other
   */
  public Optional<Hosts> choose(List<String> names, double bytes, boolean early) {
    if (this == MESH || !Hosts.areNeighbours(names)) return Optional.empty();
    Hosts hosts = Hosts.of(names);
    boolean pays = this == HIERARCHICAL || ExchangeCosts.ASSUMED.hostsPay(bytes, hosts, early);
    return pays && hosts.areLevels() ? Optional.of(hosts) : Optional.empty();
  }
}
