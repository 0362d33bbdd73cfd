package io.kudari.collective;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which ranks share a host, where those of each host are neighbours. So a host's ranks have a
 * contiguous range of workers, and can sum it along the tree as one rank could. Immutable.
 *
 * @param ranks number of ranks
 * @param firsts first rank of each host, in rank order; the first is 0
 */
public record Hosts(int ranks, List<Integer> firsts) {

  /** Copies the list. */
  public Hosts {
    firsts = List.copyOf(firsts);
  }

  /**
   * Finds the hosts.
   *
   * @param names of each rank's host, in rank order; at least one
   * @throws IllegalArgumentException where the ranks of a host are no neighbours; one line
   */
  public static Hosts of(List<String> names) {
    List<Integer> firsts = new ArrayList<>();
    for (int r = 0; r < names.size(); r++) {
      if (r > 0 && same(names, r)) continue;
      String name = names.get(r);
      int before = names.indexOf(name);
      if (before < r)
        throw new IllegalArgumentException(
            "rank %d and rank %d are on %s, but not those between them".formatted(before, r, name));
      firsts.add(r);
    }
    return new Hosts(names.size(), firsts);
  }

  /** Whether there are such hosts. */
  public static boolean areNeighbours(List<String> names) {
    long changes = IntStream.range(1, names.size()).filter(r -> !same(names, r)).count();
    return changes + 1 == names.stream().distinct().count();
  }

  private static boolean same(List<String> names, int rank) {
    return names.get(rank).equals(names.get(rank - 1));
  }

  /** Number of hosts. */
  public int count() {
    return firsts.size();
  }

  /** First rank of a host. */
  int first(int host) {
    return firsts.get(host);
  }

  /** Rank after the last one of a host. */
  int last(int host) {
    return host + 1 < count() ? firsts.get(host + 1) : ranks;
  }

  /** Number of ranks of a host. */
  int size(int host) {
    return last(host) - first(host);
  }

  /** Number of ranks of the largest host. */
  int largest() {
    int most = 0;
    for (int h = 0; h < count(); h++) most = Math.max(most, size(h));
    return most;
  }

  /** The host of a rank. */
  int of(int rank) {
    int host = count() - 1;
    while (first(host) > rank) host--;
    return host;
  }

  /** Whether there are several hosts, and several ranks on one of them. */
  public boolean areLevels() {
    return count() > 1 && count() < ranks;
  }

  /**
   * Which rank of a host stands for a rank in what concerns its slice: itself on its own host. On
   * another it is one that sums the slice over the host's ranks, and hands on what the owner has
   * made of it; each has about as many slices.
   */
  int deputy(int host, int owner) {
    boolean own = owner >= first(host) && owner < last(host);
    return own ? owner : first(host) + owner % size(host);
  }
}
