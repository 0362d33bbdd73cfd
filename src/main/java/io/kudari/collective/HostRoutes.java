package io.kudari.collective;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Who sends what to whom in an exchange by hosts, as one rank sees it. A slice goes between its
 * owner and one rank of each other host, its deputy there; see {@link Hosts#deputy}. Immutable.
 */
final class HostRoutes {

  private final Hosts hosts;
  private final int rank;
  private final int host;
  private final int[] mates;
  private final int[] deputies;

  private final int units;

  /** By rank of this host, from its first: the owners it is the deputy of. */
  private final List<int[]> owners = new ArrayList<>();

  /** By host: the nodes into which its workers are summed. */
  private final List<List<TreeSum.Node<Boolean>>> nodes = new ArrayList<>();

  HostRoutes(Hosts hosts, Distribution distribution, int rank) {
    if (hosts.ranks() != distribution.ranks())
      throw new IllegalArgumentException(
          "hosts of " + hosts.ranks() + " ranks for " + distribution.ranks());
    this.hosts = hosts;
    this.rank = rank;
    this.host = hosts.of(rank);
    this.units = units(hosts);
    int size = hosts.size(host);
    int first = hosts.first(host);
    this.mates = IntStream.range(1, size).map(d -> first + (rank - first + d) % size).toArray();
    this.deputies = others().map(h -> hosts.deputy(h, rank)).toArray();
    for (int r = first; r < hosts.last(host); r++) owners.add(ownersOf(r));
    for (int h = 0; h < hosts.count(); h++) nodes.add(nodes(distribution, h));
  }

  /** A host of s ranks has n − s owners elsewhere, whom its ranks take in turn. */
  private static int units(Hosts hosts) {
    int most = 0;
    for (int h = 0; h < hosts.count(); h++)
      most = Math.max(most, (hosts.ranks() - 1) / hosts.size(h) + 1);
    return most;
  }

  /** The other hosts, beginning with the next, so that not all send to the same one first. */
  private IntStream others() {
    return IntStream.range(1, hosts.count()).map(d -> (host + d) % hosts.count());
  }

  private int[] ownersOf(int deputy) {
    return others()
        .flatMap(h -> IntStream.range(hosts.first(h), hosts.last(h)))
        .filter(owner -> hosts.deputy(host, owner) == deputy)
        .toArray();
  }

  private List<TreeSum.Node<Boolean>> nodes(Distribution distribution, int of) {
    TreeSum<Boolean> shape = new TreeSum<>(distribution.workers(), (left, right) -> left);
    int last = distribution.last(hosts.last(of) - 1);
    for (int v = distribution.first(hosts.first(of)); v < last; v++) shape.add(v, true);
    return shape.nodes();
  }

  /** Number of hosts. */
  int hosts() {
    return hosts.count();
  }

  /** The host of this rank. */
  int host() {
    return host;
  }

  /** First rank of this host. */
  int first() {
    return hosts.first(host);
  }

  /** Rank after the last one of this host. */
  int last() {
    return hosts.last(host);
  }

  /** The other ranks of this host, beginning with the next. */
  int[] mates() {
    return mates;
  }

  /** On each other host, beginning with the next, the deputy of this rank. */
  int[] deputies() {
    return deputies;
  }

  /** The deputy of this rank on another host. */
  int deputy(int of) {
    return hosts.deputy(of, rank);
  }

  /**
   * How many units a row has, on all ranks: the c-th chunk of a rank's own slice is the first, and
   * those of the slices that it is the deputy of follow. Some ranks have none for the last units.
   */
  int units() {
    return units;
  }

  /** The row of a unit, counted from the first row's; negative before it. */
  int row(int unit) {
    return Math.floorDiv(unit, units);
  }

  /** Whether a unit is of the own slice. */
  boolean isOwn(int unit) {
    return Math.floorMod(unit, units) == 0;
  }

  /** Whose slice a unit of a rank of this host is of, or −1 where it has none. */
  int owner(int mate, int unit) {
    int k = Math.floorMod(unit, units);
    if (k == 0) return mate;
    int[] others = owners.get(mate - first());
    return k <= others.length ? others[k - 1] : -1;
  }

  /** What a host sends of its workers: the nodes that cover them. */
  List<TreeSum.Node<Boolean>> nodes(int of) {
    return nodes.get(of);
  }
}
